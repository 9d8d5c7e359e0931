"""A person's change of name: shown by a document, kept with its reason, never public, and undone with a reason (Art. 12(1)).

The number identifies, so a new name makes nobody new; rows under a name borne before are then no doubt any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import transaction

from anxin.audit.casework import casework
from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.folding import fold_name
from anxin.subjects.models import NaturalPerson, PersonRenaming

CLAUSE = "anshan-2022-9/12/1"
SHORTEST_NAME, LONGEST_NAME = 2, 120
LONGEST_NUMBER, LONGEST_ISSUER = 128, 200


class PersonNameNotUsable(Refusal):
    """The name is too short or too long, or the one that the person bears already."""

    code: ClassVar[str] = "E-PERSON-NAME"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "姓名太短、太长，或者与现用姓名相同。", "The name is too short, too long, or the present one."
    )
    remedy = Bilingual("请照更名文书填写新姓名。", "Write the new name as the document gives it.")


class RenamingUndocumented(Refusal):
    """Without the document, its day and a reason nobody can check a change of name."""

    code: ClassVar[str] = "E-PERSON-RENAME"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "更名要有文书文号、出具机关、文书日期和理由。",
        "A renaming names its document, issuer, day and reason.",
    )
    remedy = Bilingual("请照更名文书补全。", "Fill in what the document says.")


class RenamingDayNotPossible(Refusal):
    """The day lies ahead, or before the person's birth or last change of name."""

    code: ClassVar[str] = "E-PERSON-RENAME-DAY"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "启用日期或者文书日期在今天之后，或者早于出生、上一次更名。",
        "The first day of the name, or the document's, lies ahead or before the birth or the last renaming.",
    )
    remedy = Bilingual("请核对文书上的日期。", "Compare the days with the document.")


class RenamingNotUndone(Refusal):
    """Only the last renaming that stands is taken back, and with a reason."""

    code: ClassVar[str] = "E-PERSON-RENAME-UNDO"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "只能撤回最近一次仍有效的更名，并要写明理由。",
        "Only the last renaming that stands can be taken back, and with a reason.",
    )
    remedy = Bilingual(
        "请重新查询后填写撤回的理由。", "Look the person up again, and say why it is taken back."
    )


@dataclass(frozen=True, slots=True)
class NewName:
    """What the officer read in the document. `since`: the first day of the new name."""

    name: str
    since: date
    document_number: str
    document_issuer: str
    document_date: date
    reason: str


@casework()
def check_renaming(*, subject_id: int, new: NewName, on: date) -> None:
    """Raises `PersonNameNotUsable`, `RenamingUndocumented`, `RenamingDayNotPossible`."""
    person = NaturalPerson.objects.get(pk=subject_id)
    folded = fold_name(new.name)
    if not len(folded) >= SHORTEST_NAME or len(new.name.strip()) > LONGEST_NAME:
        raise PersonNameNotUsable
    if folded == fold_name(person.name):
        raise PersonNameNotUsable
    sizes = (new.document_number, LONGEST_NUMBER), (new.document_issuer, LONGEST_ISSUER)
    if not new.reason.strip() or not all(0 < len(text.strip()) <= longest for text, longest in sizes):
        raise RenamingUndocumented
    last = person.renamings.filter(undone_at=None).order_by("-since").first()
    earliest = max((day for day in (person.born_on, last and last.since) if day), default=None)
    if max(new.since, new.document_date) > on or (earliest is not None and new.since < earliest):
        raise RenamingDayNotPossible


@casework()
@transaction.atomic
def rename_person(*, subject_id: int, new: NewName, by: Account, at: datetime, on: date) -> PersonRenaming:
    """Give a person the new name; the old one stays as a former name. Raises as `check_renaming` does."""
    held = NaturalPerson.objects.select_for_update(no_key=True).get(pk=subject_id)
    check_renaming(subject_id=subject_id, new=new, on=on)
    made = PersonRenaming.objects.create(
        person=held,
        former_name=held.name,
        name=new.name.strip(),
        since=new.since,
        document_number=new.document_number.strip(),
        document_issuer=new.document_issuer.strip(),
        document_date=new.document_date,
        reason=new.reason.strip(),
        by=by,
        at=at,
    )
    _set_name(held, made.name)
    _receipt("rename_person", made, by, {"since": made.since.isoformat()})
    return made


@casework()
@transaction.atomic
def undo_renaming(*, subject_id: int, reason: str, by: Account, at: datetime) -> PersonRenaming:
    """Take the last renaming that stands back: the name before it is the present one again. Raises `RenamingNotUndone`."""
    held = NaturalPerson.objects.select_for_update(no_key=True).get(pk=subject_id)
    made = held.renamings.filter(undone_at=None).order_by("-since", "-pk").first()
    if made is None or made.name != held.name or not reason.strip():
        raise RenamingNotUndone
    made.undone_by, made.undone_at, made.undone_reason = by, at, reason.strip()
    made.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    _set_name(held, made.former_name)
    _receipt("undo_renaming", made, by, {})
    return made


def _set_name(held: NaturalPerson, name: str) -> None:
    held.name = name
    held.save(update_fields=["name"])


def _receipt(act: str, made: PersonRenaming, by: Account, details: dict[str, Any]) -> None:
    """Names stay out of it: the log is read by more people than the person's file is."""
    record_event(
        act=act,
        by_account_id=by.pk,
        subject_id=made.person_id,
        clause=CLAUSE,
        details={"renaming": made.pk, **details},
    )
