"""The demonstration's two witnesses: each with a folder and a key of its own, on this machine, as children.

In production they run elsewhere, under other people: what they prove here is only that the machinery works.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from anxin.audit.log_keys import read_log_keys
from anxin.witness.store import Store

HOST = "127.0.0.1"
NAMES = ("witness-one.anxin.example", "witness-two.anxin.example")


def prepare(folder: Path, environment: dict[str, str]) -> dict[str, list[str]]:
    """Write what they and the sealing job must know of each other; the command of each by the name of its child."""
    trusted = folder / "log-trusted.txt"
    trusted.write_text(read_log_keys(Path(environment["ANXIN_LOG_KEYS"])).trust_lines(), encoding="utf-8")
    commands, lines = {}, []
    for number, name in enumerate(NAMES, start=1):
        own = folder / f"witness-{number}"
        store = Store(own, name)
        key = store.key.verifier
        store.close()
        port = _free_port()
        lines.append(f"http://{HOST}:{port} {key}\n")
        commands[own.name] = [
            *(sys.executable, "-P", "-m", "anxin.cli.main", "witness", "--data", str(own), "--name", name),
            *("--host", HOST, "--port", str(port), "--trust", str(trusted)),
        ]
    Path(environment["ANXIN_WITNESSES"]).write_text("".join(lines), encoding="utf-8")
    return commands


def seal_command() -> list[str]:
    """The sealing job."""
    return [sys.executable, "-P", "-m", "anxin.cli.main", "seal"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
