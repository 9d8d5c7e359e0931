"""Without a mouse: every step is reached with Tab, and one always sees where one is."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

MOST_TABS = 60
FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    text: (one.textContent || one.id || one.tagName).trim(),
    ring: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none',
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
  };
}"""


def tab_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until `selector` has the focus; the focus is visible at every step."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        focus = visitor.page.evaluate(FOCUS)
        assert focus["ring"], f"{visitor.page.url}: no ring around {focus['text'][:30]}"
        assert focus["seen"], f"{visitor.page.url}: focus out of sight on {focus['text'][:30]}"
        if visitor.page.locator(selector).first.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{visitor.page.url}: {selector} is not reached with {MOST_TABS} tabs")


def press_enter(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def test_look_up_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["text"] == "跳到正文"
    visitor.picture("skip-link")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    tab_to(visitor, "#q")
    page.keyboard.type("澜禾商贸")
    press_enter(visitor)
    tab_to(visitor, ".results a")
    visitor.picture("focus-result")
    press_enter(visitor)
    tab_to(visitor, "main summary")
    page.keyboard.press("Enter")
    expect(page.locator("main details").first).to_have_attribute("open", "")
    visitor.picture("focus-summary")
    tab_to(visitor, "main details a[href^='/catalog/']")
    press_enter(visitor)
    tab_to(visitor, "main a[href^='/law/']")
    press_enter(visitor)
    assert "/law/" in page.url


def test_sign_in_and_out_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.page
    page.goto("/")
    tab_to(visitor, "header a[href='/sign-in/']")
    press_enter(visitor)
    tab_to(visitor, "#id_username")
    page.keyboard.type("company")
    page.keyboard.press("Tab")
    page.keyboard.type("demo-company-2026")
    press_enter(visitor)
    expect(page.locator("h1")).to_have_text("我的信用信息")
    tab_to(visitor, "form[action$='report/'] button")
    press_enter(visitor)
    expect(page.locator("h1")).to_have_text("公共信用信息报告")
    tab_to(visitor, "form[action='/sign-out/'] button")
    press_enter(visitor)
    expect(page.locator("header")).to_contain_text("登录")
