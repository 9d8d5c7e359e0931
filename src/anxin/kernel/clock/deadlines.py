"""Deadlines: when a period ends that began with an event.

The rules (Civil Code 201 to 203, and the clause that sets the period):
- the day of the event is not counted;
- a period of working days ends on its last working day;
- a period of days, months or years ends on the corresponding day, and if that day is free, on the next working day;
- while the clock is paused no day counts, and a deadline never falls on a paused day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from anxin.kernel.clock.working_calendar import FIRST, LAST, Calendar
from anxin.kernel.corresponding_day import add_months
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

_BASE = FIRST.toordinal()
_END = LAST.toordinal()


class Unit(StrEnum):
    """What a clause counts. Which it is, the clause says: the same “5 days” means different things in two laws."""

    WORKING_DAY = "working-day"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class LengthNotPositive(Refusal):
    """A period has at least one day; what is due at once has no deadline."""

    code = "E-DEADLINE-LENGTH"
    message = Bilingual(
        "期限长度应为正整数，而不是 {length}。", "The length of a period must be positive, not {length}."
    )
    remedy = Bilingual(
        "请填写1以上的整数；应当立即办理的事项不设期限。",
        "Give 1 or more; what is due at once has no period.",
    )


class DateOutOfRange(Refusal):
    """The calendar's tables do not reach that far."""

    code = "E-DEADLINE-RANGE"
    message = Bilingual(
        "日期超出可计算范围（{first} 至 {last}）。",
        "The date lies outside what can be counted ({first} to {last}).",
    )
    remedy = Bilingual("请核对起始日期和期限长度。", "Check the start date and the length.")

    def __init__(self) -> None:
        super().__init__(first=FIRST.isoformat(), last=LAST.isoformat())


class PauseReversed(Refusal):
    """A pause that ends before it begins."""

    code = "E-DEADLINE-PAUSE"
    message = Bilingual(
        "中止期间的结束日 {resumed_on} 早于开始日 {paused_on}。",
        "The pause ends on {resumed_on}, before it begins on {paused_on}.",
    )
    remedy = Bilingual("请核对中止的起止日期。", "Check the dates of the pause.")


@dataclass(frozen=True, slots=True, order=True)
class Pause:
    """The clock stands still on days d with paused_on ≤ d < resumed_on; None: it has not resumed yet.

    `ground`: why, such as a clause and the commission of an inspection.
    """

    paused_on: date
    resumed_on: date | None = None
    ground: str = ""

    def __post_init__(self) -> None:
        if self.resumed_on is not None and self.resumed_on < self.paused_on:
            raise PauseReversed(paused_on=self.paused_on, resumed_on=self.resumed_on)

    def covers(self, day: date) -> bool:
        """Whether the clock stands still on the day."""
        return self.paused_on <= day and (self.resumed_on is None or day < self.resumed_on)


class Deadline(NamedTuple):
    """When a period ends.

    `due`: its last day, to the end of that day; None while an open pause keeps it from ending.
    `provisional`: a day was counted whose year no notice arranges yet, so the date may still move.
    `open`: an open pause stands in the way. `calendar_version`: what it was counted with.
    """

    due: date | None
    provisional: bool
    open: bool
    calendar_version: str


