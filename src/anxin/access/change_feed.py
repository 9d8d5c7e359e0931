"""What changed in what a client was given: complete, in order, by cursor, and logged like every other reading (Art. 41, 45(2)).

The order is that of transactions and within them of changes; only transactions below the oldest one still running are told, so
nothing ever appears behind a cursor. First it is found out of whom something has to be told, then that is logged, then it is told.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connection

from anxin.access.client_tokens import Caller
from anxin.audit.services import Reading, Route, System, log_queries
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out

CLAUSE = "anshan-2022-9/41/2/1"
PURPOSE = "变更通知 / what changed in what was given"
BEGINNING = "0-0"
# How many changes, of anybody, are looked at for one page.
WINDOW = 2_000
_CURSOR = re.compile(r"([0-9]{1,19})-([0-9]{1,18})")
_GIVEN = "SELECT transaction_id::text, change_id, subject_id, item, entry_id FROM changes_given(%s, %s::text::xid8, %s, %s)"


class NoCursor(Refusal):
    """A text that no page of the feed ended with."""

    code: ClassVar[str] = "E-CURSOR"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("cursor 不是变更通知给出的游标。", "The cursor is none that the feed gave.")
    remedy = Bilingual(
        "第一次不带 cursor，以后用上一页给出的 next。",
        "Leave it out at first, then send the `next` of the page before.",
    )


@dataclass(frozen=True, slots=True)
class Page:
    """`changes`: code, record, item, kind, effective_at, at. `next`: the cursor of the following page. `more`: it is there already."""

    changes: tuple[dict[str, Any], ...]
    next: str
    more: bool


@carries_out("anshan-2022-9/45/2")
def read_changes(*, caller: Caller, cursor: str) -> Page:
    """The page after `cursor`. Raises `NoCursor`, `LogNotCommitted`."""
    found = _CURSOR.fullmatch(cursor or BEGINNING)
    if found is None or int(found[1]) >= 2**63:
        raise NoCursor
    with connection.cursor() as given:
        given.execute(_GIVEN, [caller.number, found[1], int(found[2]), WINDOW])
        rows = given.fetchall()
    entries = log_queries(_readings(caller, rows))
    told = [row for row in rows if row[4] is not None]
    end = f"{rows[-1][0]}-{rows[-1][1]}" if rows else cursor or BEGINNING
    return Page(_told(caller, entries, [row[1] for row in told]) if told else (), end, more=bool(rows))


def _readings(caller: Caller, rows: list[tuple[Any, ...]]) -> list[Reading]:
    """One for each subject of whom something is told; one about nobody where there is nothing."""
    items: dict[int, set[str]] = {}
    for _, _, subject_id, item, entry_id in rows:
        if entry_id is not None:
            items.setdefault(subject_id, set()).add(item)
    if not items:
        return [_reading(caller, None, ["changes"])]
    return [_reading(caller, subject_id, sorted(named)) for subject_id, named in items.items()]


def _reading(caller: Caller, subject_id: int | None, fields: list[str]) -> Reading:
    return Reading(
        route=Route.BATCH,
        system=System.API,
        reader_account_id=caller.account_id,
        reader_unit_code=caller.unit_code,
        client_id=caller.client_id,
        subject_id=subject_id,
        purpose=PURPOSE,
        clause=CLAUSE,
        fields=fields,
    )


def _told(caller: Caller, entries: list[int], changes: list[int]) -> tuple[dict[str, Any], ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT read_changes(%s, %s, %s)::text", [caller.number, entries, changes])
        found: list[dict[str, Any]] = json.loads(cursor.fetchone()[0])
    return tuple(found)
