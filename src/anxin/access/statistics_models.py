"""Published counts of subjects by catalog item, and the number below which nothing about persons is told (Art. 14(2)).

What was counted stands nowhere: the database's function `release_statistics` counts, and writes only what may be known.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from anxin.audit.models import append_only
from anxin.catalog.models import CatalogItem

NO_SMALL_DIFFERENCES = pgtrigger.Trigger(
    name="no_small_differences",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__subject_kind="natural_person", new__number__isnull=False),
    func="""
        IF EXISTS (SELECT FROM access_statisticscell c
                   WHERE c.item_id = NEW.item_id AND c.subject_kind = NEW.subject_kind
                     AND (abs(c.number - NEW.number) BETWEEN 1 AND NEW.least - 1
                          OR c.number = NEW.number AND c.since <> NEW.since)) THEN
            RAISE EXCEPTION 'item %: beside an earlier number this one would tell of a few persons', NEW.item_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'art_14_2_no_small_differences';
        END IF;
        RETURN NEW;
    """,
)


class StatisticsThreshold(models.Model):
    """Counts of persons below `least` are not told, from `valid_from` on. Out of the pack; only whoever migrates writes it."""

    valid_from = models.DateField(unique=True)
    least = models.PositiveIntegerField()
    pack = models.CharField(max_length=80)

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(name="art_14_2_one_person_is_never_told", condition=Q(least__gt=1)),
        ]


class StatisticsRelease(models.Model):
    """One publication, at most one a day, under the query-log entry that says that everything was counted."""

    released_on = models.DateField()
    least = models.PositiveIntegerField()
    entry_id = models.BigIntegerField(unique=True)

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["released_on"], name="statistics_once_a_day"),
            models.UniqueConstraint(fields=["id", "least"], name="release_threshold_can_be_referenced"),
        ]


class StatisticsCell(models.Model):
    """How many subjects of a kind have a record in force of an item; no `number` where it is not told.

    `since`: the day of the release that first gave this number. Of persons it moves with the number and never alone: a day that
    moved would tell that the count is still exactly this, and a day that did not, that it differs by a few.
    """

    class SubjectKind(models.TextChoices):
        ORGANIZATION = "organization"
        NATURAL_PERSON = "natural_person"

    release = models.ForeignKey(StatisticsRelease, on_delete=models.PROTECT, related_name="cells")
    # The release's own, by a foreign key over both.
    least = models.PositiveIntegerField()
    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    number = models.PositiveIntegerField(null=True)
    since = models.DateField(null=True)

    class Meta:
        triggers = [*append_only(), NO_SMALL_DIFFERENCES]
        constraints = [
            models.UniqueConstraint(fields=["release", "item", "subject_kind"], name="statistics_cell_once"),
            models.CheckConstraint(
                name="art_14_2_few_persons_are_not_counted",
                condition=~Q(subject_kind="natural_person")
                | Q(number__isnull=True)
                | Q(number__gte=F("least")),
            ),
            models.CheckConstraint(
                name="statistics_of_organizations_are_public_facts",
                condition=Q(subject_kind="organization", number__isnull=False)
                | Q(subject_kind="natural_person"),
            ),
            models.CheckConstraint(
                name="statistics_number_has_a_day",
                condition=Q(number__isnull=True, since__isnull=True)
                | Q(number__isnull=False, since__isnull=False),
            ),
        ]