def deadline(
    *,
    start: date,
    length: int,
    calendar: Calendar,
    unit: Unit = Unit.WORKING_DAY,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """When a period of `length` units ends that an event on `start` set going.

    Refuses lengths below 1 (E-DEADLINE-LENGTH) and dates beyond the tables (E-DEADLINE-RANGE).
    """
    if length < 1:
        raise LengthNotPositive(length=length)
    if pauses or unit is not Unit.WORKING_DAY:
        return _general(start, length, unit, pauses, calendar)
    first = start.toordinal()
    place = first - _BASE
    try:
        # The n-th working day after the start stands n places after the working days up to the start.
        due = calendar.working_ordinals[calendar.worked_until[place] + length - 1]
    except IndexError:
        raise DateOutOfRange from None
    if place < 0:
        raise DateOutOfRange
    provisional = calendar.unknown_until[due - _BASE] != calendar.unknown_until[place]
    return Deadline(date.fromordinal(due), provisional, False, calendar.version)


def nominal_days(start: date, length: int, unit: Unit) -> int:
    """How many days a period has: working days for that unit, else calendar days to the corresponding day."""
    if unit in (Unit.WORKING_DAY, Unit.DAY):
        return length
    try:
        return (add_months(start, length if unit is Unit.MONTH else 12 * length) - start).days
    except OverflowError:
        raise DateOutOfRange from None


def _general(start: date, length: int, unit: Unit, pauses: Sequence[Pause], calendar: Calendar) -> Deadline:
    first = start.toordinal()
    if not _BASE <= first <= _END:
        raise DateOutOfRange
    spans = merged(pauses)
    closed = [(begin, end) for begin, end in spans if end is not None]
    opened = min((begin for begin, end in spans if end is None), default=None)
    counter = _Counter(calendar, unit)
    due = counter.nth(first, nominal_days(start, length, unit), closed)
    if unit is not Unit.WORKING_DAY:
        due = counter.next_worked(due, closed)
    if opened is not None and due >= opened:
        seen = max(opened - 1, first)
        return Deadline(None, counter.provisional(first, seen), True, calendar.version)
    return Deadline(date.fromordinal(due), counter.provisional(first, due), False, calendar.version)


def merged(pauses: Sequence[Pause]) -> list[tuple[int, int | None]]:
    """The pauses as day numbers, in order, overlapping ones made one, empty ones left out."""
    spans: list[tuple[int, int | None]] = []
    for pause in sorted(pauses, key=lambda pause: pause.paused_on):
        begin = pause.paused_on.toordinal()
        end = None if pause.resumed_on is None else pause.resumed_on.toordinal()
        if begin == end:
            continue
        last = spans[-1] if spans else None
        if last is None or (last[1] is not None and last[1] < begin):
            spans.append((begin, end))
        else:
            spans[-1] = (last[0], None if last[1] is None or end is None else max(last[1], end))
    return spans


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts days of one unit by the calendar's tables. Days are day numbers (date.toordinal)."""

    calendar: Calendar
    unit: Unit

    def nth(self, first: int, count: int, closed: list[tuple[int, int]]) -> int:
        """The day on which `count` days have passed since `first`, days within the pauses not counted."""
        reached = first
        for begin, end in closed:
            if end - 1 <= reached:
                continue
            before = self._between(reached, begin - 1)
            if before >= count:
                break
            count -= before
            reached = end - 1
        return self._after(reached, count)

    def next_worked(self, day: int, closed: list[tuple[int, int]]) -> int:
        """The day itself if it is worked and not paused, else the first such day after it."""
        while True:
            day = self._worked_from(day)
            resumed = next((end for begin, end in closed if begin <= day < end), None)
            if resumed is None:
                return day
            day = resumed

    def provisional(self, first: int, last: int) -> bool:
        table = self.calendar.unknown_until
        return table[last - _BASE] != table[first - _BASE]

    def _between(self, after: int, until: int) -> int:
        """Countable days d with after < d ≤ until."""
        if until <= after:
            return 0
        if self.unit is not Unit.WORKING_DAY:
            return until - after
        table = self.calendar.worked_until
        return table[min(until, _END) - _BASE] - table[after - _BASE]

    def _after(self, day: int, count: int) -> int:
        if day > _END:
            raise DateOutOfRange
        if self.unit is not Unit.WORKING_DAY:
            return day + count
        return self._working(self.calendar.worked_until[day - _BASE] + count - 1)

    def _worked_from(self, day: int) -> int:
        if day > _END:
            raise DateOutOfRange
        return self._working(self.calendar.worked_until[day - _BASE - 1] if day > _BASE else 0)

    def _working(self, rank: int) -> int:
        if rank >= len(self.calendar.working_ordinals):
            raise DateOutOfRange
        return self.calendar.working_ordinals[rank]
