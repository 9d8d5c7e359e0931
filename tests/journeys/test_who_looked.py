"""J4: a representative sees what is held and who looked, reports a reading, and reads the answer of somebody without a part in it."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from anxin.city.accounts import ACCOUNTS
from tests.demonstration import Demonstration
from tests.journeys.conftest import WIDTHS
from tests.journeys.visitor import Visitor

BY_NAME = {account.username: account for account in ACCOUNTS}


def enter(browser: Browser, demo: Demonstration, width: int, username: str) -> Visitor:
    one = Visitor(browser, demo.address, width)
    one.sign_in(username, BY_NAME[username].password)
    return one


def code_of_company(company: Visitor) -> str:
    company.go("/my/", "j4-my")
    return company.page.locator("main h2 .code").first.inner_text()


def look_up(officer: Visitor, code: str, case: str) -> None:
    officer.go("/desk/look-up/")
    officer.page.locator("[name=uscc]").fill(code)
    officer.page.locator("[name=purpose]").fill("核对许可条件")
    officer.page.locator("[name=case_reference]").fill(case)
    officer.page.locator("main button.button").first.click()
    officer.page.wait_for_load_state("load")


@WIDTHS
def test_subject_sees_a_look_up_at_once_reports_it_and_gets_an_answer(
    browser: Browser, demo: Demonstration, width: int
) -> None:
    company, officer, auditor = (
        enter(browser, demo, width, name) for name in ("company", "officer", "supervisor")
    )
    case = f"虚案〔2026〕{width}号"
    look_up(officer, code_of_company(company), case)

    company.press("我的信用记录", name="j4-credit")
    expect(company.page.locator("figure.chart svg")).to_be_visible()
    company.go("/my/")
    company.press("谁查询过", name="j4-readings")
    row = company.page.locator("tbody tr", has_text=case)
    expect(row).to_contain_text("核对许可条件")
    assert BY_NAME["officer"].display_name not in company.page.content()
    expect(company.page.locator("tbody tr", has_text="您本人").first).to_be_visible()
    company.page.locator("#id_reader").select_option("others")
    company.press("筛选", role="button", name="j4-readings-others")
    expect(company.page.locator("tbody tr", has_text="您本人")).to_have_count(0)

    row.get_by_role("link").first.click()
    company.page.wait_for_load_state("load")
    company.look("j4-reading")
    company.page.locator("#id_words").fill("与本企业无关的案件")
    company.press("反映不当", role="button", name="j4-complaint")
    expect(company.page.locator("main")).to_contain_text("已提交，等待办理")

    auditor.go("/desk/audit/", "j4-audit")
    auditor.page.locator("caption:has-text('等待办理') ~ tbody a").last.click()
    auditor.look("j4-audit-complaint")
    expect(auditor.page.locator("main")).to_contain_text(case)
    auditor.press("由我办理", role="button", name="j4-audit-taken")
    auditor.page.get_by_label("查询不当").check()
    auditor.page.locator("#id_reason").fill("没有相应案件")
    auditor.page.locator("#id_follow_up").fill("通报其单位，停用账号")
    auditor.press("答复", role="button", name="j4-audit-answered")

    company.go("/my/", "j4-my-answered")
    company.press("查看答复", name="j4-answer")
    expect(company.page.locator("main")).to_contain_text("通报其单位，停用账号")
    company.go("/my/")
    company.press("谁查询过")
    expect(company.page.locator("tbody tr", has_text="管理操作").first).to_be_visible()
    for one in (company, officer, auditor):
        one.close()


@WIDTHS
def test_auditor_reviews_the_log_and_unusual_numbers(
    browser: Browser, demo: Demonstration, width: int
) -> None:
    auditor = enter(browser, demo, width, "auditor")
    auditor.go("/desk/")
    auditor.press("审计", name="j10-audit")
    auditor.press("查阅查询日志", name="j10-log")
    auditor.press("查阅", role="button", name="j10-log-entries")
    expect(auditor.page.locator("tbody tr").first).to_be_visible()
    auditor.go("/desk/audit/unusual/", "j10-unusual")
    auditor.close()
