"""Submissions (Art. 11): what a unit sent, what became of each row, and why."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from anxin.audit.models import append_only
from anxin.authorities.models import Account, Unit
from anxin.catalog.models import CatalogItemVersion
from anxin.subjects.models import LinkDecision


class Submission(models.Model):
    """One file (or one call of the interface) from one unit for one catalog item version.

    Closing states that nothing was lost: read = accepted + returned + duplicates + queued, and declared = read where
    the unit declared a number. A refused one keeps the code of its refusal and nothing of its file, not even a digest.
    `stored_as` and `returned_as` name the upload on its way and the returned workbook (`intake.files`).
    """

    class Channel(models.TextChoices):
        DESK = "desk"
        COMMAND = "command"
        API = "api"

    class State(models.TextChoices):
        RECEIVED = "received"
        PROCESSING = "processing"
        CLOSED = "closed"
        REFUSED = "refused"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    item_version = models.ForeignKey(CatalogItemVersion, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    mapping = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200)
    file_digest = models.BinaryField(max_length=32)
    file_size = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=120, null=True)
    declared_rows = models.BigIntegerField(null=True)
    declared_encoding = models.CharField(max_length=20, blank=True, db_default="")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    stored_as = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    expected_rows = models.BigIntegerField(null=True)
    progress_rows = models.BigIntegerField(default=0)
    read_rows = models.BigIntegerField(null=True)
    accepted_rows = models.BigIntegerField(null=True)
    returned_rows = models.BigIntegerField(null=True)
    duplicate_rows = models.BigIntegerField(null=True)
    queued_rows = models.BigIntegerField(null=True)
    linked_rows = models.BigIntegerField(null=True)
    late_rows = models.BigIntegerField(null=True)
    reasons = models.JSONField(default=dict)
    warnings = models.JSONField(default=dict)
    refusal_code = models.CharField(max_length=32, blank=True)
    refusal_details = models.JSONField(default=dict)
    returned_as = models.CharField(max_length=100, blank=True)
    returned_key = models.CharField(max_length=24, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        triggers = [pgtrigger.Protect(name="submission_stays", operation=pgtrigger.Delete)]
        indexes = [models.Index(fields=["unit", "-received_at"], name="submission_by_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "item_version", "mapping", "file_digest"],
                condition=Q(state__in=["received", "processing", "closed"]),
                name="same_file_has_one_effect",
            ),
            # A refusal had no effect, and nothing is kept by which its file could be told: its key may be used again.
            models.UniqueConstraint(
                fields=["unit", "idempotency_key"],
                condition=Q(state__in=["received", "processing", "closed"]),
                name="idempotency_key_once",
            ),
            models.CheckConstraint(
                name="art_11_no_row_lost",
                condition=~Q(state="closed")
                | Q(
                    read_rows=F("accepted_rows") + F("returned_rows") + F("duplicate_rows") + F("queued_rows")
                ),
            ),
            models.CheckConstraint(
                name="declared_rows_were_read",
                condition=~Q(state="closed")
                | Q(declared_rows__isnull=True)
                | Q(declared_rows=F("read_rows")),
            ),
            models.CheckConstraint(
                name="closed_submission_has_a_time", condition=~Q(state="closed") | Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="refused_submission_says_why", condition=~Q(state="refused") | ~Q(refusal_code="")
            ),
            models.CheckConstraint(
                name="art_16_refused_file_leaves_nothing",
                condition=~Q(state="refused") | Q(file_digest=b"", stored_as="", returned_as=""),
            ),
        ]


class ReturnedReason(models.Model):
    """One reason why one row went back. `sample` is masked, and empty where even a mask would tell too much.

    `rule`: the category of a prohibited or sealed statement; beside field and count nothing else is kept of it.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+", db_index=False)
    row_number = models.PositiveIntegerField()
    field = models.CharField(max_length=64)
    code = models.CharField(max_length=32)
    rule = models.CharField(max_length=64, blank=True, db_default="")
    sample = models.CharField(max_length=80, blank=True)

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["submission", "row_number"], name="returned_reason_by_row")]


