"""Credit records (Art. 3, 8, 11): an identity, immutable versions, and events that happened to it later.

Keys lead with the subject so that the tables can be partitioned and sharded. Foreign keys between the composite
keys are made in the migration, since Django's own fields cannot express them.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from anxin.audit.models import append_only
from anxin.catalog.models import DocumentKind
from anxin.records.edges import LAWFUL_EDGES


class CreditRecord(models.Model):
    """One fact about one subject under one catalog item, however often it was corrected.

    `business_key`: 16 bytes, a digest of the item's key fields; one record per item and key.
    """

    pk = models.CompositePrimaryKey("subject_id", "id")
    subject = models.ForeignKey(
        "subjects.Subject", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    id = models.BigIntegerField()
    item = models.ForeignKey(
        "catalog.CatalogItem", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    business_key = models.BinaryField(max_length=16)

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["item", "business_key"], name="record_once_per_item_and_key"),
        ]


class RecordVersion(models.Model):
    """What a unit said at one time. Lineage: submission (file hash, unit) and row of that file.

    Field values lie in three places by the catalog's visibility: `public_fields` may be shown to everyone while the
    display period runs, `restricted_fields` only through the read gate, `encrypted_fields` (personal numbers) only
    with the key ring. `display_from`/`display_to` (half-open) are both missing for what is never displayed.
    """

    class Tier(models.IntegerChoices):
        MINOR = 1
        ORDINARY = 2
        GRAVE = 3

    pk = models.CompositePrimaryKey("subject_id", "record_id", "number")
    subject_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    item_version = models.ForeignKey(
        "catalog.CatalogItemVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    submission_id = models.BigIntegerField()
    row_number = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())
    content_digest = models.BinaryField(max_length=16)
    public_fields = models.JSONField()
    restricted_fields = models.JSONField(null=True)
    encrypted_fields = models.BinaryField(null=True)
    document_kind = models.CharField(max_length=28, choices=DocumentKind.choices)
    document_number = models.CharField(max_length=128, blank=True)
    decided_on = models.DateField(null=True)
    served_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices, null=True)
    display_rule_version = models.CharField(max_length=64, blank=True)
    display_from = models.DateTimeField(null=True)
    display_to = models.DateTimeField(null=True)

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["submission_id"], name="record_version_by_submission")]
        constraints = [
            models.CheckConstraint(
                name="display_period_finite_and_not_empty",
                condition=models.Q(display_from__isnull=True, display_to__isnull=True)
                | models.Q(
                    display_from__isnull=False,
                    display_to__isnull=False,
                    display_to__gt=models.F("display_from"),
                )
                & models.Q(display_to__lt="9999-01-01T00:00:00+00:00"),
            ),
            models.CheckConstraint(name="record_version_counts_from_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(name="record_has_a_row_of_a_file", condition=models.Q(row_number__gte=1)),
        ]


class RecordEvent(models.Model):
    """What happened to a record after it was recorded: legal status, marks, early end of display.

    Takes effect at `effective_at`; from that very moment an ending event removes the record from every public
    place, since those are computed with the moment of reading.
    """

    class Kind(models.TextChoices):
        CORRECTED = "corrected"
        CHANGED = "changed"
        WITHDRAWN = "withdrawn"
        ANNULLED = "annulled"
        OBJECTED = "objected"
        OBJECTION_CLOSED = "objection_closed"
        RESTORED = "restored"
        DISPLAY_ENDED = "display_ended"
        SHIELDED = "shielded"
        UNSHIELDED = "unshielded"
        LINK_UNDONE = "link_undone"
        LINK_RESTORED = "link_restored"

    # After one of these the record is shown to nobody but its subject and those who keep the file.
    ENDING = ("withdrawn", "annulled", "restored", "display_ended", "link_undone")

    subject_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    by_account_id = models.BigIntegerField(null=True)
    submission_id = models.BigIntegerField(null=True)
    document_number = models.CharField(max_length=128, blank=True)
    document_issuer = models.CharField(max_length=200, blank=True)
    document_date = models.DateField(null=True)
    reason = models.TextField(blank=True)
    clause = models.CharField(max_length=64, blank=True)

    class Meta:
        triggers = [*append_only(), LAWFUL_EDGES]
        indexes = [models.Index(fields=["subject_id", "record_id"], name="record_event_by_record")]
        constraints = [
            models.CheckConstraint(
                name="record_event_by_a_person_or_a_file",
                condition=models.Q(by_account_id__isnull=False) | models.Q(submission_id__isnull=False),
            ),
            models.CheckConstraint(
                name="record_event_by_a_person_names_clause_and_reason",
                condition=models.Q(by_account_id__isnull=True)
                | ~models.Q(clause="") & ~models.Q(reason="", document_number=""),
            ),
            models.CheckConstraint(
                name="withdrawal_by_a_person_names_its_document",
                condition=models.Q(submission_id__isnull=False)
                | ~models.Q(kind__in=["withdrawn", "annulled"])
                | ~models.Q(document_number="") & models.Q(document_date__isnull=False),
            ),
        ]
