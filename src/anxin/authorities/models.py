"""Units (public bodies and others), the people who work there, their roles and their keys (Art. 5, 6, 45)."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now


class Unit(models.Model):
    """A related unit: department, court, work agency, development zone, or other provider of information."""

    class Kind(models.TextChoices):
        COMPETENT_DEPARTMENT = "competent_department"
        CREDIT_OFFICE = "credit_office"
        RELATED_UNIT = "related_unit"
        COURT = "court"
        ASSOCIATION = "association"

    class Level(models.TextChoices):
        PROVINCE = "province"
        CITY = "city"
        COUNTY = "county"

    code = models.SlugField(max_length=64, unique=True)
    name_zh = models.CharField(max_length=120, unique=True)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    division_code = models.CharField(max_length=9)
    uscc = models.CharField(max_length=18, unique=True, null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unit_period_not_empty",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts with hashed passwords."""

    def create_account(self, username: str, password: str, **fields: Any) -> Account:
        """A human account that can sign in at once."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class NewPersonKey(models.Func):
    """A key that nobody else has: an account is a person's own until it is said whose it is."""

    template = "(gen_random_uuid())::text"
    output_field = models.CharField(max_length=64)


class Account(AbstractBaseUser):
    """Somebody who signs in, or a job that acts by itself; what either may do follows from roles alone.

    `person_key` is the same for all accounts of one person: duties that nobody may combine are kept apart by it.
    """

    class Kind(models.TextChoices):
        HUMAN = "human"
        JOB = "job"

    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.HUMAN)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    person_key = models.CharField(max_length=64, db_default=NewPersonKey())

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "kind"], name="account_kind_can_be_referenced"),
            models.UniqueConstraint(fields=["id", "person_key"], name="account_person_can_be_referenced"),
        ]


# Who runs the platform, who gives rights, and who looks at the logs are three persons.
DUTIES_APART = ("system_administrator", "security_administrator", "auditor")

PERSON_OF_ACCOUNT = pgtrigger.Trigger(
    name="person_of_account",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        SELECT a.person_key INTO NEW.person_key FROM authorities_account a WHERE a.id = NEW.account_id;
        RETURN NEW;
    """,
)


class RoleAssignment(models.Model):
    """One role of one account at one unit over a period; overlapping twice is refused by the database.

    `person_key` is copied from the account by the database, and follows it.
    """

    class Role(models.TextChoices):
        CLERK = "clerk"
        OFFICER = "officer"
        CREDIT_OFFICER = "credit_officer"
        SECRETARY = "secretary"
        SYSTEM_ADMINISTRATOR = "system_administrator"
        SECURITY_ADMINISTRATOR = "security_administrator"
        AUDITOR = "auditor"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="role_assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=24, choices=Role.choices)
    territory = models.CharField(max_length=9)
    period = DateRangeField()
    person_key = models.CharField(max_length=64, db_default="")

    class Meta:
        triggers = [PERSON_OF_ACCOUNT]
        constraints = [
            ExclusionConstraint(
                name="art_45_no_person_has_two_of_three_duties",
                expressions=[
                    ("person_key", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(role__in=DUTIES_APART),
            ),
            ExclusionConstraint(
                name="role_held_once_at_a_time",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class ProviderKey(models.Model):
    """A unit's key for the interface; only a digest is kept, and the first characters to recognize it by."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="provider_keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
