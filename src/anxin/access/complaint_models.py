"""A subject's report that a reading of its information was improper (Art. 45(1)(3))."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from anxin.authorities.models import Account
from anxin.subjects.models import Subject

LONGEST_WORDS = 1_000

# Who looked is taken from the log, whatever the caller says; nobody reports what is not about the subject or not open yet.
OF_THE_LOG = pgtrigger.Trigger(
    name="of_the_log",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("logged", "audit_querylogentry%ROWTYPE")],
    func="""
        SELECT * INTO logged FROM audit_querylogentry WHERE id = NEW.entry_id;
        IF NOT FOUND OR logged.subject_id IS DISTINCT FROM NEW.subject_id OR logged.opens_at > clock_timestamp() THEN
            RAISE EXCEPTION 'entry % is none that this subject can report', NEW.entry_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.reader_account_id := logged.reader_account_id;
        NEW.reader_unit_code := logged.reader_unit_code;
        RETURN NEW;
    """,
)
# What was reported stays; an answer is given once; until then the subject may add words and another auditor may take over.
ANSWERED_ONCE = pgtrigger.Trigger(
    name="answered_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        IF OLD.decided_at IS NOT NULL
           OR (NEW.entry_id, NEW.subject_id, NEW.filed_by_id, NEW.filed_at, NEW.reader_account_id, NEW.reader_unit_code)
              IS DISTINCT FROM
              (OLD.entry_id, OLD.subject_id, OLD.filed_by_id, OLD.filed_at, OLD.reader_account_id, OLD.reader_unit_code)
           OR OLD.handler_id IS NOT NULL AND NEW.handler_id IS NULL THEN
            RAISE EXCEPTION 'complaint % stays as it is', OLD.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)
_UNDECIDED = models.Q(decided_at__isnull=True, outcome="", reason="", follow_up="")
_DECIDED = (
    models.Q(decided_at__isnull=False, handler__isnull=False) & ~models.Q(outcome="") & ~models.Q(reason="")
)


class ReadingComplaint(models.Model):
    """One entry of the query log, reported by its subject, handled by an auditor who has no part in it.

    `reference`: what its subject knows it by, which tells nothing of how many others there are. `entry_id`: the number of the
    query-log row. `reader_*`: who looked, out of that row. `handler_unit_code`: where the handler is an auditor.
    """

    class Outcome(models.TextChoices):
        LAWFUL = "lawful"
        IMPROPER = "improper"

    reference = models.UUIDField(unique=True, db_default=RandomUUID())
    entry_id = models.BigIntegerField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    filed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(db_default=Now())
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    reader_account_id = models.BigIntegerField(default=0)
    reader_unit_code = models.CharField(max_length=64, blank=True)
    handler = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    handler_unit_code = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=LONGEST_WORDS, blank=True)
    follow_up = models.CharField(max_length=LONGEST_WORDS, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="complaint_stays", operation=pgtrigger.Delete),
            OF_THE_LOG,
            ANSWERED_ONCE,
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry_id", "subject"], name="reading_reported_once"),
            models.CheckConstraint(
                name="reader_handles_no_complaint_about_the_own_reading",
                condition=models.Q(handler__isnull=True)
                | ~models.Q(handler_id=models.F("reader_account_id")),
            ),
            models.CheckConstraint(
                name="unit_that_looked_handles_no_complaint_about_it",
                condition=models.Q(reader_unit_code="")
                | ~models.Q(handler_unit_code=models.F("reader_unit_code")),
            ),
            models.CheckConstraint(
                name="who_complains_does_not_handle_it",
                condition=models.Q(handler__isnull=True) | ~models.Q(handler_id=models.F("filed_by_id")),
            ),
            models.CheckConstraint(
                name="complaint_taken_with_moment_and_unit",
                condition=models.Q(handler__isnull=True, taken_at__isnull=True, handler_unit_code="")
                | models.Q(handler__isnull=False, taken_at__isnull=False) & ~models.Q(handler_unit_code=""),
            ),
            models.CheckConstraint(
                name="complaint_decided_with_outcome_and_reason", condition=_UNDECIDED | _DECIDED
            ),
            models.CheckConstraint(
                name="improper_reading_names_what_follows",
                condition=~models.Q(outcome="improper") | ~models.Q(follow_up=""),
            ),
        ]

    @property
    def state(self) -> str:
        """filed, taken or answered."""
        if self.decided_at is not None:
            return "answered"
        return "filed" if self.handler_id is None else "taken"
