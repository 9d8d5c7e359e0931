"""Every address says who may open it, and the matrix of roles and addresses follows from that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from anxin.authorities.models import Account, RoleAssignment
from tests.factories import make_unit

FILLED = {
    "uscc": "91210399MAZZZZZZ00",
    "code": "none",
    "number": "1",
    "id": "1",
    "complaint": "00000000-0000-4000-8000-000000000000",
}
# What only takes other methods than GET answers 405 to whoever may open it.
OPENED = {200, 302, 400, 404, 405, 422}


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry, address)
        else:
            yield address, entry


def test_no_view_is_without_a_policy() -> None:
    found = [address for address, entry in views() if not hasattr(entry.callback, "policy")]
    assert found == [], (
        "give each view public_page, signed_in_page, officer_page (anxin.web.policy), public_endpoint, provider_endpoint or client_endpoint"
    )


PAGES = [entry for _, entry in views()]
READERS = ["anonymous", "representative", *RoleAssignment.Role.values]


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> tuple[str, Client]:
    client = Client()
    kind = request.param
    if kind != "anonymous":
        account = Account.objects.create_account("reader", "a long password", display_name="测试")
        if kind != "representative":
            RoleAssignment.objects.create(
                account=account,
                unit=make_unit(),
                role=kind,
                territory="210300",
                period=(date(2020, 1, 1), None),
            )
        client.force_login(account)
    return kind, client


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
@pytest.mark.parametrize("reader", READERS, indirect=True)
def test_each_reader_opens_what_the_policy_says_and_nothing_else(reader: tuple[str, Client]) -> None:
    kind, client = reader
    for entry in PAGES:
        if entry.name == "sign-out":
            continue
        policy: Any = entry.callback.policy  # type: ignore[attr-defined]
        names = entry.pattern.converters
        address = reverse(str(entry.name), kwargs={name: FILLED.get(name, "1") for name in names})
        response = client.get(address)
        turned_away = response.status_code == 302 and response["Location"].startswith("/sign-in/")
        # What stopped being public a moment ago is shown by no cache.
        freshness = response.get("Cache-Control", "")
        assert "no-cache" in freshness or "no-store" in freshness, (address, kind)
        if entry.name == "api-token":
            # It takes a client's secret by POST, and no session (tests/api/test_tokens.py).
            assert response.status_code == 405, (address, kind)
        elif policy.kind in ("provider", "client"):
            # No session opens it, whoever's: only a unit's key or token does (tests/api).
            assert response.status_code == 401, (address, kind)
        elif policy.kind == "public":
            assert response.status_code in OPENED, (address, kind)
            assert not turned_away, (address, kind)
        elif kind == "anonymous":
            assert turned_away, (address, kind)
        elif policy.kind == "officer" and kind not in policy.roles:
            assert response.status_code == 403, (address, kind)
        else:
            assert response.status_code in OPENED, (address, kind)
            assert not turned_away, (address, kind)
            assert "no-store" in response["Cache-Control"] or response.status_code == 302, (address, kind)
