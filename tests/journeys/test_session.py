"""When a session ends, by the clock or by hand, nothing of it is left on the screen."""

from __future__ import annotations

from playwright.sync_api import expect

from anxin.city.accounts import ACCOUNTS
from tests.demonstration import Demonstration
from tests.journeys.visitor import Visitor

CLERK = next(account for account in ACCOUNTS if account.username == "clerk")


def test_expired_session_shows_nothing(visitor: Visitor, demo: Demonstration) -> None:
    visitor.sign_in(CLERK.username, CLERK.password)
    visitor.go("/desk/", "desk")
    expect(visitor.page.locator("body")).to_contain_text(CLERK.display_name)
    demo.ask("UPDATE django_session SET expire_date = now() - interval '1 minute'")
    visitor.page.reload()
    visitor.look("session-expired")
    expect(visitor.page.locator("h1")).to_have_text("登录")
    expect(visitor.page.locator("body")).not_to_contain_text(CLERK.display_name)
    visitor.go("/desk/intake/", "session-expired")
    expect(visitor.page.locator("h1")).to_have_text("登录")


def test_back_after_signing_out_shows_nothing(visitor: Visitor) -> None:
    visitor.sign_in(CLERK.username, CLERK.password)
    visitor.go("/desk/intake/")
    visitor.go("/rights/")
    expect(visitor.page.locator("body")).to_contain_text(CLERK.display_name)
    visitor.page.get_by_role("button", name="退出").click()
    visitor.page.wait_for_load_state("load")
    visitor.look("signed-out")
    for _ in range(2):
        visitor.page.go_back()
        expect(visitor.page.locator("body")).not_to_contain_text(CLERK.display_name)
    expect(visitor.page.locator("h1")).to_have_text("登录")


def test_who_lacks_the_role_sees_why_and_the_way_home(visitor: Visitor) -> None:
    visitor.expect_status(403)
    visitor.sign_in("company", "demo-company-2026")
    visitor.go("/desk/intake/", "refused")
    expect(visitor.page.locator("h1")).to_have_text("没有权限")
