"""Start, adopt and stop the server of one data folder.

Every user of the server holds a shared lock on `users.lock`; the last one to leave stops it. Starting and stopping happen
under `server.lock`, so two starts at once give one server. Locks die with their process, also with `kill -9`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from anxin.cli.postgres.account import Account, server_account
from anxin.cli.postgres.binaries import programs
from anxin.cli.postgres.cluster import ADMINISTRATOR, HERE, check_version, make_cluster, named
from anxin.cli.postgres.trouble import last_line, sentence_for, sentence_for_error
from anxin.cli.postgres.tuning import settings
from anxin.cli.processes import in_folder, started_at, wait_gone
from anxin.cli.sentences import Sentence

DATABASE = "anxin"
# A socket's path may have 107 bytes (sun_path); `/.s.PGSQL.5432` and its lock take 20 of them.
LONGEST_SOCKET_FOLDER = 85
READY_WITHIN_SECONDS = 60.0
ORPHANS_END_WITHIN_SECONDS = 3.0
# Servers that we started and others still use: our children until we end, and not ours to wait for.
LEFT_TO_OTHERS: list[subprocess.Popen[bytes]] = []
LARGEST_LOG_BYTES = 10_000_000


class Server:
    """One server over one data folder. `start()` gives its address, `stop()` ends it unless others still use it."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.cluster = self.folder / "cluster"
        self.durable = durable
        self.adopted = False
        self._users: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    def start(self) -> str:
        """Start or adopt the server; returns a DATABASE_URL. Raises `Sentence` that says what is wrong."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._alone():
                self._prepare()
                if not self._adopt():
                    self._launch()
                self._create_database()
                self._users = (self.folder / "users.lock").open("ab")
                fcntl.flock(self._users, fcntl.LOCK_SH)
        except OSError as error:
            raise sentence_for_error(error, self.folder) from error
        except psycopg.Error as error:
            raise sentence_for(last_line(str(error).encode()), self.folder) from error
        return self.address(DATABASE)

    def stop(self) -> None:
        """A fast shutdown, unless another of our commands still uses the server."""
        if self._users is None:
            return
        with self._alone(), self._users:
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._process is not None:
                    LEFT_TO_OTHERS.append(self._process)
                return
            finally:
                self._users = None
            self._shut_down()

    def is_running(self) -> bool:
        """Whether the process that PostgreSQL's own note names is alive. Cheap: it may be asked often."""
        return self._noted_pid() is not None

    def said(self) -> str:
        """What the server wrote since we started it; empty for one that we adopted."""
        return "" if self.adopted else self._log().read_bytes()[self._said_before :].decode(errors="replace")

    def address(self, database: str) -> str:
        """The DATABASE_URL of one database on this server."""
        password = (self.folder / "password").read_text(encoding="utf-8").strip()
        place = quote(self._pid_file()[4], safe="")
        return f"postgresql://{ADMINISTRATOR}:{quote(password)}@/{database}?host={place}"

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "server.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _log(self) -> Path:
        return self.folder / "postgres.log"

    def _prepare(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            make_cluster(self.cluster, server_account(self.cluster), self.folder / "password")
        check_version(self.cluster)

    def _pid_file(self) -> list[str]:
        """Lines of PostgreSQL's own note: 0 process, 4 socket folder, 7 status; padded where it is still growing."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        return lines + [""] * (8 - len(lines))

    def _noted_pid(self) -> int | None:
        first = self._pid_file()[0]
        return int(first) if first.isdigit() and started_at(int(first)) is not None else None

    def _running_pid(self) -> int | None:
        noted = self._noted_pid()
        if noted is None or (Path(HERE).exists() and noted not in in_folder(self.cluster)):
            return None
        return noted

    def _adopt(self) -> bool:
        self.adopted = False
        if self._running_pid() is None:
            return False
        if not self._answers():
            if self._running_pid() is None:
                # It was dying when we looked.
                return False
            raise Sentence(
                f"{self.folder} 的数据库正在运行但没有应答，请稍后重试。",
                f"The database of {self.folder} runs but does not answer; try again in a moment.",
            )
        self.adopted = True
        return True

    def _launch(self) -> None:
        self._clear_after_crash()
        account = server_account(self.cluster)
        log = self._log()
        if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
            log.rename(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            self._said_before = output.tell()
            self._process = subprocess.Popen(
                self._command(account),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd=self.cluster,
                **account.run_as(),
            )
        if not self._answers():
            reason = last_line(self.said().encode())
            self._shut_down()
            raise sentence_for(reason, self.folder)

    def _command(self, account: Account) -> list[str]:
        chosen = settings(durable=self.durable) | {
            "unix_socket_directories": str(self._socket_folder(account))
        }
        command = [str(programs(account) / "postgres"), "-D", named(self.cluster, account)]
        for name, value in chosen.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _socket_folder(self, account: Account) -> Path:
        beside = self.folder / "socket"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER and account.reaches(self.folder):
            beside.mkdir(mode=0o700, exist_ok=True)
            account.own(beside)
            return beside
        short = Path(tempfile.mkdtemp(prefix="anxin-socket-", dir="/tmp"))
        account.own(short)
        return short

    def _clear_after_crash(self) -> None:
        """A killed server's children end by themselves; wait for them, since two servers on one folder would ruin it."""
        for pid in in_folder(self.cluster):
            started = started_at(pid)
            if started and not wait_gone(pid, started, within=ORPHANS_END_WITHIN_SECONDS):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                wait_gone(pid, started, within=ORPHANS_END_WITHIN_SECONDS)
        self._remove_socket_folder(self._pid_file()[4])
        if Path(HERE).exists():
            # Nobody works in the folder: its notes are stale, even if their number belongs to a stranger by now.
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            shutil.rmtree(self.folder / "socket", ignore_errors=True)

    @staticmethod
    def _remove_socket_folder(name: str) -> None:
        if name.startswith("/tmp/anxin-socket-"):
            shutil.rmtree(name, ignore_errors=True)

    def _answers(self) -> bool:
        until = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < until:
            if self._process is None and self._running_pid() is None:
                return False
            if self._process is not None and self._process.poll() is not None:
                return False
            if self._pid_file()[7].strip() == "ready":
                with contextlib.suppress(psycopg.OperationalError):
                    psycopg.connect(self.address("postgres"), connect_timeout=3).close()
                    return True
            time.sleep(0.02)
        return False

    def _shut_down(self) -> None:
        pid, place = self._running_pid(), self._pid_file()[4]
        if pid is not None and (started := started_at(pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            wait_gone(pid, started, within=READY_WITHIN_SECONDS)
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
        self._remove_socket_folder(place)

    def _create_database(self) -> None:
        try:
            self._create_missing_database()
        except psycopg.Error:
            if not self.adopted:
                self._shut_down()
            raise

    def _create_missing_database(self) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
