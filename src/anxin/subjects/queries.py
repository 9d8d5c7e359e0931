"""Reading subjects, for slices above that have no business with the tables."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from anxin.kernel.identifiers import normalize
from anxin.prepared import prepared_value
from anxin.subjects.keys import KeyRing
from anxin.subjects.models import Organization, Subject


@dataclass(frozen=True, slots=True)
class PublicOrganization:
    """What everyone may know an organization by."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class NameBefore:
    """A former name and the days it was borne, as far as they are known."""

    name: str
    valid_from: date | None
    valid_to: date


@dataclass(frozen=True, slots=True)
class ReadOrganization:
    """An organization as the gate gave it out; latest former name first."""

    pk: int
    kind: str
    uscc: str | None
    local_code: str
    name: str
    sole_proprietor: bool
    registered: bool
    registered_on: date | None
    division_code: str
    parent_uscc: str
    former_names: tuple[NameBefore, ...]


def organizations_by_subject(subjects: Iterable[int]) -> dict[int, PublicOrganization]:
    """The public organizations among these subjects, by subject; whoever is no public one is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, uscc, name FROM published_organization WHERE subject_id = ANY (%s)",
            [list(subjects)],
        )
        return {subject: PublicOrganization(uscc, name) for subject, uscc, name in cursor.fetchall()}


def subject_of_code(code: str, code_kind: str | None = None) -> int | None:
    """The number of the organization under a code, and nothing else of it; None where there is none."""
    found: int | None = prepared_value("SELECT subject_of_code(%s, %s)", [code, code_kind])
    return found


def read_organization(*, log_entry_id: int) -> ReadOrganization | None:
    """The organization that the log entry is about, through the gate; None where it is about a person."""
    answer = prepared_value("SELECT read_organization(%s)::text", [log_entry_id])
    return None if answer is None else _organization(json.loads(answer))


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """A person as the gate gave it out; `born_on` only where the entry names that field. `documents`: kinds, no numbers."""

    pk: int
    name: str
    born_on: date | None
    documents: tuple[str, ...]


def read_person(*, log_entry_id: int) -> ReadPerson | None:
    """The person that the log entry is about, through the gate; None where it is about an organization."""
    answer = prepared_value("SELECT read_person(%s)::text", [log_entry_id])
    if answer is None:
        return None
    told = json.loads(answer)
    return ReadPerson(told["subject_id"], told["name"], _day(told["born_on"]), tuple(told["documents"]))


def _organization(told: dict[str, Any]) -> ReadOrganization:
    former = tuple(
        NameBefore(one["name"], _day(one["valid_from"]), date.fromisoformat(one["valid_to"]))
        for one in told.pop("former_names")
    )
    told.pop("code_kind")
    return ReadOrganization(
        pk=told.pop("subject_id"),
        registered_on=_day(told.pop("registered_on")),
        former_names=former,
        **told,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def organization_by_code(code: str, code_kind: str | None) -> Organization | None:
    """The organization under a code: the unified social credit code where no kind is named."""
    if code_kind is None:
        return Organization.objects.filter(uscc=code).first()
    return Organization.objects.filter(code_kind_id=code_kind, local_code=code).first()


# Characters that a number and a name may have where they are asked for.
LONGEST_NUMBER, LONGEST_NAME = 64, 120


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """Whom somebody asks for: keyed hashes of a number, and the name with it. The number itself goes no further."""

    digests: tuple[bytes, ...] = field(repr=False)
    name: str = field(repr=False)


def person_asked(*, number: str, name: str, keys: KeyRing) -> PersonAsked:
    """Number and name as they are looked for; what is no number at all is looked for in vain."""
    digests = keys.digests(normalize(number).text).values()
    return PersonAsked(tuple(digests), unicodedata.normalize("NFKC", name).strip())


def subject_of_person(person: PersonAsked, *, reader_account_id: int, unit: str) -> int | None:
    """The number of the person who bears both, and nothing else; counted for the account, the unit and the day.

    None where nobody does, and after too many wrong guesses (`subject_of_person` of the database says how many).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_of_person(%s, %s, %s, %s)",
            [reader_account_id, unit, list(person.digests), person.name],
        )
        found: int | None = cursor.fetchone()[0]
    return found


def digests_of(number: str, keys: KeyRing) -> tuple[bytes, ...]:
    """What a document's number is looked for by: its keyed hash under each key of the ring."""
    return tuple(keys.digests(normalize(number).text).values())


def subject_of_number(*, log_entry_id: int, digests: tuple[bytes, ...]) -> int | None:
    """Who holds a document of this number, where a committed search says that it is looked for.

    The entry is a `search_hit` about no one subject whose fields hold `identifier`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_of_number(%s, %s)", [log_entry_id, list(digests)])
        found: int | None = cursor.fetchone()[0]
    return found


def is_person(subject_id: int) -> bool:
    """Whether this is a natural person's number, and not an organization's or nobody's."""
    return Subject.objects.filter(pk=subject_id, kind=Subject.Kind.NATURAL_PERSON).exists()
