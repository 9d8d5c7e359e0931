"""J11: a company takes a special report instead of a certificate, and a bank checks it by the code on the paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from anxin.access.report_codes import code_of, write_code
from anxin.access.report_data import canonical, content_digest
from anxin.access.tokens import check_token, token_in_file
from anxin.city.accounts import ACCOUNTS
from tests.journeys.visitor import Visitor

COMPANY = next(account for account in ACCOUNTS if account.username == "company")


def test_company_takes_a_special_report_and_a_bank_checks_it(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.sign_in(COMPANY.username, COMPANY.password)
    visitor.press("专项信用报告（信用代证）", role="link", name="special-report")
    expect(page.locator("h1")).to_contain_text("信用代证")
    visitor.expect_status(422)
    visitor.press("出具并查看", role="button", name="special-report-nothing-picked")
    expect(page.get_by_role("alert")).to_contain_text("请至少选择一个领域")
    for item in page.get_by_role("checkbox").all():
        item.check()
    visitor.press("出具并查看", role="button", name="special-report-issued")
    expect(page.locator("main")).to_contain_text("所选时段")

    visitor.go("/my/", "my")
    visitor.press("专项信用报告（信用代证）", role="link", name="special-report")
    for item in page.get_by_role("checkbox").all():
        item.check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="出具 PDF").click()
    paper = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(paper)

    visitor.go("/verify/", "verify")
    page.locator("#file").set_input_files(paper)
    visitor.press("验证内容", role="button", name="verify-paper")
    expect(page.get_by_role("status")).to_contain_text("由本平台出具，内容没有改动")
    expect(page.locator("main")).to_contain_text("本平台留存的内容")

    changed = tmp_path / "changed.pdf"
    changed.write_bytes(paper.read_bytes().replace(b"/MediaBox", b"/MediaBax", 1))
    visitor.go("/verify/", "verify")
    page.locator("#file").set_input_files(changed)
    visitor.press("验证内容", role="button", name="verify-changed-paper")
    expect(page.get_by_role("status")).to_contain_text("被改动过")


def test_the_code_shows_todays_state_and_the_kept_content_after_a_press(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    visitor.sign_in(COMPANY.username, COMPANY.password)
    visitor.press("专项信用报告（信用代证）", role="link", name="special-report")
    page.get_by_role("checkbox").first.check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="出具 PDF").click()
    paper = tmp_path / "paper.pdf"
    waiting.value.save_as(paper)

    visitor.go(code_within(paper.read_bytes(), visitor), "verify-code")
    expect(page.get_by_role("status")).to_contain_text("由本平台出具")
    expect(page.locator("main")).not_to_contain_text("统一社会信用代码")
    visitor.press("显示本平台留存的内容", role="button", name="verify-copy")
    expect(page.locator("main")).to_contain_text("统一社会信用代码")


def code_within(paper: bytes, visitor: Visitor) -> str:
    """The address that the paper's code holds, made again from the data within."""
    keys = visitor.page.request.get(f"{visitor.address}/api/keys").json()
    content: Any = check_token(token_in_file(paper) or "", keys).content
    assert content is not None
    return write_code(code_of(content, content_digest(canonical(content))), f"/verify/{content['number']}")
