"""Tables that only grow: who read what, and which acts were done.

Both name people and subjects by number, without foreign keys: a log outlives what it tells of, and this slice lies
below the ones it tells about.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from anxin.audit.alarm_models import Alarm, Erasure, Recheck, Reconciliation
from anxin.audit.columns import (
    EVENT_CANONICAL,
    QUERY_CANONICAL,
    ClockTimestamp,
    Commitment,
    CurrentTransactionId,
    RandomSalt,
    SessionUser,
    TransactionId,
)
from anxin.audit.only_grows import append_only
from anxin.audit.tree_models import Checkpoint, Cosignature, Leaf, LogKey, Tile, Witness

__all__ = [
    "EVENT_CANONICAL",
    "QUERY_CANONICAL",
    "Alarm",
    "Checkpoint",
    "ClockTimestamp",
    "Commitment",
    "Cosignature",
    "CurrentTransactionId",
    "Erasure",
    "EventLogEntry",
    "Leaf",
    "LogKey",
    "QueryLogEntry",
    "RandomSalt",
    "Recheck",
    "Reconciliation",
    "SessionUser",
    "Tile",
    "TransactionId",
    "Witness",
    "append_only",
]


class QueryLogEntry(models.Model):
    """One reading of one subject's non-public information, committed before anything is shown (Art. 45(2)).

    What the database says of the row itself (`at`, `transaction_id`, `login`, `salt`, `commitment`) nobody may send with it: the
    application's role has no right to insert these columns. `subject_id` is empty for a miss and for a run that is about no
    one subject. `opens_at` is a lawful delay: the subject sees the entry from then on; without one, at once.
    """

    class Route(models.TextChoices):
        OWN_REPORT = "own_report"
        AUTHORIZED = "authorized"
        EX_OFFICIO = "ex_officio"
        BATCH = "batch"
        DESK_LOOKUP = "desk_lookup"
        SEARCH_HIT = "search_hit"
        EXPORT = "export"
        ADMINISTRATION = "administration"
        SUPPORT = "support"
        MATCHING = "matching"
        BACKUP = "backup"
        MAINTENANCE = "maintenance"

    class System(models.TextChoices):
        SITE = "site"
        PORTAL = "portal"
        DESK = "desk"
        API = "api"
        COMMAND = "command"
        JOB = "job"

    at = models.DateTimeField(db_default=ClockTimestamp())
    transaction_id = TransactionId(db_default=CurrentTransactionId())
    login = models.CharField(max_length=63, db_default=SessionUser())
    route = models.CharField(max_length=20, choices=Route.choices)
    system = models.CharField(max_length=10, choices=System.choices)
    reader_account_id = models.BigIntegerField()
    reader_unit_code = models.CharField(max_length=64, blank=True)
    client_id = models.CharField(max_length=64, blank=True, db_default="")
    subject_id = models.BigIntegerField(null=True)
    asked = models.CharField(max_length=120, blank=True, db_default="")
    purpose = models.CharField(max_length=200)
    clause = models.CharField(max_length=64)
    case_reference = models.CharField(max_length=120, blank=True)
    use_item = models.CharField(max_length=64, blank=True, db_default="")
    grant_id = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True)
    opens_at = models.DateTimeField(null=True)
    fields = ArrayField(models.CharField(max_length=120))
    salt = models.BinaryField(max_length=16, db_default=RandomSalt())
    commitment = models.GeneratedField(
        expression=Commitment(QUERY_CANONICAL),
        output_field=models.BinaryField(max_length=32),
        db_persist=True,
    )

    class Meta:
        triggers = append_only()
        indexes = [
            models.Index(fields=["subject_id", "-at"], name="query_log_by_subject"),
            models.Index(fields=["transaction_id", "id"], name="query_log_by_transaction"),
            models.Index(
                fields=["batch_id"], condition=models.Q(batch_id__isnull=False), name="query_log_by_batch"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="query_log_states_purpose", condition=~models.Q(purpose="") & ~models.Q(clause="")
            ),
            models.CheckConstraint(name="query_log_names_fields", condition=models.Q(fields__len__gt=0)),
            models.CheckConstraint(
                name="query_log_ex_officio_has_case",
                condition=~models.Q(route="ex_officio") | ~models.Q(case_reference=""),
            ),
            models.CheckConstraint(
                name="query_log_names_subject",
                condition=models.Q(subject_id__isnull=False)
                | models.Q(
                    route__in=["batch", "search_hit", "matching", "backup", "administration", "maintenance"]
                ),
            ),
            models.CheckConstraint(
                name="query_log_authorized_names_grant",
                condition=~models.Q(route="authorized") | models.Q(grant_id__isnull=False),
            ),
        ]


# Details may go, by an approved erasure and nothing else; the salt goes with them, so that nobody can try what they were.
ERASED_ONLY = pgtrigger.Trigger(
    name="erased_only",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        IF (to_jsonb(OLD) - 'details' - 'salt' - 'commitment') IS DISTINCT FROM
           (to_jsonb(NEW) - 'details' - 'salt' - 'commitment')
           OR NEW.details <> '{}'::jsonb OR NEW.salt = OLD.salt
           OR NOT EXISTS (SELECT FROM audit_erasure e WHERE e.event_id = OLD.id AND e.approved_at IS NOT NULL) THEN
            RAISE EXCEPTION 'event % stays as it was written', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class EventLogEntry(models.Model):
    """The receipt of an act with legal effect; also the outbox that `jobs` delivers from.

    `act` is the name of the service function, `details` its inputs without any personal number. They can be erased once
    the row is sealed (`audit.erasure`); the tree keeps its commitment.
    """

    at = models.DateTimeField(db_default=ClockTimestamp())
    transaction_id = TransactionId(db_default=CurrentTransactionId())
    act = models.CharField(max_length=80)
    clause = models.CharField(max_length=64, blank=True)
    pack = models.CharField(max_length=80, blank=True)
    by_account_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=16, db_default=RandomSalt())
    commitment = models.GeneratedField(
        expression=Commitment(EVENT_CANONICAL),
        output_field=models.BinaryField(max_length=32),
        db_persist=True,
    )

    class Meta:
        triggers = [*append_only(pgtrigger.Delete), ERASED_ONLY]
        indexes = [
            models.Index(fields=["subject_id", "-at"], name="event_log_by_subject"),
            models.Index(fields=["transaction_id", "id"], name="event_log_by_transaction"),
        ]
