"""Deadlines worked out as a clerk would: one day after the other on a wall calendar. No tables, no jumps.

The wall calendar is somebody else's (the package chinesecalendar), so a slip in ours shows as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import chinese_calendar

from anxin.kernel.clock import Pause, Unit

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2013, 2026


def worked(day: date) -> bool:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return bool(chinese_calendar.is_workday(day))
    return day.isoweekday() <= 5


def stands_still(day: date, pauses: Sequence[Pause]) -> bool:
    for pause in pauses:
        if pause.resumed_on is None and day >= pause.paused_on:
            return True
        if pause.resumed_on is not None and day in (
            pause.paused_on + ONE_DAY * passed for passed in range((pause.resumed_on - pause.paused_on).days)
        ):
            return True
    return False


def for_ever(day: date, pauses: Sequence[Pause]) -> bool:
    return any(pause.resumed_on is None and pause.paused_on <= day for pause in pauses)


def same_day_of_month(start: date, months: int) -> date:
    month = start.month - 1 + months
    for day in (start.day, 30, 29, 28):
        if day <= start.day:
            try:
                return date(start.year + month // 12, month % 12 + 1, day)
            except ValueError:
                continue
    raise AssertionError


def due(start: date, length: int, unit: Unit, pauses: Sequence[Pause]) -> date | None:
    if unit is Unit.WORKING_DAY or unit is Unit.DAY:
        left = length
    else:
        left = (same_day_of_month(start, length * (12 if unit is Unit.YEAR else 1)) - start).days
    day = start
    while left or (unit is not Unit.WORKING_DAY and (not worked(day) or stands_still(day, pauses))):
        day += ONE_DAY
        if for_ever(day, pauses):
            return None
        if left and not stands_still(day, pauses) and (unit is not Unit.WORKING_DAY or worked(day)):
            left -= 1
    return day
