"""Processes that we or a killed predecessor started: told apart from strangers who were given the same number."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

PROCESSES = Path("/proc")


def started_at(pid: int) -> str | None:
    """A mark of when process `pid` began (only to be compared), or None where there is no such living process."""
    if PROCESSES.joinpath("self").exists():
        try:
            fields = (PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    said = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or None


def in_folder(folder: Path) -> list[int]:
    """Processes whose working directory is `folder`; empty where the system does not say."""
    found = []
    for entry in PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.path.samefile(entry / "cwd", folder):
                found.append(int(entry.name))
    return found


def ask_to_end(pid: int, started: str) -> None:
    """Ask the process to stop and do not wait; nothing when `pid` is another process by now."""
    if started_at(pid) == started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def end(pid: int, started: str, *, within: float) -> None:
    """Ask the process to stop, then make it; does nothing when `pid` is another process by now."""
    for number, patience in ((signal.SIGTERM, within), (signal.SIGKILL, 5.0)):
        if started_at(pid) != started:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_gone(pid, started, within=patience):
            return


def wait_gone(pid: int, started: str, *, within: float) -> bool:
    """Whether the process ends in `within` seconds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if started_at(pid) != started:
            return True
        time.sleep(0.02)
    return False
