"""Where a run spends its time: the main thread is looked at every few milliseconds and its innermost line of ours noted.

Works on any code without touching it, at next to no cost. A wait for the database is told by the statement waited for.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from types import FrameType

EVERY_SECONDS = 0.005
SHOWN = 24


class Stages:
    """Use as a context; afterwards `seconds()` gives the places and their share of the time, the longest first."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._stop = threading.Event()
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._began = 0.0
        self._lasted = 0.0

    def __enter__(self) -> Stages:
        self._began = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._lasted = time.perf_counter() - self._began
        self._stop.set()
        self._thread.join()

    def seconds(self) -> list[tuple[str, float]]:
        """(place, seconds), the longest first."""
        looks = sum(self._counts.values()) or 1
        return [(place, self._lasted * n / looks) for place, n in self._counts.most_common(SHOWN)]

    def _watch(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            frame = sys._current_frames().get(self._watched)
            if frame is not None:
                self._counts[_place(frame)] += 1


def _place(frame: FrameType) -> str:
    statement = ""
    current: FrameType | None = frame
    while current is not None:
        module = current.f_globals.get("__name__", "")
        if module.startswith("psycopg") and not statement:
            query = current.f_locals.get("query") or current.f_locals.get("statement")
            statement = " ".join(str(query).split())[:60] if isinstance(query, str) else ""
        if module.startswith("anxin."):
            place = f"{module.removeprefix('anxin.')}:{current.f_code.co_name}:{current.f_lineno}"
            return f"{place} {statement}".strip()
        current = current.f_back
    return "outside"
