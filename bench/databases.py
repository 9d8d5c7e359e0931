"""Our own server with durable settings, and as many fresh databases on it as rounds need."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from anxin.cli import database, secret_files
from anxin.cli.postgres import Server

PREPARED = "anxin"
BLOCK = 1 << 20


@dataclass
class Databases:
    """Databases over one running server; `environment` leads the product to its secrets, `DATABASE_URL` left out."""

    server: Server
    environment: dict[str, str]

    def address(self, name: str) -> str:
        """The DATABASE_URL of one of them."""
        return self.server.address(name)

    def fresh(self, name: str, template: str = PREPARED) -> str:
        """A new copy of the prepared database (or of another one); returns its address."""
        self.drop(name)
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.address(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def settle(self) -> None:
        """Write everything out, so that the next contender does not pay for the last one."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextlib.contextmanager
def served(folder: Path, *, city: bool = False) -> Iterator[Databases]:
    """Start the server over `folder` and prepare its first database (with the demonstration city where asked)."""
    server = Server(folder / "server", durable=True)
    address = server.start()
    try:
        secrets = secret_files.environment(folder / "private")
        secrets["DJANGO_SETTINGS_MODULE"] = "anxin.config.settings"
        database.prepare({**os.environ, **secrets, "DATABASE_URL": address}, city=city)
        yield Databases(server, secrets)
    finally:
        server.stop()


def copy_out(address: str, table: str, file: Path) -> int:
    """Write a whole table to a file, as COPY reads it; returns its rows."""
    with psycopg.connect(address) as connection, connection.cursor() as cursor, file.open("wb") as target:
        with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
            for block in copy:
                target.write(block)
        return cursor.rowcount


def copy_in(cursor: psycopg.Cursor, table: str, file: Path) -> None:
    """Load such a file."""
    with (
        file.open("rb") as source,
        cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy,
    ):
        while block := source.read(BLOCK):
            copy.write(block)
