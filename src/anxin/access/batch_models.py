"""Batch readings of organizations, and what was handed to whom, by which the change feed knows what to tell (Art. 18(2), 13)."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from anxin.access.client_models import ApiClient
from anxin.audit.models import CurrentTransactionId, TransactionId
from anxin.authorities.models import Account, Unit


class SnapshotField(models.Field):  # type: ignore[type-arg]  # Django's Field takes no arguments at run time
    """PostgreSQL's `pg_snapshot`: which transactions a reading saw."""

    def db_type(self, connection: object) -> str:
        return "pg_snapshot"


class Batch(models.Model):
    """One order to read many organizations, its identifiers already checked (`BatchPart`).

    `received` → `logged` (its identifiers go into the log, part by part; the gate opens when every one stands there, committed) →
    `ready` (the answer file lies there, written in the transaction that says so). A crash in between leaves log rows without an
    answer, never an answer without log rows.
    `idempotency_key`: by which the same order sent again is known; `order_digest`: of what was ordered by it.
    `reasons`: why rows were refused, `{reason, rows, first}` each, `first` being the numbers of the first few.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        LOGGED = "logged"
        READY = "ready"
        CANCELLED = "cancelled"
        FAILED = "failed"

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=10)
    use_item = models.CharField(max_length=64, blank=True)
    agreement = models.CharField(max_length=120, blank=True)
    purpose = models.CharField(max_length=200)
    clause = models.CharField(max_length=64)
    case_reference = models.CharField(max_length=120)
    fields = ArrayField(models.CharField(max_length=120))
    received_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=120, null=True)
    order_digest = models.BinaryField(max_length=32, null=True)
    asked = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    reasons = models.JSONField(db_default=models.Value([], models.JSONField()))
    state = models.CharField(max_length=12, choices=State.choices, db_default="received")
    attempts = models.PositiveSmallIntegerField(db_default=0)
    written = models.BigIntegerField(db_default=0)
    ended_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField(null=True)
    found = models.PositiveIntegerField(null=True)
    stored_as = models.CharField(max_length=120, blank=True, db_default="")
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="batch_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="batch_goes_forward",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (
                           'received>logged', 'received>cancelled', 'received>failed', 'logged>ready', 'logged>failed')
                       OR NEW.state = OLD.state AND OLD.state IN ('ready', 'cancelled', 'failed')
                       OR (NEW.unit_id, NEW.by_id, NEW.use_item, NEW.agreement, NEW.purpose, NEW.clause, NEW.fields,
                           NEW.case_reference, NEW.accepted) IS DISTINCT FROM
                          (OLD.unit_id, OLD.by_id, OLD.use_item, OLD.agreement, OLD.purpose, OLD.clause, OLD.fields,
                           OLD.case_reference, OLD.accepted) THEN
                        RAISE EXCEPTION 'batch % stands as it was ordered and only goes forward', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="batch_by_unit"),
            models.Index(fields=["client", "received_at"], name="batch_by_client_and_time"),
        ]
        constraints = [
            models.CheckConstraint(
                name="art_18_2_batch_has_one_basis",
                condition=~models.Q(use_item="") & models.Q(agreement="")
                | models.Q(use_item="") & ~models.Q(agreement=""),
            ),
            models.CheckConstraint(
                name="art_18_2_batch_states_purpose_and_case",
                condition=~models.Q(purpose="") & ~models.Q(case_reference="") & models.Q(fields__len__gt=0),
            ),
            models.CheckConstraint(
                name="batch_is_never_truncated",
                condition=models.Q(
                    asked=models.F("accepted") + models.F("refused") + models.F("duplicates"),
                    asked__lte=1_000_000,
                ),
            ),
            models.CheckConstraint(
                name="batch_ready_has_its_answer",
                condition=~models.Q(state="ready")
                | models.Q(as_of__isnull=False, found__isnull=False, digest__isnull=False)
                & ~models.Q(stored_as=""),
            ),
            models.UniqueConstraint(
                name="batch_once_for_a_key",
                fields=["by", "idempotency_key"],
                condition=models.Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_key_stands_for_an_order",
                condition=models.Q(idempotency_key__isnull=True) | models.Q(order_digest__isnull=False),
            ),
        ]


class BatchPart(models.Model):
    """Some of the identifiers of a batch that waits, with the rows they stood in; and the refused rows' reasons.

    Of a refused row nothing is kept but its number and why. `case_references`: of each row its own, by which the log will know it; empty
    where the order's holds for all. Parts go when the answer is there.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    rows = ArrayField(models.IntegerField())
    codes = ArrayField(models.CharField(max_length=18))
    refused_rows = ArrayField(models.IntegerField())
    reasons = ArrayField(models.CharField(max_length=20))
    case_references = ArrayField(models.CharField(max_length=120), default=list)
    logged = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_part_once"),
            models.CheckConstraint(
                name="art_18_2_each_row_has_its_basis",
                condition=models.Q(case_references__len=0)
                | models.Q(case_references__len=models.F("codes__len")),
            ),
        ]


class Delivery(models.Model):
    """An answer that a client received: the log row or the batch it rests on, and what its reading saw of the records."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry_id = models.BigIntegerField(null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    snapshot = SnapshotField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_rests_on_the_log",
                condition=models.Q(entry_id__isnull=False, batch__isnull=True)
                | models.Q(entry_id__isnull=True, batch__isnull=False),
            ),
            models.UniqueConstraint(fields=["entry_id"], name="delivery_once_for_an_entry"),
            models.UniqueConstraint(fields=["batch"], name="delivery_once_for_a_batch"),
        ]


class RecordChange(models.Model):
    """That something happened to a record, in the order in which transactions can be read completely; written by triggers."""

    subject_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    effective_at = models.DateTimeField()
    at = models.DateTimeField(db_default=Now())
    transaction_id = TransactionId(db_default=CurrentTransactionId())

    class Meta:
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="record_change_in_order"),
            models.Index(fields=["subject_id", "record_id"], name="record_change_by_record"),
        ]
