"""The product's web server as the demonstration runs it, and visitors that ask it at a steady pace or without pause."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from anxin.cli.children import Children, web_command
from bench.frame import ROOT

HOST = "127.0.0.1"
READY_WITHIN_SECONDS = 60.0


@dataclass
class Latencies:
    """Seconds of each answer, and how many were no 200."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def percentile(self, share: float) -> float:
        """Milliseconds under which that share of the answers lies."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000 if ranked else float("inf")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def website(
    folder: Path, environment: dict[str, str], command: Sequence[str] | None = None, path: str = "/"
) -> Iterator[int]:
    """Run the web server with two workers (or another command) until the block ends; gives its port."""
    port = free_port()
    run = [part.replace("PORT", str(port)) for part in command] if command else web_command(HOST, port, 2)
    folder.mkdir(parents=True, exist_ok=True)
    children = Children(folder)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    try:
        children.start("web", run, {**os.environ, "ANXIN_POOL": "4", "PYTHONPATH": paths, **environment})
        _wait(port, path, children)
        yield port
    finally:
        children.end_all()


def _wait(port: int, path: str, children: Children) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and children.all_alive():
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, port, timeout=10)
            connection.request("GET", path)
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"the web server did not start: see {children.folder}/web.log")


class Visitor(threading.Thread):
    """Asks the paths in turn until `stop()`, `rate` times a second or without pause; keeps how long each answer took."""

    def __init__(self, port: int, paths: Sequence[str], rate: float | None = 25.0) -> None:
        super().__init__(daemon=True)
        self._port, self._paths, self._every = port, paths, 1 / rate if rate else 0.0
        self._ended = threading.Event()
        self.found = Latencies()

    def run(self) -> None:
        """Ask until told to stop."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=30)
        due, number = time.perf_counter(), 0
        while not self._ended.is_set():
            # Time counts from when the question was due: a visitor that waits is not left out.
            self._ask(connection, self._paths[number % len(self._paths)], due)
            number += 1
            due = due + self._every if self._every else time.perf_counter()
            time.sleep(max(0.0, due - time.perf_counter()))
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, path: str, due: float) -> None:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            self.found.failed += answer.status != 200
        except (OSError, http.client.HTTPException):
            connection.close()
            self.found.failed += 1
        self.found.seconds.append(time.perf_counter() - due)

    def stop(self) -> Latencies:
        """End and give what was found."""
        self._ended.set()
        self.join()
        return self.found


def visit(port: int, paths: Sequence[str], seconds: float, rate: float = 25.0) -> Latencies:
    """A visitor for that long."""
    visitor = Visitor(port, paths, rate)
    visitor.start()
    time.sleep(seconds)
    return visitor.stop()


@dataclass(frozen=True)
class Load:
    """What a server bore: requests a second, and milliseconds at three percentiles."""

    tool: str
    rate: float
    p50: float
    p95: float
    p99: float
    failed: int


def load(port: int, paths: Sequence[str], seconds: float, connections: int = 16) -> Load:
    """Ask without pause over that many connections: with wrk where it is installed, else with Python processes."""
    if shutil.which("wrk"):
        return _wrk(port, paths, seconds, connections)
    return _python_load(port, paths, seconds, connections)


def _wrk(port: int, paths: Sequence[str], seconds: float, connections: int) -> Load:
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds:.0f}s",
        "-s",
        str(Path(__file__).with_name("wrk.lua")),
    ]
    said = subprocess.run(
        [*command, f"http://{HOST}:{port}/", "--", *paths], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"RATE ([\d.]+) P50 ([\d.]+) P95 ([\d.]+) P99 ([\d.]+) FAILED (\d+)", said)
    if found is None:
        raise RuntimeError(said[-300:])
    return Load("wrk", *map(float, found.groups()[:4]), failed=int(found[5]))


def _python_load(port: int, paths: Sequence[str], seconds: float, connections: int) -> Load:
    context = get_context("spawn")
    with context.Pool(2) as pool:
        began = time.perf_counter()
        parts = pool.starmap(_ask_all, [(port, list(paths), seconds, connections // 2)] * 2)
        lasted = time.perf_counter() - began
    merged = Latencies([one for part, _ in parts for one in part], sum(failed for _, failed in parts))
    ranks = [merged.percentile(share) for share in (0.5, 0.95, 0.99)]
    return Load("Python", len(merged.seconds) / min(lasted, seconds), *ranks, failed=merged.failed)


def _ask_all(port: int, paths: list[str], seconds: float, connections: int) -> tuple[list[float], int]:
    visitors = [Visitor(port, paths, rate=None) for _ in range(connections)]
    for visitor in visitors:
        visitor.start()
    time.sleep(seconds)
    found = [visitor.stop() for visitor in visitors]
    return [one for part in found for one in part.seconds], sum(part.failed for part in found)
