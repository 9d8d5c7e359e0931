"""A person decides what becomes of a doubtful row, and may undo it (Art. 12). One row at a time, never a set of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db import transaction
from django.utils import timezone

from anxin.audit.casework import casework
from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.intake.candidates import Candidate, find_candidates
from anxin.intake.models import QueuedRow, RowDecision
from anxin.intake.newcomers import Newcomer, check_newcomer, settle_newcomer
from anxin.intake.one_row import CLAUSE, Stored, store_row
from anxin.intake.queue_reading import find_row, may_be_newcomer, possible_outcomes, row_values
from anxin.intake.row_documents import RowDocument, row_documents
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import FormerName, LinkDecision, Organization
from anxin.subjects.services import change_name

Outcome = RowDecision.Outcome


class ExplanationMissing(Refusal):
    """A decision that nobody explains cannot be checked by anybody."""

    code: ClassVar[str] = "E-EXPLANATION"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("请写明理由。", "Say why.")
    remedy = Bilingual("写清核对了什么、依据是什么。", "Write what you compared and what you rest it on.")


class OutcomeNotPossible(Refusal):
    """The row's reason does not leave this choice, or the day of the new name is missing."""

    code: ClassVar[str] = "E-QUEUE-OUTCOME"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这一行不能这样判断。", "The row cannot be decided this way.")
    remedy = Bilingual(
        "请选择列出的做法；改用新名称时填写启用日期。",
        "Choose one of those listed; for a new name, say from which day.",
    )


class AlreadyDecided(Refusal):
    """Somebody else was first."""

    code: ClassVar[str] = "E-QUEUE-DECIDED"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这一行已经有人判断过了。", "Somebody decided this row already.")
    remedy = Bilingual(
        "请查看已作出的判断；有误可以撤回。", "Look at that decision; if it is wrong, undo it."
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """What the officer decided. `name_since`: the day from which the new name is borne. `subject_id`: which of
    several candidates it is. `second_document`: that the row's second document is the new person's too."""

    outcome: RowDecision.Outcome
    explanation: str
    name_since: date | None = None
    subject_id: int | None = None
    second_document: bool = False


def check_choice(
    *,
    row: QueuedRow,
    choice: Choice,
    on: date,
    candidates: tuple[Candidate, ...],
    documents: tuple[RowDocument, ...],
) -> int | None:
    """The subject on file that the row is then about, None where it goes back or a new person is to come.

    Refuses what cannot be decided before anything is asked twice: raises the refusals above but the last, and
    `NoDocument`, `NumberHeld`.
    """
    if choice.outcome is Outcome.NEW_PERSON and may_be_newcomer(row):
        check_newcomer(documents, second_document=choice.second_document)
    if choice.outcome not in possible_outcomes(row, candidates, documents):
        raise OutcomeNotPossible
    if choice.outcome is Outcome.NEW_NAME and (choice.name_since is None or choice.name_since > on):
        raise OutcomeNotPossible
    if not choice.explanation.strip():
        raise ExplanationMissing
    if choice.outcome in (Outcome.RETURNED, Outcome.NEW_PERSON):
        return None
    known = [one.subject_id for one in candidates]
    chosen = known[0] if len(known) == 1 and choice.subject_id is None else choice.subject_id
    if chosen not in known:
        raise OutcomeNotPossible
    return chosen


@carries_out("anshan-2022-9/12/2")
@casework()
@transaction.atomic
def decide_row(*, number: int, choice: Choice, by: Account, at: datetime, keys: KeyRing) -> RowDecision:
    """Carry a decision out: the row is stored as any row of a file is, or goes back to its unit.

    Two officers at once: the second one waits for the first and gets `AlreadyDecided`. Raises also `RowNotYours`,
    `OutcomeNotPossible`, `ExplanationMissing`, `RowMeetsRecord`, `NothingToCorrect`, `NoDocument`, `NumberHeld` and the
    refusals of a new name.
    """
    QueuedRow.objects.select_for_update(no_key=True, of=("self",)).filter(pk=number).first()
    row = find_row(number=number, by=by)
    if row.decision_id is not None:
        raise AlreadyDecided
    values = row_values(row, keys)
    candidates, documents = find_candidates(row, values, keys), row_documents(row, values, keys)
    subject_id = check_choice(
        row=row, choice=choice, on=timezone.localdate(at), candidates=candidates, documents=documents
    )
    former, stored, newcomer = None, None, None
    if choice.outcome is Outcome.NEW_PERSON:
        newcomer = settle_newcomer(
            row=row, values=values, documents=documents, second_document=choice.second_document, keys=keys
        )
        subject_id, values = newcomer.subject_id, newcomer.values
    if subject_id is not None:
        if choice.outcome is Outcome.NEW_NAME and choice.name_since is not None:
            organization = Organization.objects.select_for_update(no_key=True).get(pk=subject_id)
            former = change_name(organization, values["name"].strip(), choice.name_since)
        stored = store_row(
            row=row,
            values=values,
            subject_id=subject_id,
            outcome=choice.outcome,
            explanation=choice.explanation,
            by=by,
            at=at,
        )
    return _note(row, choice, by, at, former, stored, newcomer)


def _note(
    row: QueuedRow,
    choice: Choice,
    by: Account,
    at: datetime,
    former: FormerName | None,
    stored: Stored | None,
    newcomer: Newcomer | None,
) -> RowDecision:
    """Write the decision down, close the row with it, and leave one receipt."""
    decision = LinkDecision.objects.create(
        reason=row.reason,
        given_name=row.subject_name,
        given_identifier=row.identifier,
        subject_id=stored.record.subject_id if stored else None,
        explanation=choice.explanation.strip(),
        by=by,
        at=at,
    )
    made = RowDecision.objects.create(
        queued_row=row,
        decision=decision,
        outcome=choice.outcome,
        effect=stored.effect if stored else RowDecision.Effect.ROW_RETURNED,
        subject_id=stored.record.subject_id if stored else None,
        record_id=stored.record.record_id if stored else None,
        version_number=stored.version_number if stored else None,
        former_name_id=former.pk if former else None,
        identifier_ids=list(newcomer.identifier_ids) if newcomer else [],
    )
    QueuedRow.objects.filter(pk=row.pk).update(decision=decision)
    record_event(
        act="decide_row",
        by_account_id=by.pk,
        subject_id=decision.subject_id,
        clause=CLAUSE,
        details={
            "queued_row": row.pk,
            "submission": row.submission_id,
            "row": row.row_number,
            "decision": decision.pk,
            "outcome": made.outcome,
            "effect": made.effect,
            "record": made.record_id,
            "version": made.version_number,
        },
    )
    return made
