"""The two logs refuse every way of losing a row, and the gate wants a committed entry (Art. 45(2))."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from anxin.audit.models import QueryLogEntry
from anxin.audit.services import LogNotCommitted, log_query, record_event

pytestmark = pytest.mark.django_db(transaction=True)


def _logged(**changes: object) -> QueryLogEntry:
    values: dict[str, object] = {
        "route": QueryLogEntry.Route.DESK_LOOKUP,
        "reader_account_id": 1,
        "subject_id": 7,
        "purpose": "checking a permit application",
        "clause": "anshan-2022-9/13/1/3",
        "fields": ["registration"],
    }
    return log_query(**{**values, **changes})  # type: ignore[arg-type]


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

    assert QueryLogEntry.objects.get(pk=entry.pk).purpose == "checking a permit application"


def test_art_45_2_a_log_row_written_inside_a_transaction_is_refused() -> None:
    with pytest.raises(LogNotCommitted), transaction.atomic():
        _logged()

    assert QueryLogEntry.objects.count() == 0


@pytest.mark.parametrize("missing", [{"purpose": ""}, {"clause": ""}, {"fields": []}])
def test_art_45_1_2_a_reading_states_purpose_clause_and_fields(missing: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        _logged(**missing)


def test_art_13_1_3_an_ex_officio_reading_names_its_case() -> None:
    with pytest.raises(IntegrityError):
        _logged(route=QueryLogEntry.Route.EX_OFFICIO, case_reference="")

    assert _logged(route=QueryLogEntry.Route.EX_OFFICIO, case_reference="2026-17").pk


def test_an_event_is_appended_with_its_transaction() -> None:
    event = record_event(act="publish_catalog", by_account_id=None, details={"items": 3})

    event.refresh_from_db()
    assert int(event.transaction_id) > 0
