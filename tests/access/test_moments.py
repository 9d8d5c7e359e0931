"""Invariant 1: public sight ends with the microsecond, on the page, in the interface and in every cache.

These tests run inside one transaction, where the database's clock stands still, so that the edge can be met exactly.
"""

from __future__ import annotations

import json
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


@pytest.mark.parametrize(
    ("ends_in", "caching"),
    [
        (timedelta(hours=1), "public, max-age=60, must-revalidate"),
        (timedelta(seconds=61), "public, max-age=60, must-revalidate"),
        (timedelta(seconds=60) - MICROSECOND, "public, max-age=59, must-revalidate"),
        (timedelta(seconds=1), "public, max-age=1, must-revalidate"),
        (timedelta(seconds=1) - MICROSECOND, "no-store"),
        (-timedelta(seconds=1), "public, max-age=60, must-revalidate"),
    ],
)
def test_no_cache_keeps_an_answer_past_the_end_of_a_display(
    client: Client, now: datetime, ends_in: timedelta, caching: str
) -> None:
    organization = with_record(display_to=now + ends_in)
    assert client.get(f"/api/organizations/{organization.uscc}")["Cache-Control"] == caching


def test_no_cache_keeps_an_answer_past_an_event_that_takes_effect_soon(now: datetime) -> None:
    organization = make_organization()
    record = make_record(organization=organization)
    make_event(record, kind="restored", effective_at=now + timedelta(seconds=7))

    answer = organization_answer(organization.uscc)

    assert answer is not None
    assert answer.seconds_shown == 7
    assert json.loads(answer.text)["next_display_end"] == _as_json(now + timedelta(seconds=7))


def test_a_record_leaves_with_its_catalog_item(now: datetime) -> None:
    today = (now + timedelta(hours=8)).date()
    organization = make_organization()
    item = make_item_version(valid_to=today + timedelta(days=1))
    make_record(organization=organization, item_version=item)

    answer = organization_answer(organization.uscc)

    assert answer is not None
    midnight = datetime(today.year, today.month, today.day, 16, tzinfo=UTC)
    assert answer.seconds_shown == (midnight - now) // timedelta(seconds=1)


def test_an_answer_without_records_may_be_kept_for_a_minute(client: Client) -> None:
    organization = make_organization()
    found = client.get(f"/api/organizations/{organization.uscc}")
    assert found["Cache-Control"] == "public, max-age=60, must-revalidate"


def test_pages_with_a_form_token_and_answers_about_many_are_never_kept(client: Client) -> None:
    organization = make_organization()
    for address in (f"/organizations/{organization.uscc}/", "/search/?q=虚构", "/api/search?q=虚构"):
        assert client.get(address)["Cache-Control"] == "no-store"


def _as_json(moment: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(%s::timestamptz) #>> '{}'", [moment])
        return str(cursor.fetchone()[0])
