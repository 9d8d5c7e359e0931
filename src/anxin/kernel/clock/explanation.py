"""A deadline day by day: which day counted, which did not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from anxin.kernel.clock.deadlines import Pause, Unit, deadline, nominal_days
from anxin.kernel.clock.holiday_notices import DayKind
from anxin.kernel.clock.working_calendar import Calendar
from anxin.kernel.text import Bilingual

_START = Bilingual("事件当日，不计入", "the day of the event is not counted")
_COUNTED = Bilingual("计入", "counted")
_WEEKEND = Bilingual("周末", "weekend")
_LAST_DAY_FREE = Bilingual(
    "期间最后一日，但不是工作日，顺延", "last day of the period, but free: runs on to the next working day"
)
_RUNS_ON = Bilingual("顺延中", "runs on")
_RUNS_TO = Bilingual("顺延至该工作日", "the working day it runs on to")
_NO_NOTICE = Bilingual("(该年尚无放假安排，暂定)", " (no holiday notice for this year yet: provisional)")


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One day of a period: what it is, whether it counted, and why."""

    day: date
    kind: DayKind
    counted: bool
    why: Bilingual


def explain(
    *,
    start: date,
    length: int,
    calendar: Calendar,
    unit: Unit = Unit.WORKING_DAY,
    pauses: Sequence[Pause] = (),
) -> list[DayRecord]:
    """Every day from the start to the due date, in order; where a pause is open, to the day it began.

    Refuses what `deadline` refuses.
    """
    due = deadline(start=start, length=length, calendar=calendar, unit=unit, pauses=pauses).due
    teller = _Teller(calendar, unit, tuple(pauses))
    last = due or max(start, min(pause.paused_on for pause in pauses if pause.resumed_on is None))
    return list(teller.tell(start, nominal_days(start, length, unit), last))


@dataclass(frozen=True, slots=True)
class _Teller:
    calendar: Calendar
    unit: Unit
    pauses: tuple[Pause, ...]

    def tell(self, start: date, remaining: int, last: date) -> Iterator[DayRecord]:
        yield self._record(start, False, _START)
        for offset in range(1, (last - start).days + 1):
            day = start + timedelta(days=offset)
            counted = remaining > 0 and self._counts(day)
            remaining -= counted
            yield self._record(day, counted, self._why(day, counted, remaining, day == last))

    def _counts(self, day: date) -> bool:
        paused = any(pause.covers(day) for pause in self.pauses)
        return not paused and (self.unit is not Unit.WORKING_DAY or self.calendar.is_worked(day))

    def _why(self, day: date, counted: bool, remaining: int, due: bool) -> Bilingual:
        pause = next((pause for pause in self.pauses if pause.covers(day)), None)
        if pause is not None:
            return _paused(pause)
        if counted:
            return _COUNTED if due or remaining else _LAST_DAY_FREE
        if not remaining:
            return _RUNS_TO if due else _RUNS_ON
        return self._arranged(day) or _WEEKEND

    def _arranged(self, day: date) -> Bilingual | None:
        source = self.calendar.source_of(day)
        if source is None:
            return None
        festival, number = source.arranged.festival, source.notice.number
        if source.arranged.kind is DayKind.HOLIDAY:
            return Bilingual(f"{festival.zh}放假({number})", f"{festival.en} holiday ({number})")
        return Bilingual(f"{festival.zh}调休上班({number})", f"worked for {festival.en} ({number})")

    def _record(self, day: date, counted: bool, why: Bilingual) -> DayRecord:
        if not self.calendar.known(day.year):
            why = Bilingual(why.zh + _NO_NOTICE.zh, why.en + _NO_NOTICE.en)
        return DayRecord(day, self.calendar.kind_of(day), counted, why)


def _paused(pause: Pause) -> Bilingual:
    ground = f":{pause.ground}" if pause.ground else ""
    return Bilingual(f"中止{ground}", f"paused{ground}")
