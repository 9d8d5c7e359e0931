"""One person at a screen: goes, types, presses, and has every page checked on the way."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

# Where pictures go, for people who want to look; nowhere unless asked.
PICTURES = os.environ.get("ANXIN_PICTURES", "")
PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 860}
SMALLEST_TARGET = 44
LAW_OF_ACCESS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What is pressed by itself, not within a sentence.
SMALL_TARGETS = """smallest => [...document.querySelectorAll(
    'button, select, summary, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), nav a, .button, .tools a')]
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width && one.checkVisibility() && (box.height < smallest - 0.5 || box.width < 24))
  .map(([one, box]) => `${one.tagName} ${one.textContent.trim().slice(0, 20)} ${box.width}x${box.height}`)"""
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map(one => one.outerHTML.slice(0, 120));
}"""


class Visitor:
    """A fresh profile at `width` pixels. `look()` checks the page that is open."""

    def __init__(self, browser: Browser, address: str, width: int, *, scripts: bool = True) -> None:
        self.address, self.width = address, width
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="zh-CN",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        self.scripts = scripts
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("response", self._see)
        self._expected: set[int] = set()

    def _hear(self, message: ConsoleMessage) -> None:
        # An answer of 4xx is told by `_see`, with its status and address.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.complaints.append(f"{response.status} {response.url}")

    def expect_status(self, status: int) -> None:
        """Answers with this status are part of the walk."""
        self._expected.add(status)

    def go(self, path: str, name: str = "") -> None:
        """Open an address of the product by hand, and look."""
        self.page.goto(path, wait_until="load")
        self.look(name or path)

    def press(self, words: str, *, name: str = "", role: Any = "link", exact: bool = True) -> None:
        """Press the first link or button with these words, and look at where it leads."""
        self.page.get_by_role(role, name=words, exact=exact).first.click()
        self.page.wait_for_load_state("load")
        self.look(name or words)

    def sign_in(self, username: str, password: str) -> None:
        """Through the door, like everybody."""
        self.page.goto("/sign-in/")
        self.page.locator("#id_username").fill(username)
        self.page.locator("#id_password").fill(password)
        self.page.locator("main button.button").click()
        self.page.wait_for_load_state("load")

    def speak(self, language: str) -> None:
        """Change the language with the switch of the page."""
        self.page.get_by_role("button", name=language, exact=True).click()
        self.page.wait_for_load_state("load")

    def look(self, name: str) -> None:
        """Nothing of the page may break a promise: access, width, targets, silence of the console."""
        self.picture(name)
        where = f"{self.page.url} at {self.width}"
        assert self.page.locator("h1").count() == 1, where
        assert self.page.locator("main").inner_text().strip(), where
        if self.scripts:
            assert self.page.evaluate(TOO_WIDE) == [], f"{where} scrolls sideways"
            if self.width == PHONE:
                assert self.page.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == [], (
                    f"{where}: too small for a thumb"
                )
            violations = Axe().run(self.page, options=LAW_OF_ACCESS).response["violations"]
            assert not violations, f"{where}: {[_violation(one) for one in violations]}"
        assert not self.complaints, f"{where}: {self.complaints}"

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page, where a folder for pictures is named."""
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            file = re.sub(r"[^\w-]+", "-", name).strip("-") or "page"
            self.page.screenshot(path=f"{PICTURES}/{file}-{self.width}.png", full_page=True)

    def close(self) -> None:
        """End the visit."""
        self.context.close()


def _violation(found: dict[str, Any]) -> str:
    nodes = [node["html"][:140] for node in found["nodes"][:3]]
    return f"{found['id']} ({found['help']}): {nodes}"
