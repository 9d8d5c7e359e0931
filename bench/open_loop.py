"""Requests at the moments they are due, whatever became of the ones before: latency counts from the moment intended.

`fire` runs in a process of its own. Connections are kept; where none is idle, another is opened, so that a slow answer holds up
nobody behind it. Gaps between requests are drawn as of callers that know nothing of each other (exponential), with a seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

HOST = "127.0.0.1"
MOST_CONNECTIONS, PATIENCE_SECONDS = 400, 20.0
# Eight digits in its place, another number each time, so that what a request left behind can be counted.
NUMBER = "{number}"


@dataclass(frozen=True, slots=True)
class Shot:
    """When it was due (seconds from the beginning), how long until the whole answer was there, and its status (0: none)."""

    due: float
    seconds: float
    status: int


@dataclass
class _Gun:
    port: int
    requests: list[bytes]
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    opened: int = 0
    shots: list[Shot] = field(default_factory=list)
    retry_after: Counter[str] = field(default_factory=Counter)

    async def one(self, number: int, began: float, due: float) -> None:
        payload = self.requests[number % len(self.requests)].replace(NUMBER.encode(), b"%08d" % number)
        try:
            status = await asyncio.wait_for(self._exchange(payload), PATIENCE_SECONDS)
        except (TimeoutError, OSError, EOFError, ValueError):
            status = 0
        self.shots.append(Shot(due, time.perf_counter() - began - due, status))

    async def _exchange(self, payload: bytes) -> int:
        # A connection that the server closed meanwhile is tried once more on a new one.
        for fresh in (False, True):
            if self.idle and not fresh:
                reader, writer = self.idle.pop()
            else:
                if self.opened >= MOST_CONNECTIONS:
                    raise OSError("too many connections")
                self.opened += 1
                try:
                    reader, writer = await asyncio.open_connection(HOST, self.port)
                except BaseException:
                    self.opened -= 1
                    raise
            kept = False
            try:
                writer.write(payload)
                status, keep = await _answer(reader, self.retry_after)
                if keep:
                    self.idle.append((reader, writer))
                    kept = True
                return status
            except (ConnectionError, asyncio.IncompleteReadError):
                if fresh:
                    raise
            finally:
                if not kept:
                    self.opened -= 1
                    writer.close()
        raise AssertionError


async def _answer(reader: asyncio.StreamReader, retry_after: Counter[str]) -> tuple[int, bool]:
    """Read one answer to its end: status, and whether the connection may be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = head.split("\r\n")
    status = int(lines[0].split(" ", 2)[1])
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    if status in (429, 503):
        retry_after[headers.get("retry-after", "")] += 1
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    else:
        await reader.readexactly(int(headers.get("content-length", "0")))
    return status, headers.get("connection") != "close"


def fire(
    port: int, requests: list[str], rate: float, seconds: float, seed: int, first: int = 0
) -> dict[str, Any]:
    """Ask `rate` times a second for that long; `{"seconds", "shots": [[due, seconds, status]], "late_ms", "retry_after"}`.

    `requests`: whole requests as text, in turn. `late_ms`: how much later than intended the latest request left here.
    """
    gun = _Gun(port, [one.encode() for one in requests])
    late = asyncio.run(_all(gun, rate, seconds, Random(seed), first))
    return {
        "seconds": seconds,
        "shots": [[one.due, one.seconds, one.status] for one in gun.shots],
        "late_ms": late * 1000,
        "retry_after": dict(gun.retry_after),
    }


async def _all(gun: _Gun, rate: float, seconds: float, draw: Random, number: int) -> float:
    began, due, late = time.perf_counter(), 0.0, 0.0
    running: set[asyncio.Task[None]] = set()
    while True:
        due += draw.expovariate(rate)
        if due >= seconds:
            break
        wait = due - (time.perf_counter() - began)
        # Asleep for less than the loop's own grain would only burn the core that the server needs.
        if wait > 0.0005:
            await asyncio.sleep(wait)
        late = max(late, time.perf_counter() - began - due)
        task = asyncio.create_task(gun.one(number, began, due))
        running.add(task)
        task.add_done_callback(running.discard)
        number += 1
    if running:
        await asyncio.wait(running)
    for _, writer in gun.idle:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return late


@dataclass(frozen=True)
class Volley:
    """What a run of `fire` found."""

    shots: list[Shot]
    late_ms: float
    retry_after: dict[str, int]

    @classmethod
    def of(cls, answer: dict[str, Any]) -> Volley:
        """Out of the child's report."""
        shots = [Shot(due, seconds, int(status)) for due, seconds, status in answer["shots"]]
        return cls(shots, answer["late_ms"], answer["retry_after"])

    def percentile(self, share: float, statuses: tuple[int, ...] = (200,)) -> float:
        """Milliseconds under which that share of the answers with these statuses lies; infinity where there is none."""
        ranked = sorted(one.seconds for one in self.shots if one.status in statuses)
        return ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000 if ranked else float("inf")

    def number(self, *statuses: int) -> int:
        """How many answers had one of these statuses."""
        return sum(one.status in statuses for one in self.shots)

    @property
    def other(self) -> int:
        """How many had none of 200, 429, 503."""
        return len(self.shots) - self.number(200, 429, 503)


def request(
    method: str, path: str, body: str = "", headers: dict[str, str] | None = None, host: str = HOST
) -> str:
    """A whole request as text; its body is as long with a number in it as it will be with eight digits."""
    size = len(body.replace(NUMBER, "00000000").encode())
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {size}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines) + "\r\n\r\n" + body
