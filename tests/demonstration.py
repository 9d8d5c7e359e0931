"""The real demonstration, as `./anxin demo` starts it: own port, own data folder, web and worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from anxin.cli.postgres import DATABASE, Server

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-P", "-m", "anxin.cli.main", "demo"]
READY_WITHIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A city over a data folder; `start` gives its supervisor."""

    address: str
    folder: Path

    @property
    def tour(self) -> Path:
        """The folder of files for the tour."""
        return self.folder / "private" / "files" / "city" / "tour"

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of one statement on the city's database."""
        with psycopg.connect(self.database_address(), autocommit=True) as connection:
            cursor = connection.execute(question.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def database_address(self) -> str:
        """Where the administrator connects."""
        return Server(self.folder / "server").address(DATABASE)

    def start(self) -> subprocess.Popen[bytes]:
        """The supervisor, in a process group of its own as a terminal would give it."""
        self.folder.parent.mkdir(exist_ok=True)
        port = self.address.rpartition(":")[2]
        with self.log.open("wb") as said:
            return subprocess.Popen(
                [*COMMAND, "--port", port, "--data", str(self.folder)],
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Until it greets, which it does when the first page has answered; a predecessor's page must not fool us."""
        until = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < until and process.poll() is None:
            if self.address in self.said():
                return
            time.sleep(0.05)
        raise AssertionError(f"the demonstration did not start: {self.said()[-2000:]}")

    @property
    def log(self) -> Path:
        """What the supervisor says."""
        return self.folder.with_name(self.folder.name + ".log")

    def said(self) -> str:
        """What the supervisor said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def processes(self) -> set[int]:
        """Everything that lives over this folder: by its environment, or by working in it."""
        mark, found = os.fsencode(self.folder), set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if entry.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z":
                    continue
                here = os.fsencode(os.readlink(entry / "cwd"))
                if (
                    here.startswith(mark)
                    or mark in entry.joinpath("cmdline").read_bytes() + entry.joinpath("environ").read_bytes()
                ):
                    found.add(int(entry.name))
            except OSError:
                continue
        return found - {os.getpid()}


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_environment() -> dict[str, str]:
    """The environment of somebody who has just opened a terminal here: nothing of the suite's own server."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANXIN_", "DJANGO_", "PYTEST_")) and name != "DATABASE_URL"
    }
    return kept | {"PYTHONPATH": str(ROOT / "src")}


@contextmanager
def new_demonstration() -> Iterator[Demonstration]:
    """A folder and a port for one; whatever still runs over the folder at the end is killed."""
    with tempfile.TemporaryDirectory(prefix="anxin-demonstration-", dir="/tmp") as name:
        one = Demonstration(f"http://127.0.0.1:{free_port()}", Path(name) / "data")
        try:
            yield one
        finally:
            for pid in one.processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            until = time.monotonic() + 10
            while one.processes() and time.monotonic() < until:
                time.sleep(0.05)


@contextmanager
def running_demonstration() -> Iterator[Demonstration]:
    """Started, and stopped as Ctrl-C would."""
    with new_demonstration() as one:
        process = one.start()
        try:
            one.wait_until_ready(process)
            yield one
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
