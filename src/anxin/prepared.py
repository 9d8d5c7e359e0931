"""The few statements of a reading, planned once for each connection: planning one costs more than carrying it out.

Django's cursors send each statement with its values written in, which no plan can be kept of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor


def prepared_rows(
    statement: str, values: Sequence[Any] | Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """What a statement gives, on the default connection and in its transaction; empty for one that gives nothing.

    `statement` is a constant: a text made anew each time would be prepared each time. Raises as Django's cursors do.
    """
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=True)
        return cursor.fetchall() if cursor.description is not None else []


def prepared_value(statement: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
    """The only value of the only row."""
    [(value,)] = prepared_rows(statement, values)
    return value
