"""Who may act for a subject, and the reports that were issued (Art. 13(2), 39)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from anxin.authorities.models import Account
from anxin.subjects.models import Subject


class Representation(models.Model):
    """An account that was verified to act for a subject: the person itself, or an organization's representative."""

    class Verification(models.TextChoices):
        COUNTER = "counter"
        UNIFIED_LOGIN = "unified_login"
        DEMONSTRATION = "demonstration"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    verification = models.CharField(max_length=16, choices=Verification.choices)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "subject"],
                condition=models.Q(valid_to__isnull=True),
                name="representation_open_once",
            ),
        ]


class CreditReport(models.Model):
    """A report as issued. Nothing of its content is kept: the number, the signed data's digest, what it rested on."""

    number = models.CharField(max_length=22, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    query_log_entry_id = models.BigIntegerField(unique=True)
    as_of = models.DateTimeField()
    issued_at = models.DateTimeField(db_default=Now())
    content_digest = models.BinaryField(max_length=32)
    record_count = models.PositiveIntegerField()
    key_name = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        triggers = [pgtrigger.Protect(name="report_stays", operation=pgtrigger.Delete)]
        indexes = [models.Index(fields=["content_digest"], name="report_by_digest")]
        constraints = [
            models.CheckConstraint(
                name="report_number_is_time_and_eight",
                condition=models.Q(number__regex=r"^[0-9]{14}[0-9A-Z]{8}$"),
            ),
        ]
