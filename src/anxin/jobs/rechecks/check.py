"""One check: a statement that gives what is wrong, one text a row; none where the invariant holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anxin.audit.stored_tree import Cursor

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """`invariant`: its number; `statement`: one column of texts that name offenders by numbers, never by content."""

    name: str
    invariant: int
    zh: str
    en: str
    statement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `first`: the first offenders."""

    name: str
    invariant: int
    zh: str
    en: str
    count: int
    first: Sequence[str]

    def as_data(self) -> dict[str, Any]:
        """As it is stored and shown."""
        return {
            "name": self.name,
            "invariant": self.invariant,
            "name_zh": self.zh,
            "name_en": self.en,
            "count": self.count,
            "first": list(self.first),
        }


def run_check(cursor: Cursor, check: Check) -> Finding:
    """Count the offenders and name the first."""
    cursor.execute(
        f"SELECT count(*), coalesce((array_agg(offender))[1:{SHOWN}], '{{}}') FROM ({check.statement}) x (offender)"
    )
    count, first = cursor.fetchone()
    return finding_of(check, count, first)


def finding_of(check: Check, count: int, first: Sequence[str]) -> Finding:
    """A check's result."""
    return Finding(check.name, check.invariant, check.zh, check.en, count, first)
