"""Which days are worked, as known on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import accumulate, compress, cycle, islice

from anxin.kernel.clock.holiday_notices import Arranged, DayKind, Notice, ordinary_kind, read_notices

# Days the clock can reach; law about credit begins and ends well within.
FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
_BASE = FIRST.toordinal()
_DAYS = LAST.toordinal() - _BASE + 1
# Seven days from FIRST on: 1 for Monday to Friday.
_WEEK = [(FIRST.weekday() + offset) % 7 < 5 for offset in range(7)]


@dataclass(frozen=True, slots=True)
class Source:
    """The notice a day's kind rests on."""

    notice: Notice
    arranged: Arranged


class Calendar:
    """A working calendar: the notices published by a day, and tables that make counting quick.

    Two calendars with the same notices have the same `version`. To recompute a clock as it stood, load the
    calendar as of that day; to re-date open clocks, load it with the new notice.
    """

    def __init__(self, notices: Iterable[Notice], *, as_of: date | None = None) -> None:
        """`as_of`: notices published after it are left out. None: all are used."""
        known = (one for one in notices if as_of is None or one.published_on <= as_of)
        self.notices = tuple(sorted(known, key=lambda one: (one.published_on, one.number)))
        self.years = frozenset(notice.year for notice in self.notices)
        self._sources = {
            arranged.day: Source(notice, arranged) for notice in self.notices for arranged in notice.days
        }
        self.version = _version(self.notices)
        self._fill_tables()

    @classmethod
    def load(cls, *, as_of: date | None = None) -> Calendar:
        """The calendar this product comes with, as known on a day (all of it where none is given). Cached."""
        return _load(as_of)

    def kind_of(self, day: date) -> DayKind:
        """What the day is. In a year that is not `known`, only weekends are told apart."""
        source = self._sources.get(day)
        return source.arranged.kind if source else ordinary_kind(day)

    def source_of(self, day: date) -> Source | None:
        """The notice that arranges the day; None for an ordinary day or weekend."""
        return self._sources.get(day)

    def known(self, year: int) -> bool:
        """Whether a notice for the year has been published."""
        return year in self.years

    def is_worked(self, day: date) -> bool:
        """Whether a working-day clock counts the day."""
        return self.kind_of(day).worked

    def count_working_days(self, after: date, until: date) -> int:
        """Working days d with after < d ≤ until; negative where `until` lies before `after`."""
        return self.worked_until[until.toordinal() - _BASE] - self.worked_until[after.toordinal() - _BASE]

    def _fill_tables(self) -> None:
        """Tables by day number from FIRST, as lists: indexing those is several times quicker than an array."""
        worked = bytearray(islice(cycle(_WEEK), _DAYS))
        for day, source in self._sources.items():
            worked[day.toordinal() - _BASE] = source.arranged.kind.worked
        unknown = bytearray()
        for year in range(FIRST.year, LAST.year + 1):
            unknown += bytes([not self.known(year)]) * (date(year, 12, 31) - date(year - 1, 12, 31)).days
        # Working days, and days of years without a notice, from FIRST up to and including each day.
        self.worked_until: list[int] = list(accumulate(worked))
        self.unknown_until: list[int] = list(accumulate(unknown))
        # The working days themselves, as day numbers of Python (date.toordinal).
        self.working_ordinals: list[int] = list(compress(range(_BASE, _BASE + _DAYS), worked))


@cache
def _load(as_of: date | None) -> Calendar:
    return Calendar(read_notices(), as_of=as_of)


def _version(notices: tuple[Notice, ...]) -> str:
    digest = sha256()
    for notice in notices:
        digest.update(f"{notice.number}|{notice.year}|{notice.published_on}".encode())
        for arranged in notice.days:
            digest.update(f"|{arranged.day}{arranged.kind}".encode())
    return digest.hexdigest()[:16]
