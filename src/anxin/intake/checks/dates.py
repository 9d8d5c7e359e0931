"""Days: as sources write them, with a year of four digits that somebody living can have meant."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Positions, flags
from anxin.intake.checks.settling import Reading, Verdict

# Of the years in `_YEARS`.
_PLAIN = r"^(?:1[6-9]|2[01])[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}$"
_DATE = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_YEARS = range(1600, 2200)
# Where more than one text in so many is no plain date, the column is read in the other usual writing as well.
MANY = 20


def read_dates(field: FieldDefinition) -> Reading:
    """`2026-05-06`, `2026/5/6`, `2026.5.6`, `2026年5月6日`, each also with a time of day."""
    return Reading(_plain(pl.col(field.name)), judge_date)


def read_slashed(raw: pl.Series, typed: pl.Series, left: Positions) -> tuple[pl.Series, Positions]:
    """`typed` with the days that are written with slashes, and what is left then. Where few are, judging is as quick."""
    if len(left) * MANY <= len(raw):
        return typed, left
    text = pl.col("text").str.replace_all("/", "-", literal=True)
    days = raw[left].to_frame("text").select(_plain(text)).to_series()
    return typed.scatter(left, days), left[flags(days.is_null())]


def _plain(text: pl.Expr) -> pl.Expr:
    day = text.str.to_date("%Y-%m-%d", strict=False, cache=False)
    return pl.when(text.str.contains(_PLAIN)).then(day)


@lru_cache(maxsize=1 << 16)
def judge_date(text: str) -> Verdict:
    """One text that is no plain date."""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    if found is None or int(found[1]) not in _YEARS:
        return Verdict(errors=("E-DATE",))
    try:
        return Verdict(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return Verdict(errors=("E-DATE",))
