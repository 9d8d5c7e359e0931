"""What two people must look at: alarms of the log, erasures of an event's details, and the results of re-checks."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from anxin.audit.only_grows import append_only

APPROVED_ONCE = pgtrigger.Trigger(
    name="approved_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        IF OLD.approved_at IS NOT NULL
           OR (to_jsonb(OLD) - 'approved_at' - 'approved_by_account_id') IS DISTINCT FROM
              (to_jsonb(NEW) - 'approved_at' - 'approved_by_account_id') THEN
            RAISE EXCEPTION 'draft % stands as it was made', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


def two_people(name: str) -> models.CheckConstraint:
    """Drafted by one account, approved by another or not at all."""
    return models.CheckConstraint(
        name=name,
        condition=Q(approved_at__isnull=True, approved_by_account_id__isnull=True)
        | Q(approved_at__isnull=False, approved_by_account_id__isnull=False)
        & ~Q(approved_by_account_id=F("drafted_by_account_id")),
    )


class Alarm(models.Model):
    """Something about the log that must not be. One that `stops_signing` holds until two people have reconciled it."""

    class Code(models.TextChoices):
        COMMITMENT_DIFFERS = "commitment_differs"
        TREE_DIFFERS = "tree_differs"
        ROLLED_BACK = "rolled_back"
        WITNESSES_SILENT = "witnesses_silent"
        CHECK_FAILED = "check_failed"

    code = models.CharField(max_length=24, choices=Code.choices)
    at = models.DateTimeField()
    stops_signing = models.BooleanField()
    entry_kind = models.CharField(max_length=1, blank=True)
    entry_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["code", "-at"], name="alarm_by_code")]


class Reconciliation(models.Model):
    """Two people looked at an alarm: what one found, and another's agreement, which ends it."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="reconciliations")
    finding = models.TextField()
    drafted_by_account_id = models.BigIntegerField()
    drafted_at = models.DateTimeField()
    approved_by_account_id = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        triggers = [*append_only(pgtrigger.Delete), APPROVED_ONCE]
        constraints = [
            two_people("alarm_reconciled_by_two_people"),
            models.CheckConstraint(name="reconciliation_says_what_was_found", condition=~Q(finding="")),
        ]


class Erasure(models.Model):
    """That the details of an event were taken away: why, under which clause, by which two people. It stays."""

    event_id = models.BigIntegerField(unique=True)
    clause = models.CharField(max_length=64)
    reason = models.TextField()
    drafted_by_account_id = models.BigIntegerField()
    drafted_at = models.DateTimeField()
    approved_by_account_id = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        triggers = [*append_only(pgtrigger.Delete), APPROVED_ONCE]
        constraints = [
            two_people("erasure_by_two_people"),
            models.CheckConstraint(
                name="erasure_names_clause_and_reason", condition=~Q(clause="") & ~Q(reason="")
            ),
        ]


class Recheck(models.Model):
    """One run of `anxin fsck`: `results` holds for each check its name, count and first offenders (numbers only)."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    size = models.BigIntegerField()
    passed = models.BooleanField()
    results = models.JSONField()
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = append_only()
