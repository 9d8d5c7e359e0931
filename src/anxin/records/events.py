"""What happens to a record after it was recorded: one event, checked against those before it.

Used by `records.services`, and by other slices' services that write the receipt of a larger act themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db import connection

from anxin.authorities.models import Account
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.records.edges import may_follow
from anxin.records.models import CreditRecord, RecordEvent

Kind = RecordEvent.Kind


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A record by its two numbers."""

    subject_id: int
    record_id: int


@dataclass(frozen=True, slots=True)
class Basis:
    """Why an event is lawful: the clause, and a reason in words or the document that did it."""

    clause: str
    reason: str = ""
    document_number: str = ""
    document_issuer: str = ""
    document_date: date | None = None


class UnknownRecord(Refusal):
    """There is no such record."""

    code: ClassVar[str] = "E-RECORD"
    message = Bilingual("没有这条记录。", "There is no such record.")
    remedy = Bilingual("请从主体的记录清单重新打开。", "Open it again from the subject's list of records.")


class EventNotPossible(Refusal):
    """The record's history does not allow this event: it was done before, or nothing is open that it could close."""

    code: ClassVar[str] = "E-RECORD-STATE"
    message = Bilingual(
        "这条记录目前的状态不允许这样做({kind})。", "The state of this record does not allow it ({kind})."
    )
    remedy = Bilingual(
        "请刷新页面，核对这条记录已经发生的事项。", "Reload the page and compare what happened to the record."
    )


class BasisMissing(Refusal):
    """Nobody ends, marks or changes a record without saying why, and by which document where there must be one."""

    code: ClassVar[str] = "E-BASIS"
    message = Bilingual(
        "缺少依据：条款、理由，或者文书的文号与日期。",
        "The basis is missing: clause, reason, or the number and date of the document.",
    )
    remedy = Bilingual(
        "请补填；撤销、变更原决定必须写明文书。", "Add it; a withdrawal or annulment must name its document."
    )


def append_event(
    *,
    record: RecordKey,
    kind: RecordEvent.Kind,
    basis: Basis,
    by: Account | None,
    at: datetime,
    submission_id: int | None = None,
) -> RecordEvent:
    """Add one event, effective at `at`. Raises `UnknownRecord`, `BasisMissing`, `EventNotPossible`."""
    _check_basis(kind, basis, submission_id)
    earlier = lock_and_read(record)
    if not may_follow(kind, earlier):
        raise EventNotPossible(kind=kind.label)
    return RecordEvent.objects.create(
        subject_id=record.subject_id,
        record_id=record.record_id,
        kind=kind,
        effective_at=at,
        by_account_id=by.pk if by is not None else None,
        submission_id=submission_id,
        document_number=basis.document_number,
        document_issuer=basis.document_issuer,
        document_date=basis.document_date,
        reason=basis.reason,
        clause=basis.clause,
    )


def lock_and_read(record: RecordKey) -> list[str]:
    """The kinds of the record's events, oldest first, once nobody else is at it. Raises `UnknownRecord`."""
    locked = CreditRecord.objects.select_for_update(no_key=True).filter(
        subject_id=record.subject_id, id=record.record_id
    )
    if not locked.exists():
        raise UnknownRecord
    return event_kinds(record)


def event_kinds(record: RecordKey) -> list[str]:
    """The kinds of the record's events, oldest first, whether in effect yet or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_happened(%s, %s)", [record.subject_id, record.record_id])
        kinds: list[str] = cursor.fetchone()[0]
    return kinds


def _check_basis(kind: RecordEvent.Kind, basis: Basis, submission_id: int | None) -> None:
    said = basis.clause and (basis.reason.strip() or basis.document_number.strip())
    needs_document = kind in (Kind.WITHDRAWN, Kind.ANNULLED) and submission_id is None
    if not said or (needs_document and not (basis.document_number.strip() and basis.document_date)):
        raise BasisMissing
