"""Half-open ranges of days or moments: from the start up to, but not including, the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

# Days or moments; a period of one never mixes with the other (a datetime is a date to Python, but not to the law).
Point = TypeVar("Point", date, datetime)


class PeriodReversed(Refusal):
    """A period whose end lies before its start."""

    code = "E-PERIOD"
    message = Bilingual(
        "期间的结束({end})早于开始({start})。", "The period ends ({end}) before it starts ({start})."
    )
    remedy = Bilingual("请核对起止时间。", "Check its start and its end.")


@dataclass(frozen=True, slots=True)
class Period(Generic[Point]):
    """start ≤ t < end. `end` None: without end. Equal start and end: empty, and so covering nothing.

    Both ends are dates, or both are datetimes with a time zone; TypeError otherwise.
    """

    start: Point
    end: Point | None

    def __post_init__(self) -> None:
        for point in (self.start, self.end):
            if isinstance(point, datetime) and point.tzinfo is None:
                raise TypeError("a moment needs a time zone")
        if self.end is None:
            return
        if isinstance(self.start, datetime) is not isinstance(self.end, datetime):
            raise TypeError("a period runs from day to day or from moment to moment")
        if self.end < self.start:
            raise PeriodReversed(start=self.start.isoformat(), end=self.end.isoformat())

    @property
    def empty(self) -> bool:
        """Whether it covers nothing."""
        return self.start == self.end

    def contains(self, point: Point) -> bool:
        """Whether the point lies in it: the start does, the end does not."""
        return self.start <= point and (self.end is None or point < self.end)

    def covers(self, other: Period[Point]) -> bool:
        """Whether every point of the other lies in it. The empty period is covered by all."""
        common = self.intersection(other)
        return other.empty or common == other

    def overlaps(self, other: Period[Point]) -> bool:
        """Whether they share a point. Periods that only touch do not."""
        return self.intersection(other) is not None

    def intersection(self, other: Period[Point]) -> Period[Point] | None:
        """What they share; None where they share nothing."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        return None if end is not None and end <= start else Period(start, end)


def union(periods: Iterable[Period[Point]]) -> tuple[Period[Point], ...]:
    """The same points in the fewest periods, in order. Touching periods become one, empty ones vanish."""
    joined: list[Period[Point]] = []
    for period in sorted((one for one in periods if not one.empty), key=lambda one: one.start):
        last = joined[-1] if joined else None
        if last is None or (last.end is not None and last.end < period.start):
            joined.append(period)
        elif last.end is not None:
            end = None if period.end is None else max(last.end, period.end)
            joined[-1] = Period(last.start, end)
    return tuple(joined)
