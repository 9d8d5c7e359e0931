"""Who may act for a subject, and the reports that were issued (Art. 13(2), 39)."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from anxin.access.batch_models import Batch, BatchPart, Delivery, RecordChange
from anxin.access.client_models import ApiClient, ClientBucket, ClientRight, ClientToken
from anxin.access.complaint_models import ReadingComplaint
from anxin.access.login_models import UnifiedIdentity
from anxin.access.route_models import AccessGrant, PersonLookUpDay, UseListItem
from anxin.access.statistics_models import StatisticsCell, StatisticsRelease, StatisticsThreshold
from anxin.audit.models import append_only
from anxin.authorities.models import Account
from anxin.subjects.models import Subject

__all__ = [
    "AccessGrant",
    "ApiClient",
    "Batch",
    "BatchPart",
    "ClientBucket",
    "ClientRight",
    "ClientToken",
    "CreditReport",
    "Delivery",
    "PersonLookUpDay",
    "ReadingComplaint",
    "RecordChange",
    "Representation",
    "StatisticsCell",
    "StatisticsRelease",
    "StatisticsThreshold",
    "StoredReport",
    "UnifiedIdentity",
    "UseListItem",
]


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
    """A report as issued: number, digest of the signed data, what it rested on. What it said is in `StoredReport`."""

    class Kind(models.TextChoices):
        CREDIT_REPORT = "credit_report"
        SPECIAL_CREDIT_REPORT = "special_credit_report"

    number = models.CharField(max_length=22, unique=True)
    kind = models.CharField(max_length=24, choices=Kind.choices, db_default="credit_report")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    query_log_entry_id = models.BigIntegerField(unique=True)
    as_of = models.DateTimeField()
    issued_at = models.DateTimeField(db_default=Now())
    content_digest = models.BinaryField(max_length=32)
    record_count = models.PositiveIntegerField()
    key_name = models.CharField(max_length=64)
    # The first reports were kept by digest only.
    copy_kept = models.BooleanField(db_default=False)
    # Of a special report: the catalog items that the subject picked, in the order of their codes, and its days.
    item_codes = ArrayField(models.SlugField(max_length=64), null=True)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
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
            models.CheckConstraint(
                name="special_report_names_items_and_period",
                condition=models.Q(
                    kind="special_credit_report",
                    item_codes__isnull=False,
                    item_codes__len__gt=0,
                    period_from__isnull=False,
                    period_to__gte=models.F("period_from"),
                )
                | models.Q(
                    kind="credit_report",
                    item_codes__isnull=True,
                    period_from__isnull=True,
                    period_to__isnull=True,
                ),
            ),
        ]


class StoredReport(models.Model):
    """The issued content, encrypted outside the database's reach; read by verification alone (`stored_copies.py`)."""

    report = models.OneToOneField(CreditReport, on_delete=models.PROTECT, primary_key=True, related_name="+")
    key_name = models.CharField(max_length=64)
    sealed = models.BinaryField()

    class Meta:
        triggers = append_only()
