"""A demonstration with durable storage whose processes are killed with `kill -9` and started again."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import psycopg

from anxin.cli import database, local_witnesses, logins, messages, secret_files
from anxin.cli.children import WORKERS, web_command, worker_command
from anxin.cli.postgres import Server
from anxin.cli.processes import in_folder
from bench.frame import ROOT, in_child
from bench.web import HOST, free_port

# Commits in this server's memory only, for as long as PostgreSQL lets one wait: what the harness must find lost.
FORGETFUL = ("synchronous_commit = 'off'", "wal_writer_delay = '10s'", "wal_writer_flush_after = '100MB'")
REMEMBERING = ("synchronous_commit = 'on'", "wal_writer_delay = '200ms'", "wal_writer_flush_after = '1MB'")
READY_WITHIN_SECONDS, RESTARTED_AFTER_SECONDS = 120.0, 1.0


@dataclass
class Machine:
    """Everything over one folder; `forgetful`: without `synchronous_commit`."""

    folder: Path
    forgetful: bool = False
    rows: int = 600
    port: int = field(default_factory=free_port)
    server: Server = field(init=False)
    environment: dict[str, str] = field(default_factory=dict)
    provider_key: str = ""
    codes: list[str] = field(default_factory=list)
    _commands: dict[str, tuple[list[str], dict[str, str]]] = field(default_factory=dict)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: threading.Event = field(default_factory=threading.Event)
    # Started again because they had ended by themselves (a worker does without its database), by name.
    ended_alone: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        """Database, town, logins, web, workers, sealing job and witnesses."""
        messages.compile_catalogs()
        self._start_server()
        self.environment = self._environment()
        database.prepare(self.environment, city=False)
        town = {"rows": self.rows, "file": str(self.folder / "town.csv"), "environment": self.environment}
        made, _, problem = in_child("bench.town:settle_town", town)
        if problem:
            raise RuntimeError(problem)
        self.provider_key, self.codes = made["key"], made["codes"]
        self._commands = self._all_commands()
        for name in self._commands:
            self._launch(name)
        threading.Thread(target=self._supervise, daemon=True).start()
        self.wait_for_web()
        # What stands by now is no part of what may be forgotten.
        self._settings(FORGETFUL if self.forgetful else REMEMBERING)

    @property
    def kinds(self) -> dict[str, tuple[str, ...]]:
        """What is killed, and how: for the database one session's process, its first process, or all at once."""
        if self.forgetful:
            return {"postgres": ("all",)}
        return {
            "postgres": ("all", "first", "session"),
            "web": ("all",),
            "worker": ("all",),
            "seal": ("all",),
        }

    def kill(self, what: str, how: str, draw: Random) -> float:
        """Kill and start again; seconds until what was killed answers."""
        began = time.monotonic()
        if what == "postgres":
            self._kill_server(how, draw)
        else:
            with self._lock:
                self._kill_group(what)
                self._launch(what)
            if what == "web":
                self.wait_for_web()
        return time.monotonic() - began

    def wait_for_web(self) -> None:
        """Until the sign of life is there."""
        until = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
                connection.request("GET", "/healthz")
                status = connection.getresponse().status
                connection.close()
                if status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"the website did not come back: see {self.folder}/web.log")

    def administrator(self) -> psycopg.Connection[Any]:
        """A connection that sees everything."""
        return psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)

    def command(self, *arguments: str) -> tuple[int, str]:
        """Run one of the product's commands on this database: its exit code and what it said."""
        path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
        environment = {**self.environment, "PYTHONPATH": path, "ANXIN_ROOT": str(ROOT)}
        command = [*local_witnesses.seal_command()[:-1], *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace")

    def stop(self) -> None:
        """End everything."""
        self._ended.set()
        with self._lock:
            for name in self._running:
                self._kill_group(name)
            self._running.clear()
        with contextlib.suppress(Exception):
            self.server.stop()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **secret_files.environment(self.folder / "private"),
            "DATABASE_URL": self._address(),
            "DJANGO_SETTINGS_MODULE": "anxin.config.settings",
            "ANXIN_ADDRESS": f"http://{HOST}:{self.port}",
            "ANXIN_POOL": "4",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }

    def _all_commands(self) -> dict[str, tuple[list[str], dict[str, str]]]:
        web = logins.for_web(self.environment, self.folder)
        own = logins.for_worker(self.environment, self.folder)
        witnesses = local_witnesses.prepare(self.folder, self.environment)
        lines = Path(self.environment["ANXIN_WITNESSES"]).read_text(encoding="utf-8").splitlines()
        keys = "".join(line.split(" ", 1)[1] + "\n" for line in lines)
        (self.folder / "witness-keys.txt").write_text(keys, encoding="utf-8")
        return {
            **{name: (command, self.environment) for name, command in witnesses.items()},
            "web": (web_command(HOST, self.port, 2), web),
            "seal": (local_witnesses.seal_command(), own),
            **{name: (worker_command(*queues), own) for name, queues in WORKERS.items()},
        }

    def _launch(self, name: str) -> None:
        command, environment = self._commands[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _supervise(self) -> None:
        """As a service manager does: what ended by itself is started again."""
        while not self._ended.wait(RESTARTED_AFTER_SECONDS):
            with self._lock:
                for name in [one for one, child in self._running.items() if child.poll() is not None]:
                    self.ended_alone[name] += 1
                    self._kill_group(name)
                    self._launch(name)

    def _kill_group(self, name: str) -> None:
        child = self._running[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def _kill_server(self, how: str, draw: Random) -> None:
        processes = sorted(in_folder(self.server.cluster))
        first = int((self.server.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        if how == "session":
            chosen = [draw.choice(sessions)] if (sessions := _sessions(processes)) else []
        else:
            chosen = [first] if how == "first" else [first, *(one for one in processes if one != first)]
        for pid in chosen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if how != "session":
            self._start_server()
        self._wait_for_server()

    def _start_server(self) -> None:
        """Wherever the server puts its socket this time, it is found by one and the same name."""
        self.server = Server(self.folder / "server", durable=True)
        address = self.server.start()
        link = self.folder / "socket"
        link.unlink(missing_ok=True)
        link.symlink_to(parse_qs(urlsplit(address).query)["host"][0])

    def _address(self) -> str:
        parts = urlsplit(self.server.address("anxin"))
        return parts._replace(query="host=" + quote(str(self.folder / "socket"), safe="")).geturl()

    def _wait_for_server(self) -> None:
        until = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.Error), self.administrator() as connection:
                connection.execute("SELECT 1")
                return
            time.sleep(0.02)
        raise RuntimeError("the database did not come back")

    def _settings(self, lines: tuple[str, ...]) -> None:
        with self.administrator() as connection:
            for line in lines:
                connection.execute(f"ALTER SYSTEM SET {line}")  # type: ignore[call-overload]
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CHECKPOINT")


def _sessions(processes: list[int]) -> list[int]:
    """Those of them that serve the product's logins."""
    found = []
    for pid in processes:
        with contextlib.suppress(OSError):
            if b"postgres: anxin_" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found
