"""Ctrl-C, SIGTERM and SIGHUP end a command in order and once: also while it starts, and when pressed twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Turns the first signal into a KeyboardInterrupt; later ones must not cut the orderly end short."""

    def __init__(self) -> None:
        self._held = False
        self._came = False
        for number in SIGNALS:
            signal.signal(number, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        if not self._held:
            self._end()

    @staticmethod
    def _end() -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Steps between which nobody could clean up: a signal waits until they are done."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._came:
            self._end()
