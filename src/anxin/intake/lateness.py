"""Whether rows came in time: the catalog says within how many working days after the decision (Art. 10(2), 11(1)).

Late rows are accepted and counted; how many a unit sends late is one of the figures its reporting is judged by.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.reading import ROW_NUMBER
from anxin.kernel.clock import Calendar, deadline
from anxin.law.carries_out import carries_out

_WORKING_DAYS = re.compile(r"within_([0-9]+)_working_days")


class LateRows:
    """The late rows of one submission, found while it is read. `count()` is None where the catalog sets no such period."""

    def __init__(self, item: ItemDefinition, received_on: date) -> None:
        self._decided = item.field_with_role("decided_on")
        self._first = earliest_timely_day(item.update_frequency, received_on) if self._decided else None
        self._rows = pl.Series([], dtype=pl.Int64)

    @carries_out("anshan-2022-9/11/1")
    def note(self, typed: pl.DataFrame) -> None:
        """Remember the late ones of accepted rows."""
        if self._first is None or self._decided is None:
            return
        late = typed.filter(pl.col(self._decided.name) < self._first)[ROW_NUMBER]
        self._rows = self._rows.append(late.cast(pl.Int64))

    def count(self, *excused: pl.Series) -> int | None:
        """How many accepted rows are late and new: not `excused` (row numbers), the repeats, corrections and doubts."""
        if self._first is None:
            return None
        others = pl.concat([rows.cast(pl.Int64) for rows in excused])
        return int((~self._rows.is_in(others.implode())).sum())


def earliest_timely_day(update_frequency: str, received_on: date) -> date | None:
    """The first day of decision that is still in time on the day of receipt; None without a period of working days."""
    found = _WORKING_DAYS.fullmatch(update_frequency)
    if found is None:
        return None
    length, calendar = int(found[1]), Calendar.load()
    day = received_on
    while (due := deadline(start=day, length=length, calendar=calendar).due) is None or due >= received_on:
        day -= timedelta(days=1)
    return day + timedelta(days=1)
