"""Web and worker as children of the demonstration: started together, ended together, found again after a kill."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from anxin.cli.places import THREADS
from anxin.cli.processes import ask_to_end, end, started_at

PATIENCE_SECONDS = 10.0
# The queues of each worker: a large file in one of them holds up nobody in the other.
WORKERS = {"worker": ("small", "default"), "worker-large": ("large",)}


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Granian on the WSGI entry; threads for those who are worked on, wait, or are told to come back."""
    return [
        *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning"),
        *("--workers-kill-timeout", "2"),
        "anxin.config.wsgi:application",
    ]


def worker_command(*queues: str) -> list[str]:
    """A procrastinate worker that takes one job at a time, of these queues or of every one."""
    command = [sys.executable, "-P", "-m", "django", "procrastinate", "worker", "--concurrency", "1"]
    return [*command, "--queues", ",".join(queues)] if queues else command


class Children:
    """Processes with a log file each in `folder`; their numbers and beginnings are noted in `children.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._note = folder / "children.json"
        self._running: list[subprocess.Popen[bytes]] = []
        self._turns: dict[int, int] = {}

    def end_orphans(self) -> None:
        """End what a killed supervisor left behind; a number that another process bears by now is left alone."""
        with contextlib.suppress(OSError, ValueError):
            noted = json.loads(self._note.read_text(encoding="utf-8"))
            # All at once: their patience would add up.
            for pid, started in noted:
                ask_to_end(pid, started)
            for pid, started in noted:
                end(pid, started, within=PATIENCE_SECONDS)
        self._note.unlink(missing_ok=True)

    def start(self, name: str, command: list[str], environment: dict[str, str], *, turn: int = 0) -> None:
        """Start one child in a process group of its own, so that Ctrl-C reaches us alone and we end it in order.

        `turn`: those of a later one are ended only when those before them are gone.
        """
        with (self.folder / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.append(child)
        self._turns[child.pid] = turn
        noted = [(one.pid, started_at(one.pid)) for one in self._running]
        self._note.write_text(json.dumps(noted), encoding="utf-8")

    def all_alive(self) -> bool:
        """Whether none has ended."""
        return all(child.poll() is None for child in self._running)

    def end_all(self) -> None:
        """Ask all to stop, turn by turn, then make those that did not."""
        for turn in sorted(set(self._turns.values())):
            self._end([child for child in self._running if self._turns[child.pid] == turn])
        self._note.unlink(missing_ok=True)

    @staticmethod
    def _end(children: list[subprocess.Popen[bytes]]) -> None:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, until - time.monotonic()))
            # The group outlives its leader where that one was killed.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
