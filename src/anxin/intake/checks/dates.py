"""Days: as sources write them, with a year of four digits that somebody living can have meant."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Checked, flags
from anxin.intake.checks.settling import Verdict, settle

_PLAIN = r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$"
_SLASHED = r"^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}$"
_DATE = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_YEARS = range(1600, 2200)
# Where more than one text in so many is no plain date, the whole column is read in the other usual writing.
MANY = 20


def check_dates(checked: Checked, raw: pl.Series, field: FieldDefinition) -> pl.Series:
    """The column as dates. `2026-05-06`, `2026/5/6`, `2026.5.6`, `2026年5月6日`, each also with a time of day."""
    typed = _read(raw, _PLAIN, "%Y-%m-%d")
    if (typed.null_count() - raw.null_count()) * MANY > len(raw):
        slashed = _read(raw, _SLASHED, "%Y/%m/%d")
        typed = typed.zip_with(typed.is_not_null(), slashed)
    typed = _plausible(typed).alias(field.name)
    left = np.flatnonzero(flags(raw.is_not_null() & typed.is_null()))
    return settle(checked, field.name, raw, typed, left, judge_date)


def _read(raw: pl.Series, form: str, pattern: str) -> pl.Series:
    text = pl.col("text")
    day = pl.when(text.str.contains(form)).then(text.str.to_date(pattern, strict=False))
    return raw.to_frame("text").select(day).to_series()


def _plausible(days: pl.Series) -> pl.Series:
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return days
    if first.year in _YEARS and last.year in _YEARS:
        return days
    year = days.dt.year()
    return days.set((year < _YEARS.start) | (year >= _YEARS.stop), None)


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
