"""Reading with a subject's authorization: what was given, as often as given, never after it ended (Art. 13(1)(2))."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.utils import timezone

from anxin.access.authorizations import (
    Grantee,
    GrantIncomplete,
    GrantNotOpen,
    Terms,
    grant_access,
    grants_for,
    grants_of,
    read_with_grant,
    uses_of,
    withdraw_grant,
)
from anxin.access.models import AccessGrant
from anxin.access.services import NotRepresented
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.audit.services import Reading, Route, System, log_query
from anxin.kernel.refusals import Refusal
from tests.access.routes.setting import ITEM, SECOND, Setting, make_officer, make_setting, now, represent
from tests.factories import make_event, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def there() -> Setting:
    return make_setting()


def give(there: Setting, *, grantee: Grantee | None = None, **changes: Any) -> AccessGrant:
    terms: dict[str, Any] = {
        "fields": [f"{ITEM}.facts"],
        "purpose": "办理虚构贷款",
        "uses": 2,
        "ends_at": now() + timedelta(days=30),
    }
    return grant_access(
        representation=there.representative,
        grantee=grantee or Grantee(account=there.stranger),
        terms=Terms(**{**terms, **changes}),
        by=there.representative.account,
        at=now(),
    )


def use(grant: AccessGrant, by: Any) -> Any:
    return read_with_grant(grant_id=grant.pk, by=by, at=now())


def test_art_13_1_2_the_grantee_reads_the_fields_it_was_given_and_each_use_stands_in_the_log(
    there: Setting,
) -> None:
    grant = give(there)

    found = use(grant, there.stranger)

    assert found.name == there.organization.name
    assert [(one.item, [field.name for field in one.fields]) for one in found.records] == [(ITEM, ["facts"])]
    entry = QueryLogEntry.objects.get()
    assert (entry.route, entry.grant_id, entry.purpose) == ("authorized", grant.pk, "办理虚构贷款")
    assert (entry.subject_id, entry.fields) == (there.organization.pk, [f"{ITEM}.facts"])
    assert AccessGrant.objects.get().used == 1
    assert [one.pk for one in uses_of(grant)] == [entry.pk]
    assert [one.pk for one in grants_of(there.organization.pk)] == [grant.pk]
    assert EventLogEntry.objects.filter(act="grant_access", subject_id=there.organization.pk).count() == 1


def test_art_13_1_2_no_more_uses_than_were_given(there: Setting) -> None:
    grant = give(there, uses=2)
    use(grant, there.stranger)
    use(grant, there.stranger)

    with pytest.raises(GrantNotOpen):
        use(grant, there.stranger)

    assert (QueryLogEntry.objects.count(), AccessGrant.objects.get().used) == (2, 2)


def test_art_13_1_2_many_at_once_never_use_it_more_often(there: Setting) -> None:
    grant, barrier = give(there, uses=3), Barrier(8)

    def race(_: int) -> bool:
        barrier.wait(10)
        try:
            use(grant, there.stranger)
        except GrantNotOpen:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, range(8)))

    assert won.count(True) == 3
    assert (QueryLogEntry.objects.count(), AccessGrant.objects.get().used) == (3, 3)


def test_art_13_1_2_withdrawn_used_up_ended_and_another_hand_are_one_refusal(there: Setting) -> None:
    withdrawn, ended, used = (
        give(there),
        give(there, ends_at=now() + timedelta(milliseconds=60)),
        give(there, uses=1),
    )
    withdraw_grant(grant=withdrawn, by=there.representative.account, at=now())
    use(used, there.stranger)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.07)")
    refusals: list[Refusal] = []
    for grant, by in (
        (withdrawn, there.stranger),
        (ended, there.stranger),
        (used, there.stranger),
        (give(there), there.officer),
        (AccessGrant(pk=0), there.stranger),
    ):
        with pytest.raises(GrantNotOpen) as caught:
            use(grant, by)
        refusals.append(caught.value)

    assert len({(one.code, str(one.as_problem("zh"))) for one in refusals}) == 1
    assert QueryLogEntry.objects.count() == 1
    assert [one.used for one in grants_for(there.stranger, now())] == [0]


def test_art_13_1_2_an_officers_first_day_begins_at_the_citys_midnight(there: Setting) -> None:
    grant = give(there, grantee=Grantee(unit=there.unit), ends_at=now() + timedelta(days=90))
    first = timezone.localdate() + timedelta(days=30)
    officer = make_officer("from next month", there.unit, since=first)
    midnight = datetime.combine(first, time(), timezone.get_default_timezone()).astimezone(UTC)

    assert list(grants_for(officer, midnight)) == [grant]
    assert not grants_for(officer, midnight - timedelta(microseconds=1)).exists()


def test_art_13_1_2_a_unit_reads_by_its_officers_of_today_and_by_nobody_else(there: Setting) -> None:
    grant = give(there, grantee=Grantee(unit=there.unit))

    assert use(grant, there.officer).records
    assert QueryLogEntry.objects.get().reader_unit_code == there.unit.code
    for other in (
        there.stranger,
        make_officer("elsewhere", make_unit()),
        make_officer("c", there.unit, "clerk"),
    ):
        with pytest.raises(GrantNotOpen):
            use(grant, other)


def test_art_13_1_2_a_client_of_the_interface_reads_under_its_own_name_only(there: Setting) -> None:
    grant = give(there, grantee=Grantee(client_id="bank-1"))

    found = read_with_grant(
        grant_id=grant.pk, by=there.stranger, at=now(), system=System.API, client_id="bank-1"
    )

    assert found.records
    for client in ("", "bank-2"):
        with pytest.raises(GrantNotOpen):
            read_with_grant(grant_id=grant.pk, by=there.stranger, at=now(), client_id=client)


def test_art_13_1_2_only_who_represents_the_subject_gives_and_withdraws(there: Setting) -> None:
    other = represent("other", there.person.pk)
    grant = give(there)

    with pytest.raises(NotRepresented):
        grant_access(
            representation=there.representative,
            grantee=Grantee(account=there.stranger),
            terms=Terms(fields=[ITEM], purpose="x", uses=1, ends_at=now() + timedelta(days=1)),
            by=other.account,
            at=now(),
        )
    with pytest.raises(NotRepresented):
        withdraw_grant(grant=grant, by=other.account, at=now())
    again = withdraw_grant(grant=grant, by=there.representative.account, at=now())
    assert (
        withdraw_grant(grant=grant, by=there.representative.account, at=now()).withdrawn_at
        == again.withdrawn_at
    )
    assert EventLogEntry.objects.filter(act="withdraw_grant").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": []},
        {"fields": ["no-such-item"]},
        {"fields": ["qualification"]},
        {"fields": ["*"]},
        {"uses": 0},
        {"uses": 100_000},
        {"purpose": " "},
        {"ends_at": now() - timedelta(days=1)},
        {"ends_at": now() + timedelta(days=4000)},
        {"grantee": Grantee()},
    ],
)
def test_art_13_1_2_an_incomplete_grant_is_refused(there: Setting, wrong: dict[str, Any]) -> None:
    with pytest.raises(GrantIncomplete):
        give(there, **wrong)

    assert not AccessGrant.objects.exists()


def test_art_13_1_2_the_database_keeps_a_grant_to_its_terms(there: Setting) -> None:
    grant = give(there)

    def insert(**changes: Any) -> Callable[[], object]:
        values = {
            "subject_id": there.organization.pk, "granted_by": there.representative.account,
            "grantee_account": there.stranger, "fields": [ITEM], "purpose": "x", "uses": 1,
            "granted_at": now(), "ends_at": now() + timedelta(days=1),
        }  # fmt: skip
        return lambda: AccessGrant.objects.create(**{**values, **changes})

    def update(**changes: Any) -> Callable[[], object]:
        return lambda: AccessGrant.objects.filter(pk=grant.pk).update(**changes)

    wrongs = [
        insert(granted_by=there.stranger),
        insert(ends_at=now() - timedelta(days=1)),
        insert(uses=0),
        insert(fields=[]),
        insert(fields=[""]),
        insert(purpose=""),
        insert(grantee_unit=there.unit),
        insert(grantee_account=None),
        insert(used=1),
        update(used=3),
        update(used=2),
        update(uses=9),
        update(fields=[SECOND]),
        update(ends_at=now() + timedelta(days=900)),
        update(withdrawn_at=now()),
        grant.delete,
    ]
    for wrong in wrongs:
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
    withdraw_grant(grant=grant, by=there.representative.account, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        update(withdrawn_at=None, withdrawn_by=None)()
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(
            "INSERT INTO access_accessgrant (subject_id, granted_by_id, grantee_account_id, fields, purpose, uses, granted_at,"
            " ends_at) VALUES (%s, %s, %s, '{x}', 'x', 1, now(), 'infinity')",
            [there.organization.pk, there.representative.account_id, there.stranger.pk],
        )


@pytest.mark.parametrize(
    "changes",
    [{"fields": ["*"]}, {"fields": [ITEM]}, {"subject_id": 0}, {"reader_account_id": 0}, {"grant_id": 0}],
)
def test_art_13_1_2_the_log_itself_refuses_a_row_beyond_the_grant(
    there: Setting, changes: dict[str, Any]
) -> None:
    grant = give(there)
    values: dict[str, Any] = {
        "route": Route.AUTHORIZED, "system": System.PORTAL, "reader_account_id": there.stranger.pk,
        "subject_id": there.organization.pk, "purpose": "x", "clause": "anshan-2022-9/13/1/2",
        "fields": [f"{ITEM}.facts"], "grant_id": grant.pk,
    }  # fmt: skip

    with pytest.raises(DatabaseError):
        log_query(Reading(**{**values, **changes}))

    assert (QueryLogEntry.objects.count(), AccessGrant.objects.get().used) == (0, 0)


def test_art_40_what_is_shielded_or_restored_is_not_given_to_others(there: Setting) -> None:
    grant = give(there, fields=[ITEM, SECOND], uses=5)
    assert {one.item for one in use(grant, there.stranger).records} == {ITEM, SECOND}

    make_event(there.record, kind="shielded", effective_at=now() - timedelta(days=1))
    assert {one.item for one in use(grant, there.stranger).records} == {SECOND}
    make_event(there.record, kind="unshielded", effective_at=now() - timedelta(hours=1))
    assert {one.item for one in use(grant, there.stranger).records} == {ITEM, SECOND}
    make_event(there.record, kind="restored", effective_at=now() - timedelta(minutes=1))
    assert {one.item for one in use(grant, there.stranger).records} == {SECOND}
