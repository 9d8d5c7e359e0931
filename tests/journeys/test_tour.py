"""J12: a newcomer finds something on every page of the first tour, in both languages, also without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from anxin.city.accounts import ACCOUNTS, DemoAccount
from anxin.cli.tour import PUBLIC_PAGES
from tests.demonstration import Demonstration
from tests.journeys.visitor import DESK, PHONE, Visitor

READING_PAGES = (
    *PUBLIC_PAGES,
    "/search/?q=澜禾",
    "/organizations/912103990001050058/",
    "/catalog/administrative-penalty/",
    "/law/41/",
)


def something_is_on_it(visitor: Visitor) -> None:
    """Words, and not only the words that there is nothing."""
    main = visitor.page.locator("main")
    assert len(main.inner_text()) > 15, visitor.page.url
    if main.locator(".empty").count():
        assert main.locator("table tbody tr").count() > 0, f"{visitor.page.url} says only that it is empty"


@pytest.mark.parametrize("language", ["中文", "English"])
def test_every_public_page_has_something_on_it(visitor: Visitor, language: str) -> None:
    visitor.page.goto("/")
    if language == "English":
        visitor.speak(language)
    for path in READING_PAGES:
        visitor.go(path, f"{path}-{language}")
        something_is_on_it(visitor)


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_every_account_signs_in_and_finds_its_pages(visitor: Visitor, account: DemoAccount) -> None:
    visitor.sign_in(account.username, account.password)
    visitor.look(f"first-page-{account.username}")
    assert "/sign-in/" not in visitor.page.url
    for path in account.pages:
        visitor.go(path, f"{path}-{account.username}")
        something_is_on_it(visitor)


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["1280px", "390px"])
def test_reading_pages_need_no_script(browser: Browser, demo: Demonstration, width: int) -> None:
    visitor = Visitor(browser, demo.address, width, scripts=False)
    for path in READING_PAGES:
        visitor.go(path)
        something_is_on_it(visitor)
    visitor.sign_in("company", "demo-company-2026")
    visitor.go("/my/")
    visitor.press("出具信用报告", role="button")
    assert visitor.page.locator("main article").count() > 0
    visitor.close()
