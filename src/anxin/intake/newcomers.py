"""A doubtful row that is about nobody on file: an officer puts a new person on file for it, and may take that back (Art. 12(1)).

The document that identifies must be nobody's. A second one goes to the new person only where the officer says that it was
compared; otherwise it is held for a mistake of the row, and is stored neither with the person nor with the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anxin.intake.models import QueuedRow, RowDecision
from anxin.intake.one_row import link_is_undone
from anxin.intake.row_documents import RowDocument, without_fields
from anxin.law.carries_out import carries_out
from anxin.records.events import RecordKey
from anxin.records.models import CreditRecord
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import NaturalPerson
from anxin.subjects.newcomers import (
    NoDocument,
    NumberHeld,
    add_alone,
    add_person,
    give_documents,
    release_documents,
)

Outcome = RowDecision.Outcome


@dataclass(frozen=True, slots=True)
class Newcomer:
    """`values`: the row's columns without the numbers that are not this person's."""

    subject_id: int
    identifier_ids: tuple[int, ...]
    values: dict[str, Any]


def check_newcomer(documents: tuple[RowDocument, ...], *, second_document: bool) -> tuple[RowDocument, ...]:
    """Those that would be the new person's. Raises `NoDocument`, `NumberHeld`."""
    if not documents:
        raise NoDocument
    own = documents if second_document else documents[:1]
    if any(one.held_by is not None for one in own):
        raise NumberHeld
    return own


@carries_out("anshan-2022-9/12/1")
def settle_newcomer(
    *,
    row: QueuedRow,
    values: dict[str, Any],
    documents: tuple[RowDocument, ...],
    second_document: bool,
    keys: KeyRing,
) -> Newcomer:
    """Put the person on file, inside the decision's transaction. Raises `NoDocument`, `NumberHeld`.

    Where the same decision on this row was undone before, the person of then comes back, so that nobody is there twice.
    """
    add_alone()
    own = check_newcomer(documents, second_document=second_document)
    given = tuple(one.document for one in own)
    person = _of_then(row) or add_person(name=values["name"].strip(), documents=given)
    identifiers = give_documents(person=person, documents=given, keys=keys)
    foreign = {one.field for one in documents} - {one.field for one in own}
    return Newcomer(person.pk, tuple(identifiers), without_fields(row, values, foreign, keys))


def take_newcomer_back(made: RowDecision) -> bool:
    """Release the documents of the person that a decision made. False where something else rests on that person by now.

    What stays is a person without documents, whom nothing links to any more, and the record whose link is undone.
    """
    add_alone()
    person, record = made.subject_id or 0, made.record_id or 0
    others = CreditRecord.objects.filter(subject_id=person).exclude(id=record)
    if any(not link_is_undone(RecordKey(one.subject_id, one.id)) for one in others):
        return False
    return release_documents(person_id=person, identifiers=made.identifier_ids)


def _of_then(row: QueuedRow) -> NaturalPerson | None:
    made = RowDecision.objects.filter(queued_row=row, outcome=Outcome.NEW_PERSON).order_by("-pk").first()
    return None if made is None else NaturalPerson.objects.get(pk=made.subject_id)
