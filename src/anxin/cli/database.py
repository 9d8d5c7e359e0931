"""The database of a command: the server that DATABASE_URL names, or the one we carry, over a data folder."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from anxin.cli import secret_files
from anxin.cli.postgres import Server
from anxin.cli.postgres.trouble import NO_ROOM, disk_full
from anxin.cli.sentences import Sentence
from anxin.locks import Lock

OLDEST_VERSION = 16
PACKAGE = Path(__file__).resolve().parents[1]
# What the prepared database was made from; a change of any of it means preparing again.
MADE_FROM = ("*/migrations/*.py", "access/rights.*", "law/packs/**/*", "*/management/commands/load_*.py")
CITY_MADE_FROM = ("city/**/*",)


class NotPrepared(Sentence):
    """Preparing failed; `said` is what the command that did it wrote, not shown yet."""

    def __init__(self, said: str) -> None:
        super().__init__("数据库没有准备好：见上面的信息。", "The database could not be prepared: see above.")
        self.said = said


@contextlib.contextmanager
def opened(folder: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Environment variables that lead the product to its database and secrets, while the server is kept running.

    `folder` holds server, secrets and files; with DATABASE_URL set, only secrets and files. Raises `Sentence`.
    """
    given = os.environ.get("DATABASE_URL")
    server = None
    with contextlib.ExitStack() as stack:
        if given:
            refuse_old_server(given)
            tell_of_forgetful_server(given)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            address = given
        else:
            server = Server(folder / "server", durable=durable)
            address = server.start()
            stack.callback(server.stop)
        stack.enter_context(_told_why(server, folder))
        yield {
            **os.environ,
            **secret_files.environment(folder / "private"),
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "anxin.config.settings",
        }


@contextlib.contextmanager
def _told_why(server: Server | None, folder: Path) -> Iterator[None]:
    """A server that fell over a full disk says so in its own log; the command that lost it only sees it gone."""
    try:
        yield
    except NotPrepared as failure:
        if server is not None and any(words in server.said() for words in NO_ROOM):
            raise disk_full(folder) from failure
        sys.stderr.write(failure.said)
        raise


def refuse_old_server(address: str) -> None:
    """Raise a `Sentence` where the server cannot be reached or is too old for the database's own guards."""
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            major = connection.info.server_version // 10000
    except psycopg.Error as error:
        raise Sentence(
            "DATABASE_URL 指的数据库连不上。请检查地址、账号与网络。",
            "The database that DATABASE_URL names cannot be reached. Check address, account and network.",
        ) from error
    if major < OLDEST_VERSION:
        raise Sentence(
            f"DATABASE_URL 指的是 PostgreSQL {major}，至少需要 {OLDEST_VERSION}。",
            f"DATABASE_URL names PostgreSQL {major}; at least {OLDEST_VERSION} is needed.",
        )


def forgetful_server(address: str) -> Sentence | None:
    """What to say where the server answers before it has written a commit to its disk; its operator may want that, nobody else."""
    with psycopg.connect(address, connect_timeout=5) as connection:
        row = connection.execute("SHOW synchronous_commit").fetchone()
    if row is None or row[0] != "off":
        return None
    return Sentence(
        "✗ 数据库服务器关闭了 synchronous_commit：断电或崩溃后，已经答复的写入和查询日志可能丢失。请在它的配置中打开。",
        "✗ The database server has synchronous_commit switched off: after a crash, writes that were answered and log rows of "
        "readings may be gone. Switch it on in its configuration.",
    )


def tell_of_forgetful_server(address: str) -> None:
    """Say it on the error stream, as the failing check that it is, and go on."""
    said = forgetful_server(address)
    if said is not None:
        print(said, file=sys.stderr, flush=True)


def prepare(environment: dict[str, str], *, city: bool) -> None:
    """Migrate, load the law pack and, where asked, the demonstration city; nothing where that is already so."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [Lock.PREPARING])
        base, full = _fingerprint(MADE_FROM), _fingerprint(MADE_FROM + CITY_MADE_FROM)
        stamp = _stamp(connection)
        if stamp == f"{base} {full}" or (not city and stamp.split(" ")[0] == base):
            return
        command = [sys.executable, "-P", "-m", "anxin.cli.main", "migrate", *(["--city"] if city else [])]
        done = subprocess.run(command, env=environment, check=False, capture_output=True)
        # Its words go to the error stream: on standard output some commands promise one line of JSON.
        said = (done.stdout + done.stderr).decode(errors="replace")
        if done.returncode and any(words in said for words in NO_ROOM):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if done.returncode:
            raise NotPrepared(said)
        sys.stderr.write(said)
        _write_stamp(connection, f"{base} {full}" if city else base)


def _fingerprint(patterns: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(PACKAGE.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _stamp(connection: psycopg.Connection) -> str:
    """The database's comment: it goes where the data goes, unlike a file beside it."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return (row and row[0]) or ""


def _write_stamp(connection: psycopg.Connection, stamp: str) -> None:
    # Without the right to comment on a database of others, every start prepares again: slower, not wrong.
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(connection.info.dbname), sql.Literal(stamp)
            )
        )
