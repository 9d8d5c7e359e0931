"""What the log itself says, read from the lines that the tree proves: acts that effects rest on, and readings.

An entry's text is a JSON array; the order of its parts is that of the functions `audit_canonical_query` and `audit_canonical_event`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from anxin.audit.verifier.export import Portion, portions
from anxin.audit.verifier.hashed import FEW
from anxin.audit.verifier.visit.findings import Finding, Wrong

# Readings that are about no one subject, as the log's own constraint has it.
OF_NOBODY = {"batch", "search_hit", "matching", "backup", "administration", "maintenance"}
# Acts that the chains are made of, beside all that name a record.
KEPT = {"take_in_submission", "decide_row", "undo_decision", "issue_report", "erase_event_details"}
# Acts that only a human being may do. (The first roles are given when the platform is set up, by nobody yet.)
OF_PEOPLE = {
    "approve_reconciliation",
    "correct_record",
    "decide_row",
    "draft_erasure",
    "draft_reconciliation",
    "erase_event_details",
    "issue_provider_key",
    "revoke_provider_key",
    "undo_decision",
    "withdraw_report",
}


@dataclass(frozen=True, slots=True)
class Act:
    """An event of the log. `at`: microseconds since 1970; `transaction`: its number in the database."""

    index: int
    id: int
    at: int
    transaction: int
    name: str
    clause: str
    by: int | None
    subject: int | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading that something rests on."""

    index: int
    transaction: int
    subject: int | None


@dataclass(slots=True)
class Entries:
    """Of a part of the log, or all of it. `readings`: only those asked for, by their number; `last`: the latest moment."""

    acts: list[Act] = field(default_factory=list)
    readings: dict[int, Reading] = field(default_factory=dict)
    number_of_readings: int = 0
    number_of_acts: int = 0
    last: int = 0
    findings: list[Finding] = field(default_factory=list)

    def extend(self, more: Entries) -> None:
        """Add what a later part says."""
        self.acts += more.acts
        self.readings |= more.readings
        self.number_of_readings += more.number_of_readings
        self.number_of_acts += more.number_of_acts
        self.last = max(self.last, more.last)
        self.findings += more.findings


def read_entries(folder: Path, wanted: frozenset[int], *, processes: int = 1) -> Entries:
    """All of the log. `wanted`: numbers of the readings to keep."""
    found = Entries()
    for part in _read_all(list(portions(folder)), wanted, processes):
        found.extend(part)
    return found


def _read_all(parts: list[Portion], wanted: frozenset[int], processes: int) -> Iterator[Entries]:
    if processes < 2 or sum(one.count for one in parts) < FEW:
        yield from map(read_portion, parts, repeat(wanted))
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(read_portion, parts, repeat(wanted))


def read_portion(portion: Portion, wanted: frozenset[int]) -> Entries:
    """One portion. Lines that cannot be read are told by who verifies the log."""
    found, first = Entries(), portion.first
    for piece in portion.pieces:
        for index, line in enumerate(piece.read().removesuffix(b"\n").split(b"\n"), first):
            try:
                entry = json.loads(json.loads(line)["entry"])
                _read(index, entry, wanted, found)
            except (ValueError, KeyError, TypeError, IndexError):
                continue
        first += piece.count
    return found


def _read(index: int, entry: list[Any], wanted: frozenset[int], found: Entries) -> None:
    found.last = max(found.last, entry[2])
    if entry[0] == "q":
        found.number_of_readings += 1
        if not is_stated(entry):
            found.findings.append(Finding(Wrong.READING_UNSTATED, f"q{entry[1]}"))
        if entry[1] in wanted:
            found.readings[entry[1]] = Reading(index, int(entry[3]), entry[10])
        return
    found.number_of_acts += 1
    if entry[4] in KEPT or entry[4] in OF_PEOPLE or "record" in entry[9]:
        found.acts.append(Act(index, entry[1], entry[2], int(entry[3]), *entry[4:6], *entry[7:10]))


def is_stated(entry: list[Any]) -> bool:
    """Whether a reading says for what, by which clause, what it read, of whom; and its case or grant where it needs one."""
    _, _, _, _, _, route, _, _, _, _, subject, _, purpose, clause, case, _, grant, _, _, fields = entry
    return bool(
        purpose.strip()
        and clause.strip()
        and fields
        and all(one.strip() for one in fields)
        and (subject is not None or route in OF_NOBODY)
        and (route != "ex_officio" or case.strip())
        and (route != "authorized" or grant is not None)
    )


def by_submission(acts: Iterable[Act]) -> dict[int, Act]:
    """The act by which each submission was taken in."""
    return {act.details["submission"]: act for act in acts if act.name == "take_in_submission"}
