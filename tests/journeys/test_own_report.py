"""A company's representative: the report as page, as PDF and as signed data, and the proof that it is genuine."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Download, expect

from anxin.city.accounts import ACCOUNTS
from tests.journeys.visitor import Visitor

COMPANY = next(account for account in ACCOUNTS if account.username == "company")


def take(visitor: Visitor, words: str) -> Download:
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("button", name=words).first.click()
    return waiting.value


def test_representative_takes_the_report_and_anybody_verifies_it(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in(COMPANY.username, COMPANY.password)
    visitor.look("my")
    visitor.press("出具信用报告", role="button", name="report")
    expect(page.locator("h1")).to_have_text("公共信用信息报告")
    expect(page.locator("main")).to_contain_text("来源")
    page.go_back()

    paper = take(visitor, "出具 PDF 报告")
    assert Path(paper.path()).read_bytes().startswith(b"%PDF")
    number = Path(paper.suggested_filename).stem
    visitor.go("/verify/", "verify")
    page.locator("#number").fill(number)
    page.locator("main button.button").first.click()
    page.wait_for_load_state("load")
    visitor.look("verify-genuine")
    expect(page.locator("main")).to_contain_text("由本平台出具")
    expect(page.locator("main")).not_to_contain_text("杏川市")


def test_number_that_was_never_issued_is_called_so(visitor: Visitor) -> None:
    visitor.go("/verify/20261124000000ABCDEFGH", "verify-unknown")
    expect(visitor.page.locator("main")).to_contain_text("没有出具过")


def test_wrong_password_keeps_the_name_and_says_what_to_do(visitor: Visitor) -> None:
    visitor.go("/sign-in/", "sign-in")
    visitor.sign_in(COMPANY.username, "not the password")
    visitor.look("sign-in-wrong")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.page.locator("#id_username")).to_have_value(COMPANY.username)
