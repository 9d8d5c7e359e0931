"""Logins of the carried server: each process signs in with rights of its own, and a password that only its owner can read.

The administrator (the server's first login) migrates and does nothing else. Group roles and grants: `access/rights.py`.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from anxin.access.rights import group
from anxin.cli import secret_files
from anxin.cli.sentences import Sentence
from anxin.locks import Lock

# login: groups whose rights it has
LOGINS: dict[str, tuple[str, ...]] = {
    "anxin_web": ("application", "site"),
    "anxin_casework": ("jobs",),
    "anxin_worker": ("jobs",),
    "anxin_audit": ("auditor",),
    "anxin_backup_login": ("backup",),
}
# Copies the whole server by streaming.
STREAMS = "anxin_backup_login"
# What no login of the website may select.
GUARDED = (("records_recordversion", "public_fields"), ("subjects_naturalperson", "name"))


def for_web(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of the website: its own login, and the one for casework."""
    if os.environ.get("DATABASE_URL"):
        return environment
    found = make_logins(environment["DATABASE_URL"], folder / "private")
    return environment | {"DATABASE_URL": found["anxin_web"], "ANXIN_CASEWORK_URL": found["anxin_casework"]}


def for_worker(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of the worker and of commands that take files in."""
    if os.environ.get("DATABASE_URL"):
        return environment
    found = make_logins(environment["DATABASE_URL"], folder / "private")
    return environment | {"DATABASE_URL": found["anxin_worker"]}


def make_logins(address: str, folder: Path) -> dict[str, str]:
    """Addresses by login, over the database of `address`; logins and passwords (in `folder`) are made where they are missing."""
    found = {}
    with psycopg.connect(address, autocommit=True) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.RIGHTS])
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for login, groups in LOGINS.items():
            file = folder / f"database-{login}"
            new = login not in there or not file.exists()
            password = secret_files.password(file)
            if new:
                _make(connection, login, groups, password, known=login in there)
            found[login] = _with_login(address, login, password)
        if not _streams(connection):
            connection.execute(sql.SQL("ALTER ROLE {} REPLICATION").format(sql.Identifier(STREAMS)))
    return found


def _streams(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT rolreplication FROM pg_roles WHERE rolname = %s", [STREAMS]).fetchone()
    return row is not None and bool(row[0])


def _make(
    connection: psycopg.Connection, login: str, groups: tuple[str, ...], password: str, *, known: bool
) -> None:
    verb = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}")
    connection.execute(verb.format(sql.Identifier(login), sql.Literal(password)))
    for name in groups:
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(group(name)), sql.Identifier(login))
        )


def _with_login(address: str, login: str, password: str) -> str:
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{login}:{quote(password)}@{place}").geturl()


def refuse_wide_login(address: str) -> None:
    """Raise a `Sentence` where the website's login could read past the gate."""
    with psycopg.connect(address, connect_timeout=5) as connection:
        for table, column in GUARDED:
            row = connection.execute(
                "SELECT has_column_privilege(to_regclass(%s), %s, 'SELECT')", [table, column]
            ).fetchone()
            if row is not None and row[0]:
                raise Sentence(
                    "DATABASE_URL 的数据库账号可以绕过查询日志读取非公开信息，网站不能用它启动。"
                    "请改用只属于 anxin_application 和 anxin_site 的账号，见 docs/production.md。",
                    "The login in DATABASE_URL could read non-public information past the query log; the website does not "
                    "start with it. Use a member of anxin_application and anxin_site alone: see docs/production.md.",
                )
