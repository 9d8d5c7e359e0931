"""Contenders of the kernel bench."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import Any

FIRST = date(2019, 1, 1)
# Starts within the years that have a notice, lengths as the regulation's own.
WITHIN_DAYS = 2_800
LENGTHS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 60)


def _questions(number: int) -> list[tuple[date, int]]:
    draw = random.Random(41)
    return [
        (FIRST + timedelta(days=draw.randrange(WITHIN_DAYS)), draw.choice(LENGTHS)) for _ in range(number)
    ]


def _said(seconds: float, number: int, total: int) -> dict[str, Any]:
    return {"seconds": seconds, "number": number, "sum": total}


def deadlines(number: int) -> dict[str, Any]:
    """One call a deadline, no pauses."""
    from anxin.kernel.clock import Calendar, deadline

    calendar, questions = Calendar.load(), _questions(number)
    began = time.perf_counter()
    found = [deadline(start=start, length=length, calendar=calendar).due for start, length in questions]
    return _said(time.perf_counter() - began, number, sum(due.toordinal() for due in found if due))


def paused_deadlines(number: int) -> dict[str, Any]:
    """One call a deadline, each with a pause of ten days."""
    from anxin.kernel.clock import Calendar, Pause, deadline

    calendar = Calendar.load()
    questions = [
        (start, length, (Pause(start + timedelta(days=1), start + timedelta(days=11)),))
        for start, length in _questions(number)
    ]
    began = time.perf_counter()
    for start, length, pauses in questions:
        deadline(start=start, length=length, pauses=pauses, calendar=calendar)
    return _said(time.perf_counter() - began, number, 0)


def deadline_columns(number: int) -> dict[str, Any]:
    """The same questions as one column."""
    import numpy as np

    from anxin.kernel.clock import Calendar
    from anxin.kernel.clock.columns import deadlines as of_columns

    calendar, questions = Calendar.load(), _questions(number)
    starts = np.array([start for start, _ in questions], "datetime64[D]")
    lengths = np.array([length for _, length in questions])
    of_columns(starts[:1], lengths[:1], calendar=calendar)
    began = time.perf_counter()
    due, _ = of_columns(starts, lengths, calendar=calendar)
    seconds = time.perf_counter() - began
    return _said(seconds, number, int(due.astype("datetime64[D]").astype(int).sum()) + number * 719_163)


def day_by_day(number: int) -> dict[str, Any]:
    """What most programs do: walk the days and ask each whether it counts."""
    from anxin.kernel.clock import Calendar

    calendar, questions = Calendar.load(), _questions(number)
    working = {date.fromordinal(day) for day in calendar.working_ordinals}
    one = timedelta(days=1)
    began, total = time.perf_counter(), 0
    for start, length in questions:
        day, left = start, length
        while left:
            day += one
            left -= day in working
        total += day.toordinal()
    return _said(time.perf_counter() - began, number, total)


def numpy_business_days(number: int) -> dict[str, Any]:
    """numpy's own business days, which know free weekdays but no working weekends: other answers, the speed of C."""
    import numpy as np

    from anxin.kernel.clock import Calendar

    calendar, questions = Calendar.load(), _questions(number)
    working = {date.fromordinal(day) for day in calendar.working_ordinals}
    days = [FIRST + timedelta(days=place) for place in range(4_000)]
    free = [day for day in days if day.weekday() < 5 and day not in working]
    starts = np.array([start for start, _ in questions], "datetime64[D]")
    lengths = np.array([length for _, length in questions])
    began = time.perf_counter()
    np.busday_offset(starts, lengths, roll="preceding", holidays=np.array(free, "datetime64[D]"))
    return _said(time.perf_counter() - began, number, 0)


def identify_each(number: int) -> dict[str, Any]:
    """One call an identifier: half organizations' codes, a quarter resident ID numbers, the rest faulty."""
    from anxin.kernel.identifiers import identify

    values = _identifiers(number)
    began = time.perf_counter()
    valid = sum(identify(value).valid for value in values)
    return _said(time.perf_counter() - began, number, valid)


def identify_columns(number: int) -> dict[str, Any]:
    """Check digits of a column of codes."""
    import polars as pl

    from anxin.kernel.identifiers.columns import matrix_of, uscc_errors

    values = pl.Series(_identifiers(number))
    began = time.perf_counter()
    valid = int((uscc_errors(matrix_of(values)) == 0).sum())
    return _said(time.perf_counter() - began, number, valid)


def _identifiers(number: int) -> list[str]:
    import numpy as np

    from bench.codes import as_text, organization_codes, resident_numbers

    half = number // 2
    codes = as_text(organization_codes(np.full(half, "91"), np.arange(half))).to_list()
    people = resident_numbers(1_000, 5).to_list()
    return (
        codes
        + [people[place % 1_000] for place in range(number // 4)]
        + [code[:17] for code in codes[: number // 4]]
    )
