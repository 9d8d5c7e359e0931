"""Anybody looks an organization up: two characters, the page, a record with its origin, the item, the clause, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

TWO_CHARACTERS = "澜禾"
# An organization of the city that was renamed.
NAME, FORMER_NAME, CODE = "杏川市澜禾商贸有限公司", "杏川市澜禾商贸经营部", "912103990001050058"
WORDS = {
    "zh": {
        "search": "查询",
        "details": "详细内容与来源",
        "origin": "来源文件",
        "item": "目录条目",
        "article": "条",
    },
    "en": {
        "search": "Search",
        "details": "Details and source",
        "origin": "Source file",
        "item": "Catalog item",
        "article": "Art.",
    },
}


def search(visitor: Visitor, text: str) -> None:
    visitor.page.get_by_role("searchbox").fill(text)
    visitor.page.get_by_role("searchbox").press("Enter")
    visitor.page.wait_for_url("**/search/?q=*")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_characters_lead_to_a_record_its_origin_its_item_and_its_clause(
    visitor: Visitor, language: str
) -> None:
    page, words = visitor.page, WORDS[language]
    visitor.go("/", f"home-{language}-first")
    if language == "en":
        visitor.speak("English")
    visitor.look(f"home-{language}")
    search(visitor, TWO_CHARACTERS)
    visitor.look(f"search-{language}")
    visitor.press(NAME, name=f"organization-{language}")

    record = page.locator("#records + table tbody tr").first
    record.get_by_text(words["details"]).click()
    visitor.look(f"organization-open-{language}")
    expect(record.get_by_text(words["origin"])).to_be_visible()
    row = record.locator("dt", has_text=words["origin"]).locator("+ dd")
    assert row.inner_text().split("·")[0].strip().isalnum()
    assert row.inner_text().split()[-1].isdigit()

    organization = page.url
    record.locator("dt", has_text=words["item"]).locator("+ dd a").click()
    visitor.look(f"item-{language}")
    page.locator("main a[href^='/law/']").first.click()
    visitor.look(f"clause-{language}")
    assert words["article"] in page.locator("h2").first.inner_text()
    page.go_back()
    page.go_back()
    assert page.url == organization
    expect(page.locator("h1")).to_have_text(NAME)


def test_former_name_finds_the_organization_and_says_so(visitor: Visitor) -> None:
    visitor.go("/")
    search(visitor, FORMER_NAME)
    visitor.look("search-former")
    found = visitor.page.locator(".results li", has_text=NAME)
    expect(found.first).to_contain_text(f"曾用名:{FORMER_NAME}")


def test_whole_code_finds_one_organization(visitor: Visitor) -> None:
    visitor.go("/")
    search(visitor, CODE.lower())
    expect(visitor.page.locator(".results li")).to_have_count(1)
    visitor.press(NAME)
    expect(visitor.page.locator("main")).to_contain_text(CODE)


def test_nothing_found_says_what_to_do_next(visitor: Visitor) -> None:
    visitor.go("/search/?q=无此字号", "search-nothing")
    expect(visitor.page.locator(".empty")).to_contain_text("请核对名称或者代码")
    visitor.expect_status(404)
    visitor.go("/organizations/91210399MAZZZZZZ00/", "organization-absent")
    visitor.go("/no-such-page/", "page-absent")
    expect(visitor.page.get_by_role("link", name="回到首页")).to_be_visible()


def test_many_results_page_with_the_question_kept(visitor: Visitor) -> None:
    visitor.go("/search/?q=杏川", "search-many")
    visitor.press("下一页", name="search-second-page")
    assert "page=2" in visitor.page.url
    expect(visitor.page.get_by_role("searchbox")).to_have_value("杏川")
