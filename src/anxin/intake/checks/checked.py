"""What the checks are told, and what they give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anxin.catalog.codes import CURRENT

Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

# Columns of the typed frame beside the item's fields: the row is about a natural person; that person was under 18 on
# the day of the decision (null: no birth date is known).
PERSON = "person"
MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Terms:
    """By what rows are checked, apart from the item.

    `as_of`: the day of receipt. `exceptions`: codes that fail the check digit and were accepted by an officer.
    `code_source`, `code_version`: whose code lists hold. `not_required`: fields that this source never had.
    """

    as_of: date
    exceptions: frozenset[str] = frozenset()
    code_source: str = "double-publicity"
    code_version: str = CURRENT
    not_required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """One code found in one field: positions in the frame, ascending. `rule`: the category of a prohibited value."""

    rows: Positions
    field: str
    code: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Texts of one field that have to be screened for prohibited statements, and the positions of their rows."""

    field: str
    texts: list[str | None]
    rows: Positions


@dataclass
class Checked:
    """One frame after the checks, aligned with its rows.

    `typed`: `ROW_NUMBER`, every field of the item by its name (text, date, or 64-bit integer fen), `PERSON`, `MINOR`.
    `rejected`: one flag a row; `warnings`: number of rows by code. `doubtful`: what no check has cleared.
    `present`: the fields that hold anything at all.
    """

    typed: pl.DataFrame
    rejected: Flags
    present: frozenset[str] = frozenset()
    reasons: list[Reason] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    doubtful: list[Doubtful] = field(default_factory=list)

    def refuse(self, rows: Positions, name: str, code: str, *, rule: str = "") -> None:
        """Note a reason for the rows at these positions."""
        if len(rows):
            self.reasons.append(Reason(np.sort(rows), name, code, rule))
            self.rejected[rows] = True

    def refuse_where(self, wrong: pl.Series | Flags, name: str, code: str) -> None:
        """Note a reason for the rows flagged; a missing flag is none."""
        self.refuse(np.flatnonzero(flags(wrong)), name, code)

    def warn(self, code: str, number: int) -> None:
        """Count a warning."""
        if number:
            self.warnings[code] = self.warnings.get(code, 0) + number

    def told(self, name: str, rows: Positions) -> Flags:
        """Which of these rows have a reason in this field already."""
        found = [reason.rows for reason in self.reasons if reason.field == name]
        return np.isin(rows, np.concatenate(found)) if found else np.zeros(len(rows), np.bool_)


def flags(series: pl.Series | Flags) -> Flags:
    """A column of flags as an array; null is false."""
    if isinstance(series, pl.Series):
        return np.asarray(series.fill_null(False).to_numpy(), dtype=np.bool_)
    return series


def flagged(frame: pl.DataFrame, tests: Mapping[str, pl.Expr]) -> dict[str, Flags]:
    """Several tests over a frame in one pass, under their names; null is false."""
    if not tests:
        return {}
    query = frame.lazy().select(test.alias(name) for name, test in tests.items())
    found = query.select(pl.all().fill_null(False)).collect().to_numpy()
    return {name: found[:, place] for place, name in enumerate(tests)}