class QueuedRow(models.Model):
    """A row that waits for an officer: a conflict or a doubt about whom it concerns (Art. 12).

    `values` is the checked row, encrypted with the key ring; `candidates` are subject numbers.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    row_number = models.PositiveIntegerField()
    reason = models.CharField(max_length=40)
    subject_name = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=64, blank=True)
    candidates = models.JSONField(default=list)
    values = models.BinaryField()
    key_name = models.CharField(max_length=24)
    queued_at = models.DateTimeField(db_default=Now())
    decision = models.ForeignKey(LinkDecision, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [
            pgtrigger.Protect(name="queued_row_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="one_decision_at_a_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (to_jsonb(OLD) - 'decision_id') IS DISTINCT FROM (to_jsonb(NEW) - 'decision_id')
                       OR OLD.decision_id IS NOT NULL AND (
                           NEW.decision_id IS NOT NULL
                           OR EXISTS (SELECT FROM subjects_linkdecision d
                                      WHERE d.id = OLD.decision_id AND d.undone_at IS NULL)) THEN
                        RAISE EXCEPTION 'queued row % has a decision that stands', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["submission", "row_number"], name="row_queued_once"),
            models.UniqueConstraint(fields=["decision"], name="decision_is_about_one_row"),
        ]


class RowDecision(models.Model):
    """What a decision made of a queued row; `decision` says who, when and why, and whether it was undone.

    `subject_id`, `record_id`, `version_number`: the record concerned and the version that was stored, if any.
    `former_name_id`: the former name that the decision made, if any. `identifier_ids`: the documents under which it put
    a new person on file, so that undoing it can release them.
    """

    class Outcome(models.TextChoices):
        NAME_STAYS = "name_stays"
        NEW_NAME = "new_name"
        CORRECTION = "correction"
        OWN_RECORD = "own_record"
        NEW_PERSON = "new_person"
        RETURNED = "returned"

    class Effect(models.TextChoices):
        RECORD_CREATED = "record_created"
        VERSION_ADDED = "version_added"
        LINK_RESTORED = "link_restored"
        NOTHING_NEW = "nothing_new"
        ROW_RETURNED = "row_returned"

    queued_row = models.ForeignKey(QueuedRow, on_delete=models.PROTECT, related_name="decisions")
    decision = models.OneToOneField(LinkDecision, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    effect = models.CharField(max_length=16, choices=Effect.choices)
    subject_id = models.BigIntegerField(null=True)
    record_id = models.BigIntegerField(null=True)
    version_number = models.PositiveSmallIntegerField(null=True)
    former_name_id = models.BigIntegerField(null=True)
    identifier_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])

    class Meta:
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="new_person_has_a_document",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__outcome="new_person"),
                func="""
                    IF NOT EXISTS (SELECT FROM subjects_personalidentifier i
                                   WHERE i.person_id = NEW.subject_id AND i.id = ANY (NEW.identifier_ids)) THEN
                        RAISE EXCEPTION 'a new person comes on file under a document of his own'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="art_12_a_row_is_returned_or_has_its_record",
                condition=Q(outcome="returned", effect="row_returned", subject_id__isnull=True)
                & Q(record_id__isnull=True, version_number__isnull=True)
                | ~Q(outcome="returned")
                & ~Q(effect="row_returned")
                & Q(subject_id__isnull=False, record_id__isnull=False),
            ),
            models.CheckConstraint(
                name="art_12_1_new_person_comes_with_documents",
                condition=Q(outcome="new_person", effect__in=["record_created", "link_restored"])
                & Q(identifier_ids__len__gt=0)
                | ~Q(outcome="new_person") & Q(identifier_ids=[]),
            ),
        ]
