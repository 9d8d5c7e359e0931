"""Credit subjects and what identifies them (Art. 3(1), 12). Names never identify."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from anxin.authorities.models import Account
from anxin.catalog.models import CodeKind


class Subject(models.Model):
    """A natural person, a legal person or an unincorporated organization, and nothing else (Art. 3(1))."""

    class Kind(models.TextChoices):
        NATURAL_PERSON = "natural_person"
        LEGAL_PERSON = "legal_person"
        UNINCORPORATED_ORGANIZATION = "unincorporated_organization"

    kind = models.CharField(max_length=28, choices=Kind.choices)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="art_3_1_three_kinds_of_subject",
                condition=models.Q(
                    kind__in=["natural_person", "legal_person", "unincorporated_organization"]
                ),
            ),
            models.UniqueConstraint(fields=["id", "kind"], name="subject_kind_can_be_referenced"),
        ]


class Organization(models.Model):
    """A legal person or unincorporated organization under its only identifier (Art. 12(2)).

    That is the unified social credit code. Where the pack of another place declares a kind of code of its own, it is
    `local_code` under `code_kind` instead; a city whose pack declares none can hold no such organization.

    A branch is an organization of its own; its records never climb to the parent. A sole proprietor is an
    organization by code and a person by privacy: never on the public site. `name` is the one in force;
    `registered` tells whether a registration authority gave it or only another unit's file.
    """

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True, related_name="+")
    # Copied from the subject, so that a foreign key over both holds this row to be no person.
    kind = models.CharField(max_length=28, choices=Subject.Kind.choices, db_default="legal_person")
    uscc = models.CharField(max_length=18, unique=True, null=True)
    code_kind = models.ForeignKey(
        CodeKind, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    local_code = models.CharField(max_length=64, db_default="")
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200)
    bigrams = ArrayField(models.TextField())
    sole_proprietor = models.BooleanField(default=False)
    registered = models.BooleanField(default=False)
    registered_on = models.DateField(null=True)
    division_code = models.CharField(max_length=9, blank=True)
    parent_uscc = models.CharField(max_length=18, blank=True)

    class Meta:
        indexes = [GinIndex(fields=["bigrams"], name="organization_name_bigrams", fastupdate=True)]
        constraints = [
            models.CheckConstraint(
                name="art_12_2_code_has_18_characters", condition=models.Q(uscc__regex=r"^[0-9A-Z]{18}$")
            ),
            models.CheckConstraint(
                name="art_12_2_one_identifier_of_a_declared_kind",
                condition=models.Q(uscc__isnull=False, code_kind__isnull=True, local_code="")
                | models.Q(uscc__isnull=True, code_kind__isnull=False) & ~models.Q(local_code=""),
            ),
            models.UniqueConstraint(
                fields=["local_code", "code_kind"],
                condition=models.Q(code_kind__isnull=False),
                name="local_code_belongs_to_one_organization",
            ),
            models.CheckConstraint(
                name="organization_is_no_person", condition=~models.Q(kind="natural_person")
            ),
        ]


class FormerName(models.Model):
    """A name an organization bore before, with the day it ended; found by search like the present one."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200)
    bigrams = ArrayField(models.TextField())
    valid_from = models.DateField(null=True)
    valid_to = models.DateField()

    class Meta:
        indexes = [GinIndex(fields=["bigrams"], name="former_name_bigrams", fastupdate=True)]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name", "valid_to"], name="former_name_once"),
        ]


class NaturalPerson(models.Model):
    """A person. No number stands here: identifiers are encrypted in `PersonalIdentifier`."""

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True, related_name="+")
    kind = models.CharField(max_length=28, choices=Subject.Kind.choices, db_default="natural_person")
    name = models.CharField(max_length=120)
    born_on = models.DateField(null=True)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="name_changes_by_renaming",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.name IS DISTINCT FROM OLD.name AND NOT EXISTS (
                        SELECT FROM subjects_personrenaming r
                        WHERE r.person_id = OLD.subject_id
                          AND (r.undone_at IS NULL AND r.former_name = OLD.name AND r.name = NEW.name
                               OR r.undone_at IS NOT NULL AND r.former_name = NEW.name AND r.name = OLD.name)) THEN
                        RAISE EXCEPTION 'the name of person % changes by a renaming', OLD.subject_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="person_is_no_organization", condition=models.Q(kind="natural_person")
            ),
        ]


