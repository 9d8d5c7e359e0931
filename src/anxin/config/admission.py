"""How many requests one process works on at once, and how many may wait: who is too many is told so at once (Art. 45).

Without this a slow moment lets requests pile up behind each other until nobody is answered in time. A caller with credentials
(a session, a unit's key or token) gets no more than half of the places, so that one cannot crowd out the others.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

from anxin.config.unavailable import BUSY, TOO_MANY, Trouble, answer_to

PATIENCE_SECONDS = 1.5
SESSION = "sessionid"
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass(eq=False)
class _Place:
    """One request in the line; `let_in` is set by whoever leaves."""

    caller: str
    let_in: threading.Event = field(default_factory=threading.Event)


class Doors:
    """`at_once` inside, `waiting` in the line, first come first served among those whose share allows it."""

    def __init__(self, *, at_once: int, waiting: int, patience: float) -> None:
        self._at_once, self._most_waiting, self._patience = at_once, waiting, patience
        self._share, self._share_waiting = max(1, at_once // 2), max(1, waiting // 2)
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()
        self._line: deque[_Place] = deque()

    def enter(self, caller: str) -> Trouble | None:
        """Wait for a place and take it; or why not. `caller` is empty for whoever cannot be told from others."""
        with self._lock:
            if self._free_for(caller) and not self._line:
                self._inside[caller] += 1
                return None
            if caller and sum(one.caller == caller for one in self._line) >= self._share_waiting:
                return TOO_MANY
            if len(self._line) >= self._most_waiting:
                return BUSY
            place = _Place(caller)
            self._line.append(place)
            self._let_in()
        if place.let_in.wait(self._patience):
            return None
        with self._lock:
            # Somebody may have let it in just now.
            if place.let_in.is_set():
                return None
            self._line.remove(place)
        return BUSY

    def leave(self, caller: str) -> None:
        """Give the place to the first in the line who may have it."""
        with self._lock:
            self._inside[caller] -= 1
            if not self._inside[caller]:
                del self._inside[caller]
            self._let_in()

    def _free_for(self, caller: str) -> bool:
        return self._inside.total() < self._at_once and (not caller or self._inside[caller] < self._share)

    def _let_in(self) -> None:
        for place in list(self._line):
            if self._inside.total() >= self._at_once:
                return
            if self._free_for(place.caller):
                self._line.remove(place)
                self._inside[place.caller] += 1
                place.let_in.set()


class Admission:
    """The WSGI application behind doors."""

    def __init__(self, application: Application, doors: Doors) -> None:
        self._application, self._doors = application, doors

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The application's answer, or 503 (429 for one caller's excess) with the seconds to wait."""
        caller = caller_of(environ)
        trouble = self._doors.enter(caller)
        if trouble is not None:
            answer = answer_to(trouble, str(environ.get("PATH_INFO", "")))
            start_response(f"{trouble.status} {trouble.phrase}", list(answer.headers.items()))
            return [answer.content]
        try:
            response = self._application(environ, start_response)
        except BaseException:
            self._doors.leave(caller)
            raise
        if getattr(response, "streaming", True):
            return _Streamed(response, lambda: self._doors.leave(caller))
        self._doors.leave(caller)
        return response


class _Streamed:
    """An answer that is still being made while it goes out keeps its place until then."""

    def __init__(self, answer: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._answer, self._leave, self._left = answer, leave, False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """Called by the server at the end, whatever the end was."""
        try:
            close = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            if not self._left:
                self._left = True
                self._leave()


def caller_of(environ: Environ) -> str:
    """The credentials that a request bears, as a key; empty where it bears none or asks for a file of ours."""
    if str(environ.get("PATH_INFO", "")).startswith("/static/"):
        return ""
    sent = str(environ.get("HTTP_AUTHORIZATION", ""))
    cookies = str(environ.get("HTTP_COOKIE", ""))
    if sent or SESSION not in cookies:
        return sent
    try:
        found = SimpleCookie(cookies).get(SESSION)
    except CookieError:
        return ""
    return found.value if found is not None else ""
