"""A credit officer's reading of the names a person bears and bore: purpose and case first, then the log (Art. 12(1), 45(2))."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import connection

from anxin.access.desk_reading import Purpose, check_purpose
from anxin.audit.promises import refuse_unwitnessed_reading
from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.queries import subject_of_number

CLAUSE = "anshan-2022-9/12/1"
FIELDS = ("name", "former_names")
# What a search for a number gives away: whose it is.
FOUND_BY = ("identifier",)


class PersonUnknown(Refusal):
    """Nobody on file holds a document of this number."""

    code: ClassVar[str] = "E-PERSON-UNKNOWN"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "没有登记在案的人持有这个号码的证件。", "Nobody on file holds a document of this number."
    )
    remedy = Bilingual("请与证件原件核对号码。", "Compare the number with the original document.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRenaming:
    """One change of name as the gate gave it out; `by` and `undone_by` are the officers' names, as the desk shows them."""

    former_name: str
    name: str
    since: date
    document_number: str
    document_issuer: str
    document_date: date
    reason: str
    by: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None
    undone_reason: str


@dataclass(frozen=True, slots=True)
class PersonNames:
    """`renamings`: the latest first, with those taken back. `undoable`: whether the last that stands gave this name."""

    subject_id: int
    name: str
    renamings: tuple[ReadRenaming, ...]
    undoable: bool


def read_person_names(
    *, digests: tuple[bytes, ...], purpose: Purpose, by: Account, at: datetime
) -> PersonNames:
    """Log the search, find who holds a document of this number (`digests_of`), log the reading, read. A miss leaves the search alone.

    Raises `PurposeMissing`, `ReadingOfPersonsStopped`, `PersonUnknown`, `LogNotCommitted`; before the search nothing is logged.
    """
    check_purpose(purpose)
    refuse_unwitnessed_reading(at=at)
    subject_id = subject_of_number(log_entry_id=_log(None, purpose, by), digests=digests)
    if subject_id is None:
        raise PersonUnknown
    return _through_the_gate(_log(subject_id, purpose, by))


def _log(subject_id: int | None, purpose: Purpose, by: Account) -> int:
    return log_query(
        Reading(
            route=Route.SEARCH_HIT if subject_id is None else Route.DESK_LOOKUP,
            system=System.DESK,
            reader_account_id=by.pk,
            subject_id=subject_id,
            purpose=purpose.text.strip(),
            clause=CLAUSE,
            case_reference=purpose.case_reference.strip(),
            fields=FOUND_BY if subject_id is None else FIELDS,
        )
    )


def _through_the_gate(entry: int) -> PersonNames:
    with connection.cursor() as cursor:
        cursor.execute("SELECT read_person_names(%s)::text", [entry])
        held: dict[str, Any] = json.loads(cursor.fetchone()[0])
    renamings = tuple(_renaming(one) for one in held["renamings"])
    standing = [one for one in renamings if one.undone_at is None]
    undoable = bool(standing) and standing[0].name == held["name"]
    return PersonNames(held["subject_id"], held["name"], renamings, undoable)


def _renaming(one: dict[str, Any]) -> ReadRenaming:
    moments = {name: one[name] and datetime.fromisoformat(one[name]) for name in ("at", "undone_at")}
    days = {name: date.fromisoformat(one[name]) for name in ("since", "document_date")}
    return ReadRenaming(**(one | moments | days))
