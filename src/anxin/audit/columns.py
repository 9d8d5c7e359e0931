"""Columns that the database fills by itself."""

from __future__ import annotations

from typing import Any

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


# What a commitment covers, in this order: the columns of a row, as `audit_canonical_*` writes them.
QUERY_CANONICAL = (
    "audit_canonical_query(id, at, transaction_id, login, route, system, reader_account_id, reader_unit_code, client_id,"
    " subject_id, asked, purpose, clause, case_reference, use_item, grant_id, batch_id, opens_at, fields)"
)
EVENT_CANONICAL = (
    "audit_canonical_event(id, at, transaction_id, act, clause, pack, by_account_id, subject_id, details)"
)


class Commitment(models.Func):
    """SHA-256 over salt and canonical text of the row: what goes into the tree in its place."""

    output_field = models.BinaryField(max_length=32)

    def __init__(self, canonical: str) -> None:
        super().__init__()
        self.canonical = canonical

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"audit_commitment(salt, {self.canonical})", ()

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        return "anxin.audit.models.Commitment", (self.canonical,), {}
