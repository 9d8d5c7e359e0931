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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg

from anxin.cli.postgres import DATABASE, Server

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 120
# What the suite's own server and settings put into the environment must not reach the demonstration.
OURS = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running city: where it answers, and where its data lies."""

    address: str
    folder: Path

    @property
    def tour(self) -> Path:
        """The folder of files for the tour."""
        return self.folder / "private" / "files" / "city" / "tour"

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of one statement on the city's database."""
        address = Server(self.folder / "server").address(DATABASE)
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(question.encode(), values)
            return cursor.fetchall() if cursor.description else []


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_environment() -> dict[str, str]:
    """The environment of somebody who has just opened a terminal here."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not (name.startswith("ANXIN_") and name not in {"ANXIN_ROOT", "ANXIN_STORE"})
    }
    return kept | {"PYTHONPATH": str(ROOT / "src")}


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """Start it, wait for its first page, and stop it as Ctrl-C would."""
    with tempfile.TemporaryDirectory(prefix="anxin-journeys-", dir="/tmp") as name:
        folder, port = Path(name) / "data", free_port()
        command = [sys.executable, "-P", "-m", "anxin.cli.main", "demo"]
        with (Path(name) / "said.log").open("wb") as said:
            process = subprocess.Popen(
                [*command, "--port", str(port), "--data", str(folder)],
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, process, Path(name) / "said.log")
            yield Demonstration(address, folder)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urlopen(address + "/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the demonstration did not start: {log.read_text(errors='replace')[-2000:]}")
