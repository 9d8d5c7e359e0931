"""Deadlines of whole columns. Apart from the rest, because loading numpy takes longer than a single deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anxin.kernel.clock.deadlines import DateOutOfRange, LengthNotPositive
from anxin.kernel.clock.working_calendar import FIRST, Calendar

_BASE = FIRST.toordinal()
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Tables:
    """A calendar's tables as arrays, all by days since FIRST."""

    worked_until: NDArray[np.int32]
    working: NDArray[np.int32]
    unknown_until: NDArray[np.int32]


def deadlines(
    starts: NDArray[np.datetime64], lengths: NDArray[np.int64], *, calendar: Calendar
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Many periods of working days without pauses: the last days, and whether each is provisional.

    `starts`: datetime64[D]; `lengths`: integers of the same shape. Refuses as `deadline` does, if any row must be.
    """
    tables = _tables(calendar)
    places = starts.astype("datetime64[D]").astype(np.int64) + (_EPOCH - _BASE)
    if np.any(lengths < 1):
        raise LengthNotPositive(length=int(np.min(lengths)))
    if np.any((places < 0) | (places >= len(tables.worked_until))):
        raise DateOutOfRange
    ranks = tables.worked_until[places] + lengths - 1
    if np.any(ranks >= len(tables.working)):
        raise DateOutOfRange
    due = tables.working[ranks]
    provisional = tables.unknown_until[due] != tables.unknown_until[places]
    return np.datetime64(FIRST) + due.astype("timedelta64[D]"), np.asarray(provisional)


@lru_cache(maxsize=8)
def _tables(calendar: Calendar) -> _Tables:
    return _Tables(
        worked_until=np.array(calendar.worked_until, np.int32),
        working=np.array(calendar.working_ordinals, np.int32) - np.int32(_BASE),
        unknown_until=np.array(calendar.unknown_until, np.int32),
    )
