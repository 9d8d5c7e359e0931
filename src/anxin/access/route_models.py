"""By which route somebody may read: items of the government use list, and what a subject authorized (Art. 13, 20)."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from anxin.authorities.models import Account, Unit
from anxin.subjects.models import Subject


class DateSpan(models.Func):
    """`daterange(from, to)`: the days on which something is in force."""

    function = "DATERANGE"


class MomentSpan(models.Func):
    """The moments from the first to before the second."""

    function = "TSTZRANGE"


class UseListItem(models.Model):
    """A version of an item of the government use list: which units may read which fields for which matter (Art. 20)."""

    code = models.SlugField(max_length=64)
    number = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=160)
    basis = models.CharField(max_length=80)
    units = ArrayField(models.CharField(max_length=64))
    purposes = models.JSONField()
    subject_kinds = ArrayField(models.CharField(max_length=28))
    fields = ArrayField(models.CharField(max_length=120))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    unverified = models.BooleanField(default=False)
    pack = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(name="use_item_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="use_item_only_ends",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.valid_to IS NOT NULL
                       OR (to_jsonb(OLD) - 'valid_to') IS DISTINCT FROM (to_jsonb(NEW) - 'valid_to') THEN
                        RAISE EXCEPTION 'use list item % stands as it was published', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="use_item_number_once"),
            models.CheckConstraint(
                name="use_item_period_not_empty",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
            ),
            ExclusionConstraint(
                name="use_item_one_version_in_force",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (DateSpan("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="art_20_use_item_names_units_subjects_fields",
                condition=models.Q(units__len__gt=0, subject_kinds__len__gt=0, fields__len__gt=0)
                & ~models.Q(basis=""),
            ),
        ]


class AccessGrant(models.Model):
    """What a subject allowed somebody to read, for what, how often and until when (Art. 13(1)(2)).

    The grantee is an account, a unit or a client of the interface. `used` is counted by the database when the reading is logged,
    never by the application; a withdrawn one is over at once.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    grantee_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    grantee_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    grantee_client = models.CharField(max_length=64, blank=True, db_default="")
    fields = ArrayField(models.CharField(max_length=120))
    purpose = models.CharField(max_length=200)
    uses = models.PositiveIntegerField()
    used = models.PositiveIntegerField(db_default=0)
    granted_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [
            pgtrigger.Protect(name="grant_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="grant_by_who_represents",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.used <> 0 OR NEW.withdrawn_at IS NOT NULL OR NOT EXISTS (
                        SELECT FROM access_representation r
                        WHERE r.account_id = NEW.granted_by_id AND r.subject_id = NEW.subject_id
                          AND r.valid_from <= NEW.granted_at AND (r.valid_to IS NULL OR r.valid_to > NEW.granted_at)) THEN
                        RAISE EXCEPTION 'account % does not represent subject %', NEW.granted_by_id, NEW.subject_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="grant_only_used_or_withdrawn",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (to_jsonb(OLD) - 'used' - 'withdrawn_at' - 'withdrawn_by_id')
                          IS DISTINCT FROM (to_jsonb(NEW) - 'used' - 'withdrawn_at' - 'withdrawn_by_id')
                       OR NEW.used NOT IN (OLD.used, OLD.used + 1) OR OLD.withdrawn_at IS NOT NULL THEN
                        RAISE EXCEPTION 'grant % stands as it was given', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        indexes = [models.Index(fields=["subject", "-granted_at"], name="grant_by_subject")]
        constraints = [
            models.CheckConstraint(
                name="art_13_1_2_grant_ends_after_it_begins",
                condition=models.Q(ends_at__gt=models.F("granted_at")),
            ),
            models.CheckConstraint(
                name="art_13_1_2_grant_ends_within_a_finite_time",
                condition=models.Q(ends_at__lt="9999-01-01T00:00:00Z"),
            ),
            models.CheckConstraint(name="art_13_1_2_grant_has_uses", condition=models.Q(uses__gt=0)),
            models.CheckConstraint(
                name="art_13_1_2_never_used_more_often", condition=models.Q(used__lte=models.F("uses"))
            ),
            models.CheckConstraint(
                name="art_13_1_2_grant_names_fields_and_purpose",
                condition=models.Q(fields__len__gt=0)
                & ~models.Q(purpose="")
                & ~models.Q(fields__contains=[""]),
            ),
            models.CheckConstraint(
                name="art_13_1_2_grant_has_one_grantee",
                condition=models.Q(
                    grantee_account__isnull=False, grantee_unit__isnull=True, grantee_client=""
                )
                | models.Q(grantee_account__isnull=True, grantee_unit__isnull=False, grantee_client="")
                | models.Q(grantee_account__isnull=True, grantee_unit__isnull=True)
                & ~models.Q(grantee_client=""),
            ),
            models.CheckConstraint(
                name="grant_withdrawn_by_somebody",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]


class PersonLookUpDay(models.Model):
    """How often an account asked for persons on a day, and how often it named nobody: no number, no name.

    Written by the database's own function `subject_of_person` alone, which answers no more once there were too many wrong guesses.
    """

    account_id = models.BigIntegerField()
    unit_code = models.CharField(max_length=64)
    day = models.DateField()
    wrong = models.PositiveIntegerField(db_default=0)
    answered = models.PositiveIntegerField(db_default=0)
    closed = models.PositiveIntegerField(db_default=0)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="look_up_day_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="look_up_day_only_counts_up",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (OLD.account_id, OLD.unit_code, OLD.day) IS DISTINCT FROM (NEW.account_id, NEW.unit_code, NEW.day)
                       OR NEW.wrong < OLD.wrong OR NEW.answered < OLD.answered OR NEW.closed < OLD.closed THEN
                        RAISE EXCEPTION 'look-ups of a day are only counted up'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit_code", "day", "account_id"], name="look_up_day_once"),
        ]
