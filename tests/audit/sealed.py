"""What the tests of the sealed log share: a connection of the sealing job's kind, a ring of keys, entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from anxin.audit.log_keys import LogKeys, make_log_keys
from anxin.audit.models import QueryLogEntry
from anxin.audit.services import Reading, log_queries, record_event

BEGUN = datetime(2026, 3, 1, 8, tzinfo=UTC)
ORIGIN = "test.example/log"


def database_address() -> str:
    """The address of the tests' own database."""
    values = connection.get_connection_params()
    names = {"host": "host", "port": "port", "user": "user", "password": "password", "dbname": "dbname"}
    return psycopg.conninfo.make_conninfo(
        **{names[key]: value for key, value in values.items() if key in names}
    )


@contextmanager
def sealing_connection() -> Iterator[psycopg.Connection[Any]]:
    """As the job opens it."""
    with psycopg.connect(database_address(), autocommit=True) as opened:
        yield opened


def keys_of_the_log() -> LogKeys:
    """A ring that is as old as the tests' time."""
    return make_log_keys(ORIGIN, at=BEGUN - timedelta(days=1))


def write_events(number: int, act: str = "testing") -> list[int]:
    """Events in the log."""
    return [record_event(act=act, by_account_id=None, details={"number": each}) for each in range(number)]


def write_readings(number: int) -> list[int]:
    """Readings in the log."""
    one = Reading(
        route=QueryLogEntry.Route.DESK_LOOKUP,
        system=QueryLogEntry.System.DESK,
        reader_account_id=1,
        subject_id=7,
        purpose="checking a permit application",
        clause="anshan-2022-9/13/1/3",
        fields=["registration"],
    )
    return log_queries([one] * number)


def as_superuser(*statements: str) -> None:
    """What only somebody who owns the machine can do: past every trigger."""
    with sealing_connection() as opened:
        opened.execute("SET session_replication_role = replica")
        for statement in statements:
            opened.execute(statement)  # type: ignore[call-overload]