class PersonRenaming(models.Model):
    """A person's change of name: the former one, until the day before `since`, and the document that shows it.

    Never public. Taken back at most once, with a reason; what was written stays.
    """

    person = models.ForeignKey(NaturalPerson, on_delete=models.PROTECT, related_name="renamings")
    former_name = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    since = models.DateField()
    document_number = models.CharField(max_length=128)
    document_issuer = models.CharField(max_length=200)
    document_date = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.TextField(blank=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="renaming_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="renaming_only_undone_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.undone_at IS NOT NULL
                       OR (to_jsonb(OLD) - 'undone_at' - 'undone_by_id' - 'undone_reason')
                          IS DISTINCT FROM (to_jsonb(NEW) - 'undone_at' - 'undone_by_id' - 'undone_reason') THEN
                        RAISE EXCEPTION 'renaming % stands as it was made', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="renaming_names_its_document",
                condition=~models.Q(document_number="")
                & ~models.Q(document_issuer="")
                & ~models.Q(reason=""),
            ),
            models.CheckConstraint(
                name="renaming_changes_the_name",
                condition=~models.Q(name="") & ~models.Q(name=models.F("former_name")),
            ),
            models.CheckConstraint(
                name="renaming_undone_by_somebody",
                condition=models.Q(undone_by__isnull=True, undone_at__isnull=True)
                | models.Q(undone_by__isnull=False, undone_at__isnull=False) & ~models.Q(undone_reason=""),
            ),
        ]


class PersonalIdentifier(models.Model):
    """A person's document number: found by keyed hash, readable only with the key ring outside the database.

    One number belongs to one person; a number that seems to belong to two is a doubt for an officer (Art. 12(1)).
    """

    class Kind(models.TextChoices):
        RESIDENT_ID_NUMBER = "resident_id_number"
        PASSPORT = "passport"
        MAINLAND_TRAVEL_PERMIT_HONG_KONG_MACAO = "mainland_travel_permit_hong_kong_macao"
        MAINLAND_TRAVEL_PERMIT_TAIWAN = "mainland_travel_permit_taiwan"
        FOREIGN_PERMANENT_RESIDENT_ID = "foreign_permanent_resident_id"
        SOCIAL_SECURITY_CARD = "social_security_card"
        DRIVING_LICENSE = "driving_license"
        OTHER = "other"

    person = models.ForeignKey(NaturalPerson, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=44, choices=Kind.choices)
    digest = models.BinaryField(max_length=32)
    encrypted = models.BinaryField()
    key_name = models.CharField(max_length=24)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="number_never_moves",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (OLD.person_id, OLD.kind) IS DISTINCT FROM (NEW.person_id, NEW.kind) THEN
                        RAISE EXCEPTION 'identifier % stays with its person', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest"], name="art_12_1_number_belongs_to_one_person"),
        ]


class LinkDecision(models.Model):
    """An officer's decision which subject a doubtful row is about; undoing it is a second row's `undone_*`."""

    reason = models.CharField(max_length=40)
    given_name = models.CharField(max_length=200, blank=True)
    given_identifier = models.CharField(max_length=64, blank=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    explanation = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.TextField(blank=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="decision_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_undone_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.undone_at IS NOT NULL
                       OR (to_jsonb(OLD) - 'undone_at' - 'undone_by_id' - 'undone_reason')
                          IS DISTINCT FROM (to_jsonb(NEW) - 'undone_at' - 'undone_by_id' - 'undone_reason') THEN
                        RAISE EXCEPTION 'link decision % stands as it was made', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="link_decision_undone_by_somebody",
                condition=models.Q(undone_by__isnull=True, undone_at__isnull=True)
                | models.Q(undone_by__isnull=False, undone_at__isnull=False) & ~models.Q(undone_reason=""),
            ),
            models.CheckConstraint(name="link_decision_explained", condition=~models.Q(explanation="")),
        ]


class CodeException(models.Model):
    """A code that the standard's check refuses and a registry issued all the same: kept by officers, ended once.

    `reason` says what was seen, such as the certificate of registration.
    """

    code = models.CharField(max_length=18)
    organization_name = models.CharField(max_length=200)
    reason = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="exception_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_ended_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.ended_at IS NOT NULL
                       OR (to_jsonb(OLD) - 'ended_at' - 'ended_by_id' - 'ended_reason')
                          IS DISTINCT FROM (to_jsonb(NEW) - 'ended_at' - 'ended_by_id' - 'ended_reason') THEN
                        RAISE EXCEPTION 'code exception % stands as it was made', OLD.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="excepted_code_is_of_the_alphabet",
                condition=models.Q(code__regex=r"^[0-9ABCDEFGHJKLMNPQRTUWXY]{18}$"),
            ),
            models.CheckConstraint(
                name="code_exception_explained",
                condition=~models.Q(reason="") & ~models.Q(organization_name=""),
            ),
            models.CheckConstraint(
                name="code_exception_ended_by_somebody",
                condition=models.Q(ended_by__isnull=True, ended_at__isnull=True)
                | models.Q(ended_by__isnull=False, ended_at__isnull=False) & ~models.Q(ended_reason=""),
            ),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(ended_at=None), name="code_excepted_once_at_a_time"
            ),
        ]
