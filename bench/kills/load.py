"""The mixed load of the kill series: files by the interface, look-ups at the desk, own reports, public pages, checkpoints."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from urllib.parse import quote

from anxin.city.codes import fictional_code
from bench.kills.notes import Handed, Notes
from bench.kills.visitor import Answer, NoAnswer, Visitor

HEADER = "企业名称,统一社会信用代码,注册日期,所在省份,地区\n"
ADDRESS = "/api/submissions?item=registration&mapping=org-register&declared_rows={rows}"
# Beyond what is worked on while the sender waits: the worker's.
SMALL, LARGE, LARGE_EVERY = 3, 2_100, 40
FIRST_NUMBER = 40_000_000
SENDERS = 3
TRIES, WAIT_SECONDS = 400, 0.25
MOST_IN_WORK = 3
REPORT_NUMBER = re.compile(rb"\b[0-9]{14}[0-9A-Z]{8}\b")
OWN_REPORT = re.compile(rb'action="(/my/\d+/report/)"')


class Load:
    """Threads that work until `stop()`; what they were told is in `notes`."""

    def __init__(self, port: int, provider_key: str, codes: list[str], seed: int) -> None:
        self.notes = Notes()
        self._port, self._key, self._codes, self._seed = port, provider_key, codes, seed
        self._ended = threading.Event()
        self._numbers = count(FIRST_NUMBER + seed % 1_000 * 40_000)
        self._cases = count()
        self._lock = threading.Lock()
        self._open: list[tuple[str, tuple[str, ...]]] = []
        works: list[Callable[[Random], None]] = [
            *[self._hand_in] * SENDERS,
            *(self._look_up, self._look_up, self._own_reports),
            *(self._public, self._watch_checkpoints),
        ]
        self._threads = [
            threading.Thread(target=self._until_stopped, args=(work, place), daemon=True)
            for place, work in enumerate(works)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> Notes:
        """Let each finish what it began."""
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=TRIES * WAIT_SECONDS + 60)
        if any(thread.is_alive() for thread in self._threads):
            raise RuntimeError("a client of the load did not end")
        return self.notes

    def _until_stopped(self, work: Callable[[Random], None], place: int) -> None:
        work(Random(f"{self._seed} {place}"))

    def _hand_in(self, draw: Random) -> None:
        """A file under a key, again and again until it is acknowledged; sometimes once more after that."""
        visitor = Visitor(self._port)
        for number in count(1):
            if self._ended.is_set():
                return
            codes = self._new_codes(LARGE if number % LARGE_EVERY == 0 else SMALL)
            key = f"kills-{self._seed}-{codes[0]}"
            told = self._until_acknowledged(visitor, key, codes)
            if told is None:
                self._open.append((key, codes))
                continue
            with self.notes.lock:
                self.notes.handed.append(Handed(key, codes, told))
            if draw.random() < 0.1 and self._until_acknowledged(visitor, key, codes) != told:
                self.notes.contradicted.append(key)

    def hand_in_rest(self) -> None:
        """What was cut off and lay with us since must be acknowledged in the end, once."""
        visitor = Visitor(self._port)
        for key, codes in self._open:
            told = self._until_acknowledged(visitor, key, codes)
            if told is None:
                self.notes.contradicted.append(key)
            else:
                self.notes.handed.append(Handed(key, codes, told))

    def _until_acknowledged(self, visitor: Visitor, key: str, codes: tuple[str, ...]) -> int | None:
        """The submission's number; None where it is said to be in work, again and again: a worker takes it up later."""
        body = (
            HEADER + "".join(f"虚构断电{code[8:16]}有限公司,{code},2020-01-02,辽宁,鞍山\n" for code in codes)
        ).encode()
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Idempotency-Key": key,
            "Content-Type": "text/csv",
        }
        in_work = 0
        for _ in range(TRIES):
            answer = self._asked(visitor, "hand in", "POST", ADDRESS.format(rows=len(codes)), body, headers)
            if answer is not None and answer.status in (200, 201) and answer.whole:
                return int(json.loads(answer.body)["submission"])
            in_work += answer is not None and answer.status == 409
            if in_work == MOST_IN_WORK:
                return None
            time.sleep(WAIT_SECONDS)
        return None

    def _look_up(self, draw: Random) -> None:
        """Each with a case of its own, so that its row in the log can be told from all others."""
        visitor = Visitor(self._port, "officer")
        while not self._ended.is_set():
            with self._lock:
                case = f"kills-{self._seed}-{next(self._cases)}"
            answer = self._signed_in(
                *(visitor, "look up", "/desk/look-up/"),
                uscc=draw.choice(self._codes),
                item="",
                purpose="故障演练 / failure drill",
                case_reference=case,
            )
            # From the status line on it counts as told, even where the rest never came.
            if answer is not None and answer.status == 200:
                with self.notes.lock:
                    self.notes.looked_up.append(case)

    def _own_reports(self, draw: Random) -> None:
        visitor, address = Visitor(self._port, "company"), ""
        while not self._ended.is_set():
            if not address:
                answer = self._asked(visitor, "own pages", "GET", "/my/")
                found = OWN_REPORT.search(answer.body) if answer is not None else None
                if found is None:
                    self._sign_in(visitor)
                    continue
                address = found[1].decode()
            answer = self._signed_in(visitor, "own report", address)
            if answer is not None and answer.status == 200:
                found = REPORT_NUMBER.search(answer.body)
                with self.notes.lock:
                    self.notes.report_answers += 1
                    if found:
                        self.notes.reports.append(found[0].decode())
            time.sleep(0.1)

    def _public(self, draw: Random) -> None:
        visitor = Visitor(self._port)
        while not self._ended.is_set():
            code = draw.choice(self._codes)
            path = f"/organizations/{code}/" if draw.random() < 0.7 else f"/search/?q={quote('杏川')}"
            self._asked(visitor, "public page", "GET", path)
            time.sleep(0.05)

    def _watch_checkpoints(self, draw: Random) -> None:
        """Keeps every checkpoint that was published: the log of the end must agree with each."""
        visitor = Visitor(self._port)
        while not self._ended.wait(0.5):
            answer = self._asked(visitor, "checkpoint", "GET", "/api/log/checkpoint")
            if answer is not None and answer.status == 200 and answer.whole:
                note = answer.body.decode()
                self.notes.checkpoints[note.partition("\n\n")[0]] = note

    def _signed_in(self, visitor: Visitor, client: str, path: str, **fields: str) -> Answer | None:
        """Send a form; without a session (lost or never made) sign in first, for the next time."""
        try:
            if "sessionid" not in visitor.cookies:
                visitor.sign_in()
            answer = visitor.form(path, **fields)
        except NoAnswer as broken:
            self.notes.told(client, str(broken))
            time.sleep(WAIT_SECONDS)
            return None
        self.notes.told(client, answer.status)
        if answer.status in (302, 403):
            self._sign_in(visitor)
        elif answer.status >= 500:
            time.sleep(WAIT_SECONDS)
        return answer

    def _sign_in(self, visitor: Visitor) -> None:
        try:
            visitor.sign_in()
        except NoAnswer:
            visitor.cookies.clear()
            time.sleep(WAIT_SECONDS)

    def _asked(
        self,
        visitor: Visitor,
        client: str,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer | None:
        try:
            answer = visitor.ask(method, path, body, headers)
        except NoAnswer as broken:
            self.notes.told(client, str(broken))
            time.sleep(WAIT_SECONDS)
            return None
        self.notes.told(client, answer.status)
        return answer

    def _new_codes(self, number: int) -> tuple[str, ...]:
        with self._lock:
            return tuple(fictional_code("91", one) for one in _next(self._numbers, number))


def _next(numbers: Iterator[int], wanted: int) -> list[int]:
    return [next(numbers) for _ in range(wanted)]
