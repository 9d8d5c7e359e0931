"""An officer decides a doubtful row with a reason, and takes the decision back; looks an organization up for a purpose."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

OFFICER = ("officer", "demo-officer-2026")
CODE = "912103990001050058"


def test_officer_decides_a_row_and_undoes_it(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in(*OFFICER)
    visitor.go("/desk/", "officer-desk")
    visitor.go("/desk/queue/", "officer-queue")
    first = page.locator("main tbody tr th a").first
    row = first.get_attribute("href") or ""
    first.click()
    page.wait_for_load_state("load")
    visitor.look("officer-row")

    page.locator("main form input[name=outcome]").first.check()
    page.locator("#id_explanation").fill("核对了登记档案,见窗口材料。")
    page.get_by_role("button", name="下一步：核对").click()
    page.wait_for_load_state("load")
    visitor.look("officer-confirm")
    page.get_by_role("button", name="提交判断").dblclick()
    expect(page.locator("h1")).to_have_text("已作出的判断")
    page.wait_for_load_state("networkidle")
    visitor.go(row, "officer-decided")
    expect(page.locator("h1")).to_have_text("已作出的判断")

    page.locator("#id_reason").fill("材料有误,重新核对。")
    page.get_by_role("button", name="撤回判断").click()
    page.wait_for_load_state("networkidle")
    visitor.go(row, "officer-undone")
    expect(page.locator("h1")).to_have_text("判断一行")
    expect(page.locator("main")).to_contain_text("材料有误,重新核对。")


def test_decision_without_a_reason_keeps_what_was_chosen_and_says_what_is_missing(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in(*OFFICER)
    page.goto("/desk/queue/")
    page.locator("main tbody tr th a").first.click()
    page.locator("main form input[name=outcome]").first.check()
    visitor.expect_status(422)
    page.get_by_role("button", name="下一步：核对").click()
    page.wait_for_load_state("load")
    visitor.look("officer-problem")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("main form input[name=outcome]").first).to_be_checked()


def test_look_up_at_the_desk_names_its_purpose_first(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in(*OFFICER)
    visitor.go("/desk/look-up/", "officer-look-up")
    page.locator("#id_uscc").fill(CODE)
    page.locator("#id_purpose").fill("核对异议材料")
    page.locator("#id_case_reference").fill("演示〔2026〕1号")
    page.locator("main form button.button").last.click()
    page.wait_for_load_state("load")
    visitor.look("officer-file")
    expect(page.locator("main")).to_contain_text("这次查询已写入查询日志")
    assert CODE not in page.url
    page.get_by_role("button", name="打开").first.click()
    page.wait_for_load_state("load")
    visitor.look("officer-record")
