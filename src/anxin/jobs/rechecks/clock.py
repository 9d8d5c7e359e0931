"""Deadlines count exactly their days (invariant 7): the calendar in force, against its own list of days one by one."""

from __future__ import annotations

from datetime import date, timedelta

from anxin.jobs.rechecks.check import SHOWN, Check, Finding, finding_of
from anxin.kernel.clock import Calendar, Unit, deadline, explain

CLOCK = Check(
    "deadlines_count_their_days",
    7,
    "期限恰好数足天数",
    "Deadlines count exactly their days",
    "",
)
LENGTHS = (3, 7, 20)
DAYS_LOOKED_AT = 120


def check_clock(today: date) -> Finding:
    """For every start of the next months: n working days counted, all after the start, the last one due."""
    calendar, wrong = Calendar.load(), []
    for start in (today + timedelta(days=number) for number in range(DAYS_LOOKED_AT)):
        for length in LENGTHS:
            due = deadline(start=start, length=length, unit=Unit.WORKING_DAY, calendar=calendar).due
            days = explain(start=start, length=length, unit=Unit.WORKING_DAY, calendar=calendar)
            counted = [one.day for one in days if one.counted]
            if len(counted) != length or counted[-1] != due or counted[0] <= start:
                wrong.append(f"{start} + {length}")
    return finding_of(CLOCK, len(wrong), wrong[:SHOWN])
