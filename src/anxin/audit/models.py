"""Tables that only grow: who read what, and which acts were done.

Both name people and subjects by number, without foreign keys: a log outlives what it tells of, and this slice lies
below the ones it tells about.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class TransactionId(models.Field):  # type: ignore[type-arg]  # Django's Field takes no arguments at run time
    """PostgreSQL's 64-bit transaction number, set by the database when the row is written."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class CurrentTransactionId(models.Func):
    """`pg_current_xact_id()`: the number of the transaction that runs now."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionId()


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers that refuse update, delete and truncate, whoever asks."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
        ),
    ]


class QueryLogEntry(models.Model):
    """One reading of one subject's non-public information, committed before anything is shown (Art. 45(2))."""

    class Route(models.TextChoices):
        OWN_REPORT = "own_report"
        AUTHORIZED = "authorized"
        EX_OFFICIO = "ex_officio"
        BATCH = "batch"
        DESK_LOOKUP = "desk_lookup"
        MAINTENANCE = "maintenance"

    at = models.DateTimeField(db_default=Now())
    transaction_id = TransactionId(db_default=CurrentTransactionId())
    route = models.CharField(max_length=20, choices=Route.choices)
    reader_account_id = models.BigIntegerField()
    reader_unit_code = models.CharField(max_length=64, blank=True)
    subject_id = models.BigIntegerField()
    purpose = models.CharField(max_length=200)
    clause = models.CharField(max_length=64)
    case_reference = models.CharField(max_length=120, blank=True)
    fields = ArrayField(models.CharField(max_length=120))

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["subject_id", "-at"], name="query_log_by_subject")]
        constraints = [
            models.CheckConstraint(
                name="query_log_states_purpose", condition=~models.Q(purpose="") & ~models.Q(clause="")
            ),
            models.CheckConstraint(name="query_log_names_fields", condition=models.Q(fields__len__gt=0)),
            models.CheckConstraint(
                name="query_log_ex_officio_has_case",
                condition=~models.Q(route="ex_officio") | ~models.Q(case_reference=""),
            ),
        ]


class EventLogEntry(models.Model):
    """The receipt of an act with legal effect; also the outbox that `jobs` delivers from.

    `act` is the name of the service function, `details` its inputs without any personal number.
    """

    at = models.DateTimeField(db_default=Now())
    transaction_id = TransactionId(db_default=CurrentTransactionId())
    act = models.CharField(max_length=80)
    clause = models.CharField(max_length=64, blank=True)
    pack = models.CharField(max_length=80, blank=True)
    by_account_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["subject_id", "-at"], name="event_log_by_subject")]
