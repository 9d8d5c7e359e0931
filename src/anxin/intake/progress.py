"""How far a submission is, told while its one long transaction still runs."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from anxin.intake.models import Submission

TELL = f"UPDATE {Submission._meta.db_table} SET progress_rows = %s WHERE id = %s"


class Progress:
    """A connection of its own, since nobody sees what the long transaction writes before its end."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._connection: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Self:
        self._connection = connections.create_connection("default")
        return self

    def tell(self, rows: int) -> None:
        """Commit the number of rows read so far."""
        if self._connection is not None:
            with self._connection.cursor() as cursor:
                cursor.execute(TELL, [rows, self._number])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
