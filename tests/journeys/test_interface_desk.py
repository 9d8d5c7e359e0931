"""Two administrators let a unit's system in and end it; an officer orders a batch of codes and takes its answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from anxin.city.accounts import ACCOUNTS
from tests.demonstration import Demonstration
from tests.journeys.visitor import DESK, PHONE, Visitor

PASSWORDS = {one.username: one.password for one in ACCOUNTS}
CODE, WRONG = "912103990001050058", "912103990001050059"


def visitor_as(browser: Browser, demo: Demonstration, username: str, width: int) -> Visitor:
    one = Visitor(browser, demo.address, width)
    one.sign_in(username, PASSWORDS[username])
    return one


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["1280px", "390px"])
def test_two_administrators_let_a_system_in_and_end_it(
    browser: Browser, demo: Demonstration, width: int
) -> None:
    administrator = visitor_as(browser, demo, "administrator", width)
    administrator.press("接口客户端")
    administrator.press("登记客户端")
    administrator.page.locator("#id_unit").select_option("market-regulator")
    administrator.press("下一步：权限", role="button")
    administrator.page.locator("#id_name").fill("虚构审批系统")
    administrator.page.locator("#id_scope_1").focus()
    administrator.page.keyboard.press("Space")
    administrator.press("下一步：核对", role="button")
    administrator.press("登记", role="button", name="client-secret")
    assert re.search(r"[\w-]{40,}", administrator.page.locator("main").inner_text())
    administrator.press("已记下，看客户端")

    security = visitor_as(browser, demo, "security", width)
    security.press("接口客户端")
    security.page.get_by_role("row", name="待批准").get_by_role("link").click()
    security.press("批准", role="button")
    security.press("提交", role="button")
    expect(security.page.locator(".note")).to_contain_text("已批准")
    security.press("终止客户端", role="button")
    security.press("提交", role="button")
    expect(security.page.locator("dl .tag")).to_have_text("已终止")
    administrator.close()
    security.close()


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["1280px", "390px"])
def test_an_officer_orders_a_batch_and_takes_its_answer(
    browser: Browser, demo: Demonstration, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("\n".join(["统一社会信用代码", CODE, WRONG, CODE]), encoding="utf-8")
    officer = visitor_as(browser, demo, "department", width)
    officer.press("批量查询")
    officer.page.locator("#id_case_reference").fill("虚案〔2026〕7号")
    officer.page.locator("#id_file").set_input_files(file)
    officer.page.get_by_role("button", name="提交这一批").press("Enter")
    officer.page.wait_for_url(re.compile(r"/desk/batches/\d+/"))
    expect(officer.page.get_by_role("link", name="下载 CSV")).to_be_visible(timeout=60_000)
    officer.look("batch-ready")
    with officer.page.expect_download() as caught:
        officer.page.get_by_role("link", name="下载 CSV").click()
    answer = Path(caught.value.path()).read_text(encoding="utf-8-sig")
    assert CODE in answer
    assert {"found", "refused", "duplicate"} <= set(re.findall(r"found|refused|duplicate", answer))
    officer.speak("English")
    officer.look("batch-ready-english")
    assert "Repeats an earlier row." in officer.page.locator("main").inner_text()
    officer.close()
