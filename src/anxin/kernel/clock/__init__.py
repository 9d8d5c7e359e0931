"""The working-day clock: calendars as known on a day, deadlines with pauses, and their explanation.

    calendar = Calendar.load()
    deadline(start=received_on, length=3, calendar=calendar, pauses=[Pause(sent_on, back_on, "anshan-2022-9/41/4")])
    explain(...)            # the same arguments: every day, whether it counted, and why

Whole columns: `anxin.kernel.clock.columns.deadlines` (numpy).
"""

from anxin.kernel.clock.deadlines import (
    DateOutOfRange,
    Deadline,
    LengthNotPositive,
    Pause,
    PauseReversed,
    Unit,
    deadline,
)
from anxin.kernel.clock.explanation import DayRecord, explain
from anxin.kernel.clock.holiday_notices import Arranged, DayKind, Notice, read_notices
from anxin.kernel.clock.working_calendar import Calendar

__all__ = [
    "Arranged",
    "Calendar",
    "DateOutOfRange",
    "DayKind",
    "DayRecord",
    "Deadline",
    "LengthNotPositive",
    "Notice",
    "Pause",
    "PauseReversed",
    "Unit",
    "deadline",
    "explain",
    "read_notices",
]
