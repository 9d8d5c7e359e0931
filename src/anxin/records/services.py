"""Acts on records: each appends one event or one version, with its receipt, in one transaction.

What ends a record takes effect at `at`: every public place computes with the moment of reading, so the record is gone
from all of them with the commit. Nothing here updates or deletes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.records.corrections import append_version, corrected_fields
from anxin.records.events import Basis, Kind, RecordKey, append_event, lock_and_read
from anxin.records.models import RecordEvent, RecordVersion
from anxin.records.queries import latest_version


def withdraw_record(
    *, record: RecordKey, basis: Basis, by: Account | None, at: datetime, submission_id: int | None = None
) -> RecordEvent:
    """The authority took its own decision back. Raises the refusals of `append_event`, as all acts here do."""
    return _happen("withdraw_record", Kind.WITHDRAWN, record, basis, by, at, submission_id)


def annul_record(
    *, record: RecordKey, basis: Basis, by: Account | None, at: datetime, submission_id: int | None = None
) -> RecordEvent:
    """A court or a higher authority struck the document down; what rested on it ends with it."""
    return _happen("annul_record", Kind.ANNULLED, record, basis, by, at, submission_id)


def mark_objected(*, record: RecordKey, basis: Basis, by: Account, at: datetime) -> RecordEvent:
    """Mark the record as disputed wherever it is shown."""
    return _happen("mark_objected", Kind.OBJECTED, record, basis, by, at)


def close_objection(*, record: RecordKey, basis: Basis, by: Account, at: datetime) -> RecordEvent:
    """Take the mark away: the objection was answered."""
    return _happen("close_objection", Kind.OBJECTION_CLOSED, record, basis, by, at)


def end_display(*, record: RecordKey, basis: Basis, by: Account | None, at: datetime) -> RecordEvent:
    """Stop showing the record to the public before its period is over."""
    return _happen("end_display", Kind.DISPLAY_ENDED, record, basis, by, at)


def restore_record(*, record: RecordKey, basis: Basis, by: Account, at: datetime) -> RecordEvent:
    """Note that the subject restored its credit: the record is no longer shown to the public."""
    return _happen("restore_record", Kind.RESTORED, record, basis, by, at)


def shield_record(*, record: RecordKey, basis: Basis, by: Account, at: datetime) -> RecordEvent:
    """Hide the record at its subject's wish."""
    return _happen("shield_record", Kind.SHIELDED, record, basis, by, at)


def unshield_record(*, record: RecordKey, basis: Basis, by: Account, at: datetime) -> RecordEvent:
    """Show it again at its subject's wish."""
    return _happen("unshield_record", Kind.UNSHIELDED, record, basis, by, at)


@transaction.atomic
def correct_record(
    *, record: RecordKey, changes: Mapping[str, Any], basis: Basis, by: Account, at: datetime
) -> RecordVersion:
    """Append a version with other values of some fields; `changes` maps field names to typed values or None.

    The lineage stays that of the version corrected. Raises `FieldNotCorrectable`, `ValueNotFitting` and the refusals
    of `append_event`.
    """
    lock_and_read(record)
    before = latest_version(record)
    public, restricted = corrected_fields(before, changes)
    append_event(record=record, kind=Kind.CORRECTED, basis=basis, by=by, at=at)
    after = append_version(before, public_fields=public, restricted_fields=restricted, at=at)
    _receipt("correct_record", record, basis, by, {"version": after.number, "fields": sorted(changes)})
    return after


@transaction.atomic
def _happen(
    act: str,
    kind: RecordEvent.Kind,
    record: RecordKey,
    basis: Basis,
    by: Account | None,
    at: datetime,
    submission_id: int | None = None,
) -> RecordEvent:
    event = append_event(record=record, kind=kind, basis=basis, by=by, at=at, submission_id=submission_id)
    _receipt(act, record, basis, by, {"event": event.pk, "submission": submission_id})
    return event


def _receipt(act: str, record: RecordKey, basis: Basis, by: Account | None, details: dict[str, Any]) -> None:
    record_event(
        act=act,
        by_account_id=by.pk if by is not None else None,
        subject_id=record.subject_id,
        clause=basis.clause,
        details={"record": record.record_id, "document": basis.document_number, **details},
    )
