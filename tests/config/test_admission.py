"""Requests beyond what a process can work on are refused at once, and one caller never takes all the places."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from anxin.config.admission import Admission, Doors, caller_of
from anxin.config.unavailable import BUSY, TOO_MANY


class Working:
    """An application that works until it is let go, and counts how many were in it at once."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.inside, self.most = 0, 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.let_go.wait(5)
        with self._lock:
            self.inside -= 1
        start_response("200 OK", [])
        answer: Any = Answered([b"done"])
        return answer


class Answered(list[bytes]):
    streaming = False


def ask(admission: Admission, path: str = "/", **environ: str) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    body = b"".join(
        admission({"PATH_INFO": path, **environ}, lambda status, headers: told.extend((status, headers)))
    )
    return told[0], dict(told[1]), body


def asked_together(admission: Admission, callers: list[str]) -> list[tuple[threading.Thread, list[str]]]:
    found = []
    for caller in callers:
        statuses: list[str] = []
        environ = {"HTTP_AUTHORIZATION": caller} if caller else {}
        thread = threading.Thread(target=lambda s=statuses, e=environ: s.append(ask(admission, **e)[0]))  # type: ignore[misc]
        thread.start()
        time.sleep(0.01)
        found.append((thread, statuses))
    return found


def ended(found: list[tuple[threading.Thread, list[str]]]) -> list[str]:
    for thread, _ in found:
        thread.join(10)
    return [statuses[0] for _, statuses in found]


def test_excess_is_refused_at_once_and_the_rest_is_worked_on() -> None:
    work = Working()
    admission = Admission(work, Doors(at_once=2, waiting=3, patience=5))
    waiting = asked_together(admission, [""] * 5)
    began = time.monotonic()
    status, headers, body = ask(admission)
    assert time.monotonic() - began < 0.5
    assert status == "503 Service Unavailable"
    assert headers["Retry-After"] == "2"
    assert "请稍后再试" in body.decode()
    status, headers, body = ask(admission, "/api/keys")
    assert headers["Content-Type"] == "application/problem+json"
    assert b"E-BUSY" in body
    work.let_go.set()
    assert ended(waiting) == ["200 OK"] * 5
    assert work.most == 2
    assert ask(admission)[0] == "200 OK"


def test_whoever_waits_too_long_is_told_to_come_back() -> None:
    work = Working()
    doors = Doors(at_once=1, waiting=3, patience=0.1)
    admission = Admission(work, doors)
    first = asked_together(admission, [""])
    assert ask(admission)[0].startswith("503")
    work.let_go.set()
    assert ended(first) == ["200 OK"]
    assert doors.enter("") is None


def test_one_caller_has_half_of_the_places_and_others_pass_it_in_the_line() -> None:
    work = Working()
    admission = Admission(work, Doors(at_once=4, waiting=4, patience=5))
    greedy = asked_together(admission, ["Bearer a"] * 4)
    assert ask(admission, HTTP_AUTHORIZATION="Bearer a")[0] == "429 Too Many Requests"
    others = asked_together(admission, ["Bearer b", ""])
    assert work.inside == 4
    work.let_go.set()
    assert ended(greedy + others) == ["200 OK"] * 6
    assert work.most == 4


def test_doors_forget_who_left_and_who_gave_up() -> None:
    doors = Doors(at_once=1, waiting=1, patience=0.05)
    assert doors.enter("a") is None
    assert doors.enter("b") is BUSY
    doors.leave("a")
    assert doors.enter("b") is None
    doors.leave("b")
    for _ in range(100):
        assert doors.enter("a") is None
        doors.leave("a")
    assert not doors._inside
    assert not doors._line


def test_a_streamed_answer_keeps_its_place_until_it_is_out() -> None:
    class Streaming(list[bytes]):
        streaming = True

    doors = Doors(at_once=1, waiting=0, patience=0.05)
    answer: Any = Admission(lambda environ, start: Streaming([b"a", b"b"]), doors)({}, lambda *told: None)
    parts: Iterator[bytes] = iter(answer)
    assert next(parts) == b"a"
    assert doors.enter("") is BUSY
    answer.close()
    answer.close()
    assert doors.enter("") is None


def test_an_application_that_breaks_leaves_its_place() -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Any:
        raise ValueError("broken")

    doors = Doors(at_once=1, waiting=0, patience=0.05)
    with pytest.raises(ValueError, match="broken"):
        Admission(broken, doors)({}, lambda *told: None)
    assert doors.enter("") is None


@pytest.mark.parametrize(
    ("environ", "caller"),
    [
        ({}, ""),
        ({"HTTP_COOKIE": "sessionid=abc; csrftoken=d"}, "abc"),
        ({"HTTP_COOKIE": "csrftoken=d"}, ""),
        ({"HTTP_AUTHORIZATION": "Bearer k", "HTTP_COOKIE": "sessionid=abc"}, "Bearer k"),
        ({"PATH_INFO": "/static/web/anxin.css", "HTTP_COOKIE": "sessionid=abc"}, ""),
    ],
)
def test_callers_are_told_apart_by_their_credentials(environ: dict[str, str], caller: str) -> None:
    assert caller_of(environ) == caller


def test_share_of_the_line_is_told_apart_from_a_full_line() -> None:
    doors = Doors(at_once=2, waiting=2, patience=0.05)
    assert doors.enter("a") is None
    assert doors.enter("c") is None
    threading.Thread(target=doors.enter, args=("a",)).start()
    time.sleep(0.01)
    assert doors.enter("a") is TOO_MANY
