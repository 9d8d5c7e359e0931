"""Reading records for casework: the version in force, who sent it, and the whole file of one record."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from anxin.prepared import prepared_value
from anxin.records.events import RecordKey, UnknownRecord
from anxin.records.models import RecordVersion


def latest_version(record: RecordKey) -> RecordVersion:
    """The version that is shown now. Raises `UnknownRecord`."""
    found = (
        RecordVersion.objects.filter(subject_id=record.subject_id, record_id=record.record_id)
        .select_related("item_version")
        .order_by("-number")
        .first()
    )
    if found is None:
        raise UnknownRecord
    return found


def sender_unit_id(record: RecordKey) -> int | None:
    """The number of the unit whose file the latest version came from, or None where there is no such record."""
    found: int | None = _told("SELECT record_sender(%s, %s)", record)
    return found


def item_of(record: RecordKey) -> str | None:
    """The code of the item that the record is under, or None where there is no such record."""
    found: str | None = _told("SELECT record_item(%s, %s)", record)
    return found


def _told(statement: str, record: RecordKey) -> Any:
    """What a small function of the gate tells of a record; none of its content."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [record.subject_id, record.record_id])
        return cursor.fetchone()[0]


def read_history(*, log_entry_id: int, record_id: int) -> dict[str, Any] | None:
    """Every version with its lineage and every event of one record, through the gate.

    `{"record_id", "item", "name_zh", "name_en", "unit_code", "versions": [...], "events": [...], "labels": [...]}`,
    or None where the subject of the log entry has no such record. The gate refuses without a committed log entry.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT read_record_history(%s, %s)::text", [log_entry_id, record_id])
        answer = cursor.fetchone()[0]
    return None if answer is None else json.loads(answer)


def read_records(*, log_entry_id: int) -> list[dict[str, Any]]:
    """The records that the log entry is about, newest decision first, through the gate: one mapping a record."""
    found: list[dict[str, Any]] = json.loads(prepared_value("SELECT read_records(%s)::text", [log_entry_id]))
    return found
