"""Readings of those who keep the records: purpose and case first, then the log, then the gate (Art. 6, 11, 45).

The credit office keeps everything, a unit what it reports itself. For its other matters a unit reads ex officio, by the use list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account, RoleAssignment
from anxin.authorities.queries import roles_of, units_of
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.queries import definitions_in_force
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.records.desk_acts import open_acts
from anxin.records.events import RecordKey
from anxin.records.queries import item_of, read_history, read_records, sender_unit_id
from anxin.subjects.queries import NameBefore, ReadOrganization, read_person, subject_of_code
from anxin.subjects.queries import read_organization as read_from_gate

CLAUSE = "anshan-2022-9/11/1"
ROLES = (RoleAssignment.Role.OFFICER, RoleAssignment.Role.CREDIT_OFFICER)
LONGEST_PURPOSE, LONGEST_CASE = 200, 120


class PurposeMissing(Refusal):
    """Nobody reads without saying what for and in which case."""

    code: ClassVar[str] = "E-PURPOSE"
    clause: ClassVar[str | None] = "anshan-2022-9/45/2"
    message = Bilingual(
        "请写明查询目的和案件或者事项编号。", "State the purpose and the case the reading is for."
    )
    remedy = Bilingual(
        "两项都要填；它们会写入查询日志，主体可以看到。",
        "Fill in both; they go into the query log, which the subject can see.",
    )


class NothingToRead(Refusal):
    """No organization under this code, no such record, or an item outside the account's duty: the same answer."""

    code: ClassVar[str] = "E-NOTHING-TO-READ"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("没有您可以查询的信息。", "There is nothing that you may read here.")
    remedy = Bilingual("请核对统一社会信用代码和条目。", "Compare the code and the item.")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a reading is for, in the officer's own words."""

    text: str
    case_reference: str


@dataclass(frozen=True, slots=True)
class OrganizationFile:
    """What is held of an organization under the items asked for."""

    organization: ReadOrganization
    former_names: tuple[NameBefore, ...]
    records: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A record's whole history and what this account may do to it. `code`: empty for a natural person."""

    name: str
    code: str
    history: dict[str, Any]
    acts: tuple[str, ...]


def readable_items(account: Any, on: date) -> list[ItemDefinition]:
    """Every item for credit officers, none for others: they read by the use list (`access.ex_officio`)."""
    keeps = RoleAssignment.Role.CREDIT_OFFICER in roles_of(account, on)
    return list(definitions_in_force(on)) if keeps else []


def read_organization(*, uscc: str, item: str, purpose: Purpose, by: Account, on: date) -> OrganizationFile:
    """Everything under `item` (or, where it is empty, under every item the account may read).

    Raises `PurposeMissing`, `NothingToRead`, `LogNotCommitted`; what is refused leaves no log row, since nothing is read.
    """
    codes = [one.code for one in readable_items(by, on) if item in ("", one.code)]
    subject_id = subject_of_code(uscc)
    check_purpose(purpose)
    if subject_id is None or not codes:
        raise NothingToRead
    entry = _log(subject_id, codes, purpose, by, on)
    organization = _organization(entry)
    return OrganizationFile(
        organization=organization,
        former_names=organization.former_names,
        records=tuple(read_records(log_entry_id=entry)),
    )


def read_record(*, record: RecordKey, purpose: Purpose, by: Account, on: date) -> RecordFile:
    """One record with lineage, versions and events. Raises as `read_organization` does.

    It is for credit officers and for the unit that sent the record, which withdraws and corrects it, and for nobody else.
    """
    code = item_of(record)
    if code is None or not _keeps(record, by, on):
        raise NothingToRead
    check_purpose(purpose)
    entry = _log(record.subject_id, [code], purpose, by, on)
    organization, person = read_from_gate(log_entry_id=entry), read_person(log_entry_id=entry)
    history = read_history(log_entry_id=entry, record_id=record.record_id)
    if history is None:
        raise NothingToRead
    name = person.name if person is not None else organization.name if organization is not None else ""
    shown = "" if organization is None else organization.uscc or organization.local_code
    return RecordFile(name, shown, history, tuple(open_acts(by, record)))


def _keeps(record: RecordKey, account: Account, on: date) -> bool:
    if RoleAssignment.Role.CREDIT_OFFICER in roles_of(account, on):
        return True
    return sender_unit_id(record) in {unit.pk for unit in units_of(account, ROLES, on)}


def _organization(entry: int) -> ReadOrganization:
    """A person's records are not read here: the same answer as for nothing."""
    found = read_from_gate(log_entry_id=entry)
    if found is None:
        raise NothingToRead
    return found


def check_purpose(purpose: Purpose) -> None:
    """Raises `PurposeMissing` where purpose or case are not stated, or too long."""
    sizes = (len(purpose.text.strip()), LONGEST_PURPOSE), (len(purpose.case_reference.strip()), LONGEST_CASE)
    if not all(0 < length <= longest for length, longest in sizes):
        raise PurposeMissing


def _log(subject_id: int, codes: list[str], purpose: Purpose, by: Account, on: date) -> int:
    units = units_of(by, ROLES, on)
    reading = Reading(
        system=System.DESK,
        route=Route.ADMINISTRATION,
        reader_account_id=by.pk,
        reader_unit_code=units[0].code if units else "",
        subject_id=subject_id,
        purpose=purpose.text.strip(),
        clause=CLAUSE,
        case_reference=purpose.case_reference.strip(),
        fields=codes,
    )
    return log_query(reading)
