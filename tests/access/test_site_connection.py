"""The public site's own connection keeps plans: its statements must run as the server binds and plans them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from anxin.access import published
from anxin.config.database import databases

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
OFTEN_ENOUGH_TO_BE_PREPARED = 8


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionHandler]:
    """A connection as production opens it, to the tests' database (in tests, Django lends `site` the application's)."""
    settings = databases(os.environ["DATABASE_URL"], pool_size=0)
    settings["site"]["NAME"] = connection.settings_dict["NAME"]
    handler = ConnectionHandler({"default": settings["default"], "site": settings["site"]})
    monkeypatch.setattr(published, "connections", handler)
    yield handler
    handler["site"].close()


def test_public_statements_are_planned_once(site: ConnectionHandler) -> None:
    for _ in range(OFTEN_ENOUGH_TO_BE_PREPARED):
        assert published.search_organizations("杏川")["total"] == 0
        assert published.search_organizations("91210399MA0000007T", page=2)["organizations"] == []
        assert published.organization_page("91210399MA0000007T") is None
        assert published.report_state(b"{}") is None
        assert published.issued_report("202611240000000000000A") is None
    with site["site"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] >= 3
