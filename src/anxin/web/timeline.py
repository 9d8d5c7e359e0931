"""Geometry of the picture of display periods: one bar a record, years below, today as a line. The table stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 640, 24, 44, 16, 10, 30
BAR, NARROWEST, DOT = 12, 3, 5
# What is displayed for very long would press all else into one corner.
MOST_YEARS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the picture: `x` and `width` of the display period, or none of both; `dot`: the day of the decision."""

    label: str
    middle: int
    top: int
    x: float | None
    width: float
    dot: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture; `years`: where each year begins."""

    bars: tuple[Bar, ...]
    years: tuple[tuple[int, float], ...]
    today: float
    height: int
    bottom: int
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bar: int = BAR
    dot: int = DOT
    text: int = LEFT - 10


@dataclass(frozen=True, slots=True)
class Period:
    """What is drawn of one record: days, both inclusive."""

    label: str
    decided_on: date | None
    begins: date | None
    ends: date | None


def timeline(periods: Sequence[Period], today: date) -> Timeline:
    """Bars from `begins` to `ends`, cut at both edges of the picture, and dots at the decisions."""
    days = [day for one in periods for day in (one.decided_on, one.begins, one.ends) if day] + [today]
    first = max(min(days).year, today.year - MOST_YEARS // 2)
    last = min(max(days).year, first + MOST_YEARS - 1)
    start, span = date(first, 1, 1), (date(last + 1, 1, 1) - date(first, 1, 1)).days

    def place(day: date) -> float:
        share = min(max((day - start).days / span, 0), 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    bars = []
    for number, one in enumerate(periods):
        middle = TOP + number * ROW + ROW // 2
        x = place(one.begins) if one.begins and one.ends else None
        width = max(place(one.ends) - x, NARROWEST) if one.ends and x is not None else 0
        dot = place(one.decided_on) if one.decided_on else None
        bars.append(Bar(one.label, middle, middle - BAR // 2, x, round(width, 1), dot))
    bottom = TOP + len(periods) * ROW
    step = 1 if last - first < 8 else 2
    years = tuple((year, place(date(year, 1, 1))) for year in range(first, last + 1, step))
    return Timeline(tuple(bars), years, place(today), bottom + BOTTOM, bottom)
