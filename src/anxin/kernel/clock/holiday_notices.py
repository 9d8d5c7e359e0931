"""Notices that arrange holidays, read from dated YAML (`calendar/README.md` says how it is written)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from anxin.kernel.text import Bilingual

FOLDER = Path(__file__).parent / "calendar"
_SATURDAY = 5
# The C loader where the wheel carries it: reading all years takes 20 ms instead of 150.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DayKind(StrEnum):
    """What a day is. Work is done on `WORKING_DAY` and `WORKING_WEEKEND`."""

    WORKING_DAY = "working-day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    WORKING_WEEKEND = "working-weekend"

    @property
    def worked(self) -> bool:
        """Whether a working-day clock counts the day."""
        return self in (DayKind.WORKING_DAY, DayKind.WORKING_WEEKEND)


@dataclass(frozen=True, slots=True)
class Arranged:
    """One day as one notice arranges it, and the festival it does so for."""

    day: date
    kind: DayKind
    festival: Bilingual


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its number, the year it arranges, when it became known, and its days.

    `unverified`: nobody here has seen the text with its number.
    """

    number: str
    year: int
    published_on: date
    source: str
    days: tuple[Arranged, ...]
    unverified: bool = False

    def __post_init__(self) -> None:
        seen: set[date] = set()
        for arranged in self.days:
            if arranged.day in seen:
                raise ValueError(f"{self.number} arranges {arranged.day} twice")
            if arranged.kind is DayKind.WORKING_WEEKEND and arranged.day.weekday() < _SATURDAY:
                raise ValueError(
                    f"{self.number}: {arranged.day} is no weekend day, so it cannot be worked instead"
                )
            seen.add(arranged.day)


@cache
def read_notices(folder: Path = FOLDER) -> tuple[Notice, ...]:
    """Every notice in the folder, in the order of publication. ValueError where the data contradicts itself."""
    festivals = {name: Bilingual(**text) for name, text in _load(folder / "festivals.yaml").items()}
    years = sorted(folder.glob("[0-9]*.yaml"))
    notices = [_notice(entry, festivals) for year in years for entry in _load(year)]
    return tuple(sorted(notices, key=lambda notice: (notice.published_on, notice.number)))


def ordinary_kind(day: date) -> DayKind:
    """What the day is where no notice says anything."""
    return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKING_DAY


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)


def _notice(entry: Mapping[str, Any], festivals: Mapping[str, Bilingual]) -> Notice:
    days = (day for one in entry["arrangements"] for day in _days(one, festivals[one["festival"]]))
    return Notice(
        number=entry["number"],
        year=entry["year"],
        published_on=entry["published_on"],
        source=entry["source"],
        days=tuple(sorted(days, key=lambda arranged: arranged.day)),
        unverified=entry.get("unverified", False),
    )


def _days(arrangement: Mapping[str, Any], festival: Bilingual) -> Iterator[Arranged]:
    if "first" in arrangement:
        first, last = arrangement["first"], arrangement["last"]
        for offset in range((last - first).days + 1):
            yield Arranged(first + timedelta(days=offset), DayKind.HOLIDAY, festival)
    for day in arrangement.get("working", ()):
        yield Arranged(day, DayKind.WORKING_WEEKEND, festival)
    for day in arrangement.get("ordinary", ()):
        yield Arranged(day, ordinary_kind(day), festival)
