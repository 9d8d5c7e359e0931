"""The catalog: layers, items, versions with their typed fields (Art. 9, 10). A version in force never changes."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Func
from django.db.models.functions import Now


class DateRange(Func):
    """`daterange(from, to)`, half-open; an open end where `to` is missing."""

    function = "daterange"


class CodeKind(models.Model):
    """A kind of code beside the unified social credit code, as a pack declares it; empty for a city that knows no other.

    Codes already stored rest on the pattern, so it never changes: a new writing is a new kind.
    """

    name = models.SlugField(max_length=32, primary_key=True)
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=120)
    pattern = models.CharField(max_length=200)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="code_kind_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class DocumentKind(models.TextChoices):
    """Kinds of document that Art. 26 knows, and `none` for facts that rest on no decision."""

    JUDGMENT = "judgment"
    ARBITRAL_AWARD = "arbitral_award"
    ADMINISTRATIVE_PENALTY = "administrative_penalty"
    ADMINISTRATIVE_COMPULSION = "administrative_compulsion"
    ADMINISTRATIVE_RULING = "administrative_ruling"
    ADMINISTRATIVE_PERMIT = "administrative_permit"
    OTHER_BY_LAW = "other_by_law"
    NONE = "none"


class CatalogItem(models.Model):
    """What may be collected, under a code that never changes its meaning."""

    class Layer(models.TextChoices):
        NATIONAL = "national"
        PROVINCIAL = "provincial"
        CITY = "city"

    code = models.SlugField(max_length=64, unique=True)
    layer = models.CharField(max_length=10, choices=Layer.choices)

    def __str__(self) -> str:
        return self.code


class CatalogItemVersion(models.Model):
    """The item as published for a period. Everything that Art. 10(2) asks for is a column here."""

    class DisclosureClass(models.TextChoices):
        PUBLIC = "public"
        ON_APPLICATION = "on_application"
        EX_OFFICIO = "ex_officio"

    class SharingScope(models.TextChoices):
        EVERYONE = "everyone"
        RELATED_UNITS = "related_units"
        NAMED_UNITS = "named_units"
        NOBODY = "nobody"

    class UpdateFrequency(models.TextChoices):
        REAL_TIME = "real_time"
        WITHIN_7_WORKING_DAYS = "within_7_working_days"
        WITHIN_20_WORKING_DAYS = "within_20_working_days"
        MONTHLY = "monthly"
        QUARTERLY = "quarterly"
        YEARLY = "yearly"

    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    information_class = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    behavior_zh = models.TextField()
    behavior_en = models.TextField()
    disclosure_class = models.CharField(max_length=16, choices=DisclosureClass.choices)
    sharing_scope = models.CharField(max_length=16, choices=SharingScope.choices)
    source_units = ArrayField(models.CharField(max_length=64))
    channel = models.CharField(max_length=24)
    update_frequency = models.CharField(max_length=24, choices=UpdateFrequency.choices)
    legal_basis = ArrayField(models.CharField(max_length=80))
    subject_kinds = ArrayField(models.CharField(max_length=32))
    display_rule = models.CharField(max_length=40)
    report_section = models.CharField(max_length=40)
    adverse = models.BooleanField()
    document_kind = models.CharField(
        max_length=28, choices=DocumentKind.choices, db_default=DocumentKind.NONE, default=DocumentKind.NONE
    )
    business_key = ArrayField(models.CharField(max_length=64))
    unverified = models.BooleanField(default=False)
    pack = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(name="immutable_once_published", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_the_end_may_be_set",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.valid_to IS NOT NULL
                       OR (to_jsonb(OLD) - 'valid_to') IS DISTINCT FROM (to_jsonb(NEW) - 'valid_to') THEN
                        RAISE EXCEPTION 'catalog item version % is immutable', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="catalog_version_number_once"),
            models.CheckConstraint(
                name="catalog_version_period_not_empty",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
            ),
            ExclusionConstraint(
                name="catalog_item_one_version_in_force",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="catalog_entry_names_basis_and_source",
                condition=models.Q(legal_basis__len__gt=0)
                & models.Q(source_units__len__gt=0)
                & models.Q(subject_kinds__len__gt=0)
                & models.Q(business_key__len__gt=0),
            ),
            models.CheckConstraint(
                name="art_26_document_kinds", condition=models.Q(document_kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="natural_persons_never_public",
                condition=~models.Q(disclosure_class="public") | ~models.Q(subject_kinds=["natural_person"]),
            ),
        ]


class CatalogField(models.Model):
    """One typed field of an item version: no payload may hold a key that is not here (invariant 10)."""

    class Type(models.TextChoices):
        TEXT = "text"
        DATE = "date"
        INTEGER = "integer"
        MONEY = "money"
        CODE = "code"
        CODES = "codes"
        USCC = "uscc"
        PERSONAL_NUMBER = "personal_number"
        NAME = "name"
        LOCAL_CODE = "local_code"

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        ON_APPLICATION = "on_application"
        EX_OFFICIO = "ex_officio"
        NEVER = "never"

    item_version = models.ForeignKey(CatalogItemVersion, on_delete=models.PROTECT, related_name="fields")
    position = models.PositiveSmallIntegerField()
    name = models.SlugField(max_length=64)
    source_column = models.CharField(max_length=40, blank=True)
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=120)
    type = models.CharField(max_length=16, choices=Type.choices)
    length = models.PositiveIntegerField(null=True)
    required = models.BooleanField(default=False)
    required_for = ArrayField(models.CharField(max_length=32), default=list)
    code_list = models.CharField(max_length=64, blank=True)
    mask_head = models.PositiveSmallIntegerField(null=True)
    mask_tail = models.PositiveSmallIntegerField(null=True)
    visibility = models.CharField(max_length=16, choices=Visibility.choices)
    role = models.CharField(max_length=32, blank=True)
    code_kind = models.ForeignKey(
        CodeKind, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["position"]
        triggers = [
            pgtrigger.Protect(name="field_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item_version", "name"], name="catalog_field_name_once"),
            models.CheckConstraint(
                name="personal_number_never_public",
                condition=~models.Q(type="personal_number") | ~models.Q(visibility="public"),
            ),
            models.CheckConstraint(
                name="local_code_names_its_kind",
                condition=models.Q(type="local_code", code_kind__isnull=False)
                | ~models.Q(type="local_code") & models.Q(code_kind__isnull=True),
            ),
        ]
