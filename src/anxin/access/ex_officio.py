"""A unit's reading for a matter within its duties: by an item of the use list in force, in a case, its fields only (Art. 13(1)(3), 20(2)).

Of a person, what is not on file, not allowed, no longer shared, or asked once too often is one answer: `None`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import DatabaseError
from django.utils import timezone

from anxin.access.constraints import broken
from anxin.access.desk_reading import NothingToRead
from anxin.access.reading_files import ReadFile, read_file, read_nobody
from anxin.access.use_items import use_item_in_force
from anxin.access.use_list import UseItem
from anxin.audit.promises import refuse_unwitnessed_reading
from anxin.audit.services import Reading, Route, System, log_query
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.subjects.models import Subject
from anxin.subjects.queries import PersonAsked, subject_of_code, subject_of_person

CLAUSE = "anshan-2022-9/13/1/3"
CONSTRAINT = "art_20_2_reading_within_the_use_list"
LONGEST_CASE = 120


class NotOnUseList(Refusal):
    """No such item, one of another unit, one out of date, or none about this kind of subject: one answer."""

    code: ClassVar[str] = "E-USE-LIST"
    clause: ClassVar[str | None] = "anshan-2022-9/20/2"
    message = Bilingual(
        "政务应用清单中没有本单位现行的、适用于该类主体的这一事项。",
        "The government use list has no such item in force for this unit and this kind of subject.",
    )
    remedy = Bilingual(
        "请选择本单位清单内的事项；清单由主管部门组织编制。",
        "Choose an item of your unit; the competent department keeps the list.",
    )


class CaseMissing(Refusal):
    """Nobody reads ex officio without a case."""

    code: ClassVar[str] = "E-CASE"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "请写明案件或者办件编号（不超过 120 字）。",
        "State the case the reading is for (at most 120 characters).",
    )
    remedy = Bilingual(
        "编号会写入查询日志，主体可以看到。", "It goes into the query log, which the subject can see."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReader:
    """Who reads for which unit. `client_id`: of the interface, empty for people."""

    account_id: int
    unit: str
    system: System
    client_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """By which item, in which case. `purpose`: one of the item's, by position."""

    item: str
    case_reference: str
    purpose: int = 0


@carries_out("anshan-2022-9/13/1/3", "anshan-2022-9/20/2")
def read_ex_officio(*, reader: UnitReader, matter: Matter, code: str, at: datetime) -> ReadFile:
    """An organization's records under the item's fields.

    Raises `CaseMissing`, `NotOnUseList`, `NothingToRead`, `LogNotCommitted`; what is refused leaves no log row.
    """
    _check_case(matter)
    item = _item(reader, matter, at)
    subject_id = subject_of_code(code)
    if subject_id is None:
        raise NothingToRead
    found = _read(reader, matter, item, subject_id, at)
    if found is None:
        raise NothingToRead
    return found


@carries_out("anshan-2022-9/13/1/3", "anshan-2022-9/14/2", "anshan-2022-9/20/2")
def read_person_ex_officio(
    *, reader: UnitReader, matter: Matter, person: PersonAsked, at: datetime
) -> ReadFile | None:
    """A person's records under the item's fields, or None: nobody of this number and name, no right, nothing to share, too many guesses.

    Raises `CaseMissing` and `ReadingOfPersonsStopped`, which tell nothing of the person.
    """
    _check_case(matter)
    refuse_unwitnessed_reading(at=at)
    subject_id = subject_of_person(person, reader_account_id=reader.account_id, unit=reader.unit)
    item = use_item_in_force(matter.item, reader.unit, timezone.localdate(at))
    allowed = item is not None and Subject.Kind.NATURAL_PERSON in item.subject_kinds
    if subject_id is None or item is None or not allowed or not 0 <= matter.purpose < len(item.purposes):
        _read_nobody(reader, matter, at)
        return None
    try:
        found = _read(reader, matter, item, subject_id, at)
    except NotOnUseList:
        # The list changed a moment ago: of a person on file that is told no other way than of nobody.
        _read_nobody(reader, matter, at)
        return None
    return found if found is not None and found.records else None


def _read_nobody(reader: UnitReader, matter: Matter, at: datetime) -> None:
    """A look-up in vain stands in the log as well, about nobody, and does the same work as one that finds."""
    entry = log_query(
        Reading(
            route=Route.SEARCH_HIT,
            system=reader.system,
            reader_account_id=reader.account_id,
            reader_unit_code=reader.unit,
            client_id=reader.client_id,
            purpose="查询自然人，没有提供信息 / look-up of a person, nothing given",
            clause=CLAUSE,
            case_reference=matter.case_reference.strip(),
            use_item=matter.item[:64],
            fields=["person"],
        )
    )
    read_nobody(entry=entry, at=at)


def _check_case(matter: Matter) -> None:
    if not 0 < len(matter.case_reference.strip()) <= LONGEST_CASE:
        raise CaseMissing


def _item(reader: UnitReader, matter: Matter, at: datetime) -> UseItem:
    item = use_item_in_force(matter.item, reader.unit, timezone.localdate(at))
    if item is None or not 0 <= matter.purpose < len(item.purposes):
        raise NotOnUseList
    return item


def _read(
    reader: UnitReader, matter: Matter, item: UseItem, subject_id: int, at: datetime
) -> ReadFile | None:
    purpose = item.purposes[matter.purpose]
    reading = Reading(
        route=Route.EX_OFFICIO,
        system=reader.system,
        reader_account_id=reader.account_id,
        reader_unit_code=reader.unit,
        client_id=reader.client_id,
        subject_id=subject_id,
        purpose=f"{purpose.zh} / {purpose.en}"[:200],
        clause=CLAUSE,
        case_reference=matter.case_reference.strip(),
        use_item=item.code,
        fields=item.fields,
    )
    try:
        entry = log_query(reading)
    except DatabaseError as error:
        if broken(error) == CONSTRAINT:
            raise NotOnUseList from None
        raise
    return read_file(entry=entry, at=at)
