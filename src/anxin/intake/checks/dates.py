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


def check_dates(checked: Checked, raw: pl.Series, field: FieldDefinition) -> pl.Series:
    """The column as dates. `2026-05-06`, `2026/5/6`, `2026.5.6`, `2026年5月6日`, each also with a time of day."""
    quick = raw.to_frame("text").select(
        pl.coalesce(
            pl.when(pl.col("text").str.contains(_PLAIN)).then(_read("%Y-%m-%d")),
            pl.when(pl.col("text").str.contains(_SLASHED)).then(_read("%Y/%m/%d")),
        )
    )
    typed = quick.to_series().alias(field.name)
    year = typed.dt.year()
    typed = typed.set((year < _YEARS.start) | (year >= _YEARS.stop), None)
    left = np.flatnonzero(flags(raw.is_not_null() & typed.is_null()))
    return settle(checked, field.name, raw, typed, left, judge_date)


def _read(form: str) -> pl.Expr:
    return pl.col("text").str.to_date(form, strict=False)


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
