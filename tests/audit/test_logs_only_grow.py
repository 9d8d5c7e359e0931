"""The two logs refuse every way of losing a row, and the gate wants a committed entry (Art. 45(2))."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from anxin.audit.models import QUERY_CANONICAL, EventLogEntry, QueryLogEntry
from anxin.audit.services import LogNotCommitted, Reading, log_queries, log_query, record_event
from tests.access.routes.setting import list_item
from tests.factories import make_organization

pytestmark = pytest.mark.django_db(transaction=True)


def _logged(**changes: object) -> int:
    values: dict[str, object] = {
        "route": QueryLogEntry.Route.DESK_LOOKUP,
        "reader_account_id": 1,
        "system": QueryLogEntry.System.DESK,
        "subject_id": 7,
        "purpose": "checking a permit application",
        "clause": "anshan-2022-9/13/1/3",
        "fields": ["registration"],
    }
    return log_query(Reading(**{**values, **changes}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_querylogentry SET purpose = 'another'",
        "DELETE FROM audit_querylogentry",
        "TRUNCATE audit_querylogentry",
    ],
)
def test_art_45_2_a_query_log_row_cannot_be_changed_or_removed(statement: str) -> None:
    entry = _logged()

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)

    assert QueryLogEntry.objects.get(pk=entry).purpose == "checking a permit application"


def test_art_45_2_a_log_row_written_inside_a_transaction_is_refused() -> None:
    with pytest.raises(LogNotCommitted), transaction.atomic():
        _logged()

    assert QueryLogEntry.objects.count() == 0


@pytest.mark.parametrize("missing", [{"purpose": ""}, {"clause": ""}, {"fields": []}])
def test_art_45_1_2_a_reading_states_purpose_clause_and_fields(missing: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        _logged(**missing)


def test_art_13_1_3_an_ex_officio_reading_names_its_case() -> None:
    item, subject = list_item(fields=["registration"]), make_organization().pk
    stated = {
        "route": QueryLogEntry.Route.EX_OFFICIO, "use_item": item.code, "reader_unit_code": item.units[0], "subject_id": subject,
    }  # fmt: skip
    with pytest.raises(IntegrityError):
        _logged(**stated, case_reference="")

    assert _logged(**stated, case_reference="2026-17")


def test_an_event_is_appended_with_its_transaction() -> None:
    number = record_event(act="publish_catalog", by_account_id=None, details={"items": 3})

    event = EventLogEntry.objects.get(pk=number)
    assert int(event.transaction_id) > 0


def test_invariant_6_the_row_says_itself_when_by_whom_and_what_it_commits_to() -> None:
    """The commitment is made from what is stored, by nobody but the database."""
    number = _logged()

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT login, session_user, salt, commitment, {QUERY_CANONICAL} FROM audit_querylogentry"
        )
        login, session, salt, commitment, text = cursor.fetchone()

    assert login == session
    assert hashlib.sha256(bytes(salt) + text.encode()).digest() == bytes(commitment)
    said = json.loads(text)
    assert said[:2] == ["q", number]
    assert ["registration"] in said
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_querylogentry SET commitment = %s", [b"0" * 32])


def test_invariant_6_two_equal_rows_commit_to_different_bytes() -> None:
    """Nobody can guess from a commitment that a certain reading took place."""
    _logged()
    _logged()

    assert len(set(map(bytes, QueryLogEntry.objects.values_list("salt", flat=True)))) == 2
    assert len(set(map(bytes, QueryLogEntry.objects.values_list("commitment", flat=True)))) == 2


def test_invariant_5_a_batch_is_logged_whole_or_not_at_all() -> None:
    good = Reading(
        route=QueryLogEntry.Route.BATCH,
        system=QueryLogEntry.System.API,
        reader_account_id=1,
        purpose="tender 2026-8",
        clause="anshan-2022-9/18/2",
        fields=["registration"],
        subject_id=7,
    )

    with pytest.raises(IntegrityError):
        log_queries([good, replace(good, purpose="")])
    assert QueryLogEntry.objects.count() == 0
    assert len(log_queries([good, replace(good, subject_id=None, asked="91210399MA0000001X")])) == 2


def test_invariant_5_only_a_run_or_a_miss_names_no_subject() -> None:
    with pytest.raises(IntegrityError):
        _logged(subject_id=None)
    # Before its grant is missed, the log's own trigger finds none that is open.
    with pytest.raises(DatabaseError):
        _logged(route=QueryLogEntry.Route.AUTHORIZED)
