"""Undoing a decision on a doubtful row: what it stored disappears from every place at once, and the row waits again."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from anxin.audit.casework import casework
from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.intake.decisions import ExplanationMissing
from anxin.intake.models import QueuedRow, RowDecision
from anxin.intake.newcomers import take_newcomer_back
from anxin.intake.one_row import CLAUSE
from anxin.intake.queue_reading import find_row
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.records.corrections import append_version
from anxin.records.events import Basis, Kind, RecordKey, append_event, lock_and_read
from anxin.records.models import RecordVersion
from anxin.records.queries import latest_version
from anxin.subjects.models import FormerName, LinkDecision, Organization
from anxin.subjects.services import set_name

Effect = RowDecision.Effect


class NothingToUndo(Refusal):
    """No decision stands on this row."""

    code: ClassVar[str] = "E-QUEUE-UNDO"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这一行没有可以撤回的判断。", "No decision stands on this row.")
    remedy = Bilingual("请刷新页面。", "Reload the page.")


class ChangedSince(Refusal):
    """Something later rests on what the decision did."""

    code: ClassVar[str] = "E-QUEUE-CHANGED"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "该判断之后，记录、名称或者主体又有变化，不能直接撤回。",
        "The record, the name or the subject changed since; the decision cannot simply be undone.",
    )
    remedy = Bilingual(
        "请先处理其后的更正、更名，或者后来存到这个主体名下的记录。",
        "Deal first with the later correction or renaming, or with what was stored with this subject since.",
    )


@carries_out("anshan-2022-9/12/2")
@casework()
@transaction.atomic
def undo_decision(*, number: int, reason: str, by: Account, at: datetime) -> LinkDecision:
    """Take a decision back; the row waits for a person again. Raises `RowNotYours`, `NothingToUndo`, `ChangedSince`.

    A record that it created or linked again leaves every public and derived place in this transaction; a version that
    it added is followed by one with the content before it; a new name gives way to the old one; the documents of a new
    person are nobody's again.
    """
    QueuedRow.objects.select_for_update(no_key=True, of=("self",)).filter(pk=number).first()
    row = find_row(number=number, by=by)
    # Whose row it is comes first: whoever may not decide it is told nothing else.
    if not reason.strip():
        raise ExplanationMissing
    made = RowDecision.objects.filter(queued_row=row, decision_id=row.decision_id).first()
    if made is None or row.decision is None:
        raise NothingToUndo
    basis = Basis(clause=CLAUSE, reason=reason.strip())
    if made.effect in (Effect.RECORD_CREATED, Effect.LINK_RESTORED):
        append_event(record=_key(made), kind=Kind.LINK_UNDONE, basis=basis, by=by, at=at)
    elif made.effect == Effect.VERSION_ADDED:
        _take_version_back(made, basis, by, at)
    if made.identifier_ids and not take_newcomer_back(made):
        raise ChangedSince
    if made.former_name_id is not None:
        _take_name_back(made, made.former_name_id)
    decision = row.decision
    decision.undone_by, decision.undone_at, decision.undone_reason = by, at, reason.strip()
    decision.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    QueuedRow.objects.filter(pk=row.pk).update(decision=None)
    _receipt(row, made, by)
    return decision


def _key(made: RowDecision) -> RecordKey:
    return RecordKey(made.subject_id or 0, made.record_id or 0)


def _take_version_back(made: RowDecision, basis: Basis, by: Account, at: datetime) -> None:
    record = _key(made)
    lock_and_read(record)
    if latest_version(record).number != made.version_number:
        raise ChangedSince
    before = RecordVersion.objects.select_related("item_version").get(
        subject_id=record.subject_id, record_id=record.record_id, number=(made.version_number or 1) - 1
    )
    append_event(record=record, kind=Kind.CORRECTED, basis=basis, by=by, at=at)
    append_version(
        before, public_fields=before.public_fields, restricted_fields=before.restricted_fields, at=at
    )


def _take_name_back(made: RowDecision, former_name_id: int) -> None:
    """The old name never became a former one, so that row goes; the event log keeps what was done and undone."""
    former = FormerName.objects.filter(pk=former_name_id).first()
    organization = Organization.objects.select_for_update(no_key=True).get(pk=_key(made).subject_id)
    if former is None or organization.name != made.decision.given_name.strip():
        raise ChangedSince
    set_name(organization, former.name)
    former.delete()


def _receipt(row: QueuedRow, made: RowDecision, by: Account) -> None:
    record_event(
        act="undo_decision",
        by_account_id=by.pk,
        subject_id=made.subject_id,
        clause=CLAUSE,
        details={
            "queued_row": row.pk,
            "submission": row.submission_id,
            "row": row.row_number,
            "decision": made.decision_id,
            "outcome": made.outcome,
            "record": made.record_id,
        },
    )
