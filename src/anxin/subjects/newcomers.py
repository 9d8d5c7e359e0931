"""A person who comes on file by an officer's decision: under documents that are nobody's, and never under a name (Art. 12(1))."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from django.db import connection

from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.batch import ONE_AT_A_TIME
from anxin.subjects.keys import IDENTIFIER_CONTEXT, KeyRing
from anxin.subjects.models import NaturalPerson, PersonalIdentifier, Subject

CLAUSE = "anshan-2022-9/12/1"


class NumberHeld(Refusal):
    """The number is another person's on file: one number belongs to one person."""

    code: ClassVar[str] = "E-PERSON-NUMBER-HELD"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这一行用来确定主体的证件号码已属于登记在案的另一人，不能据此另立新主体。",
        "The number that identifies this row's person belongs to somebody on file; nobody new can come under it.",
    )
    remedy = Bilingual(
        "确为同一人的，选择该主体；号码写错的，退回报送单位，改正号码后重报。",
        "Where it is the same person, choose that one; where the number is wrong, return the row to be corrected.",
    )


class NoDocument(Refusal):
    """Nobody is told apart by a name alone."""

    code: ClassVar[str] = "E-PERSON-DOCUMENT"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这一行没有可用来确定主体的证件，姓名不能用来另立新主体。",
        "The row names no document, and a name identifies nobody.",
    )
    remedy = Bilingual(
        "请退回报送单位，补充证件后重报。", "Return the row, so that the unit adds a document."
    )


@dataclass(frozen=True, slots=True)
class PersonalDocument:
    """A document in one writing. The number is kept out of every text that this object turns into."""

    kind: str
    number: str = field(repr=False)

    @property
    def born_on(self) -> date | None:
        """The day that a resident ID number tells, None for other documents."""
        if self.kind != PersonalIdentifier.Kind.RESIDENT_ID_NUMBER:
            return None
        return date.fromisoformat(self.number[6:14])


def holder_of(document: PersonalDocument, keys: KeyRing) -> int | None:
    """Whose number it is on file, under any key of the ring and whatever kind of document it was called there."""
    digests = list(keys.digests(document.number).values())
    found = PersonalIdentifier.objects.filter(digest__in=digests).order_by("pk").first()
    return None if found is None else found.person_id


def add_alone() -> None:
    """Wait for whoever adds subjects, so that a number cannot come to two persons at once. For open transactions."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)


def add_person(*, name: str, documents: tuple[PersonalDocument, ...]) -> NaturalPerson:
    """A new person without any document yet. Raises `NoDocument` where none is to follow."""
    if not documents:
        raise NoDocument
    born_on = next((day for one in documents if (day := one.born_on)), None)
    subject = Subject.objects.create(kind=Subject.Kind.NATURAL_PERSON)
    return NaturalPerson.objects.create(subject=subject, name=name, born_on=born_on)


def give_documents(
    *, person: NaturalPerson, documents: tuple[PersonalDocument, ...], keys: KeyRing
) -> list[int]:
    """Note the documents as this person's; returns the numbers of the new rows. Raises `NumberHeld`, `NoDocument`."""
    if not documents:
        raise NoDocument
    if any(holder_of(one, keys) is not None for one in documents):
        raise NumberHeld
    return [
        PersonalIdentifier.objects.create(
            person=person,
            kind=one.kind,
            digest=keys.digest(one.number),
            encrypted=keys.encrypt(one.number.encode(), IDENTIFIER_CONTEXT),
            key_name=keys.current,
        ).pk
        for one in documents
    ]


def release_documents(*, person_id: int, identifiers: list[int]) -> bool:
    """Take back the documents that a decision gave. False, and nothing done, where the person got others since."""
    held = PersonalIdentifier.objects.filter(person_id=person_id)
    if set(held.values_list("pk", flat=True)) != set(identifiers):
        return False
    held.delete()
    return True
