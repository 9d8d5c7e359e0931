"""Columns that the database fills by itself."""

from __future__ import annotations

from django.db import models


class TransactionId(models.Field):  # type: ignore[type-arg]  # Django's Field takes no arguments at run time
    """PostgreSQL's 64-bit transaction number, set by the database when the row is written."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class CurrentTransactionId(models.Func):
    """`pg_current_xact_id()`: the number of the transaction that runs now."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionId()


class ClockTimestamp(models.Func):
    """The moment at which the row is written, not the one at which its transaction began."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class SessionUser(models.Func):
    """The database login that wrote the row, whatever role it had taken on."""

    template = "(session_user)::text"
    output_field = models.CharField(max_length=63)


class RandomSalt(models.Func):
    """Sixteen bytes nobody can guess, 122 bits of them random."""

    template = "uuid_send(gen_random_uuid())"
    output_field = models.BinaryField(max_length=16)
