"""The working-day clock: calendars as known on a day, deadlines with pauses, and their explanation."""

from anxin.kernel.clock.deadlines import (
    DateOutOfRange,
    Deadline,
    LengthNotPositive,
    Pause,
    PauseReversed,
    Unit,
    deadline,
    deadlines,
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
    "deadlines",
    "explain",
    "read_notices",
]
