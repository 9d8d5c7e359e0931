"""Invariant 1: public sight ends with the microsecond, on the page, in the interface and in every cache.

These tests run inside one transaction, where the database's clock stands still, so that the edge can be met exactly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from anxin.access.published import organization_answer
from anxin.subjects.models import Organization
from tests.factories import make_event, make_item_version, make_organization, make_record

pytestmark = pytest.mark.django_db(databases=["default", "site"])
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _one_connection(db: None) -> Iterator[None]:
    """The site reads on the test's own connection: what is not committed is seen there, and its clock stands still."""
    site = connections["site"]
    connections["site"] = connections["default"]
    yield
    connections["site"] = site


@pytest.fixture
def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def with_record(**changes: Any) -> Organization:
    organization = make_organization()
    make_record(organization=organization, public_fields={"title": "边界事项"}, **changes)
    return organization


def shown_everywhere(client: Client, organization: Organization) -> list[bool]:
    """In the interface, on the page, in the counts."""
    answer = client.get(f"/api/organizations/{organization.uscc}")
    page = client.get(f"/organizations/{organization.uscc}/").content.decode()
    return ["边界事项" in answer.content.decode(), "边界事项" in page, answer.json()["record_count"] == 1]


@pytest.mark.parametrize(
    ("offset", "shown"), [(MICROSECOND, True), (timedelta(0), False), (-MICROSECOND, False)]
)
def test_a_record_is_gone_everywhere_at_the_very_moment_its_display_ends(
    client: Client, now: datetime, offset: timedelta, shown: bool
) -> None:
    organization = with_record(display_to=now + offset)
    assert shown_everywhere(client, organization) == [shown] * 3


@pytest.mark.parametrize(
    ("offset", "shown"), [(-MICROSECOND, True), (timedelta(0), True), (MICROSECOND, False)]
)
def test_a_record_appears_at_the_very_moment_its_display_begins(
    client: Client, now: datetime, offset: timedelta, shown: bool
) -> None:
    organization = with_record(display_from=now + offset)
    assert shown_everywhere(client, organization) == [shown] * 3


@pytest.mark.parametrize("kind", ["withdrawn", "annulled", "restored", "display_ended", "shielded"])
@pytest.mark.parametrize(("offset", "shown"), [(MICROSECOND, True), (timedelta(0), False)])
def test_an_ending_event_ends_display_at_the_moment_it_takes_effect(
    client: Client, now: datetime, kind: str, offset: timedelta, shown: bool
) -> None:
    organization = make_organization()
    record = make_record(organization=organization, public_fields={"title": "边界事项"})
    make_event(record, kind=kind, effective_at=now + offset)
    assert shown_everywhere(client, organization) == [shown] * 3


def test_an_unshielded_record_is_shown_again_and_a_closed_objection_leaves_no_mark(
    client: Client, now: datetime
) -> None:
    organization = make_organization()
    record = make_record(organization=organization, public_fields={"title": "边界事项"})
    for kind in (
        *("shielded", "unshielded", "objected", "objection_closed"),
        *("link_undone", "link_restored"),
    ):
        make_event(record, kind=kind, effective_at=now)
    assert shown_everywhere(client, organization) == [True] * 3
    assert client.get(f"/api/organizations/{organization.uscc}").json()["disputed_count"] == 0


def asked_again(client: Client, organization: Organization, tag: str) -> Any:
    return client.get(f"/api/organizations/{organization.uscc}", headers={"If-None-Match": tag})


def test_an_answer_is_kept_only_to_be_asked_for_again(client: Client, now: datetime) -> None:
    organization = with_record(display_to=now + MICROSECOND)

    first = client.get(f"/api/organizations/{organization.uscc}")
    again = asked_again(client, organization, first["ETag"])

    assert first["Cache-Control"] == again["Cache-Control"] == "no-cache"
    assert re.fullmatch(r'"[0-9a-f]{64}"', first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert asked_again(client, organization, '"another"').content == first.content


def test_what_a_cache_holds_ends_with_the_microsecond_in_which_a_display_ends(
    client: Client, now: datetime
) -> None:
    organization = make_organization()
    record = make_record(
        organization=organization, public_fields={"title": "边界事项"}, display_to=now + MICROSECOND
    )
    held = client.get(f"/api/organizations/{organization.uscc}")["ETag"]
    assert asked_again(client, organization, held).status_code == 304

    # The clock stands still in here, so the end comes to it.
    make_event(record, kind="display_ended", effective_at=now)
    found = asked_again(client, organization, held)

    assert found.status_code == 200
    assert found.json()["record_count"] == 0
    assert found["ETag"] != held


@pytest.mark.parametrize("kind", ["withdrawn", "annulled", "restored", "shielded"])
def test_what_a_cache_holds_ends_with_the_transaction_that_withdraws_it(
    client: Client, now: datetime, kind: str
) -> None:
    organization = make_organization()
    record = make_record(organization=organization, public_fields={"title": "边界事项"})
    held = client.get(f"/api/organizations/{organization.uscc}")["ETag"]

    make_event(record, kind=kind, effective_at=now)
    found = asked_again(client, organization, held)

    assert (found.status_code, "边界事项" in found.content.decode()) == (200, False)


def test_a_search_is_kept_only_to_be_asked_for_again(client: Client) -> None:
    organization = make_organization()
    address = f"/api/search?q={organization.name}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (first["Cache-Control"], again.status_code) == ("no-cache", 304)

    Organization.objects.filter(pk=organization.pk).update(sole_proprietor=True)
    found = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (found.status_code, found.json()["total"]) == (200, 0)


def test_an_answer_says_when_something_in_it_ends_next(now: datetime) -> None:
    organization = make_organization()
    record = make_record(organization=organization)
    make_event(record, kind="restored", effective_at=now + timedelta(seconds=7))

    answer = organization_answer(organization.uscc)

    assert answer is not None
    assert json.loads(answer.text)["next_display_end"] == _as_json(now + timedelta(seconds=7))
    assert answer.as_of == now


def test_a_record_leaves_with_its_catalog_item(now: datetime) -> None:
    today = (now + timedelta(hours=8)).date()
    organization = make_organization()
    item = make_item_version(valid_to=today + timedelta(days=1))
    make_record(organization=organization, item_version=item)

    answer = organization_answer(organization.uscc)

    assert answer is not None
    midnight = datetime(today.year, today.month, today.day, 16, tzinfo=UTC)
    assert json.loads(answer.text)["next_display_end"] == _as_json(midnight)


def test_pages_with_a_form_token_are_never_kept(client: Client) -> None:
    organization = make_organization()
    for address in (f"/organizations/{organization.uscc}/", "/search/?q=虚构"):
        assert client.get(address)["Cache-Control"] == "no-store"


def _as_json(moment: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(%s::timestamptz) #>> '{}'", [moment])
        return str(cursor.fetchone()[0])
