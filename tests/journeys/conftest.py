"""One demonstration and one browser for all journeys; each walk is a fresh visitor at 1280 and at 390 pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.demonstration import Demonstration, running_demonstration
from tests.journeys.chromium import NOT_HERE, executable, running_browser
from tests.journeys.visitor import DESK, PHONE, Visitor

WIDTHS = pytest.mark.parametrize("width", [DESK, PHONE], ids=["1280px", "390px"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs a browser; where there is none, each says so in the summary."""
    for item in items:
        if "tests/journeys/" in item.path.as_posix():
            item.add_marker("browser")
            if executable() is None:
                item.add_marker(pytest.mark.skip(reason=NOT_HERE))


# Not of the whole session: Playwright keeps an event loop in this thread, and Django refuses its database beside one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_browser() as one:
        yield one


@pytest.fixture(scope="package")
def demo() -> Iterator[Demonstration]:
    with running_demonstration() as one:
        yield one


@pytest.fixture(params=[DESK, PHONE], ids=["1280px", "390px"])
def visitor(request: pytest.FixtureRequest, browser: Browser, demo: Demonstration) -> Iterator[Visitor]:
    one = Visitor(browser, demo.address, request.param)
    yield one
    one.close()


@pytest.fixture
def clerk_at_the_desk(browser: Browser, demo: Demonstration) -> Iterator[Visitor]:
    """A visitor at 1280 pixels: for walks that change the city, and are walked on by `clerk_on_the_phone`."""
    one = Visitor(browser, demo.address, DESK)
    yield one
    one.close()


@pytest.fixture
def clerk_on_the_phone(browser: Browser, demo: Demonstration) -> Iterator[Visitor]:
    """The same person's telephone, 390 pixels wide, with a session of its own."""
    one = Visitor(browser, demo.address, PHONE)
    yield one
    one.close()
