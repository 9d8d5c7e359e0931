"""Systems of units that call the interface: who may, with which rights, and the short tokens they call with (Art. 45)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from anxin.authorities.models import Account, Unit

LONGEST_TOKEN_MINUTES = 15


def two_people(name: str) -> models.CheckConstraint:
    """Whoever drafted it does not approve it, and an approval says by whom and when."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
        | models.Q(approved_by__isnull=False, approved_at__isnull=False)
        & ~models.Q(approved_by=models.F("drafted_by")),
    )


def ended_by_somebody(name: str) -> models.CheckConstraint:
    """An end says by whom and when."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(revoked_by__isnull=True, revoked_at__isnull=True)
        | models.Q(revoked_by__isnull=False, revoked_at__isnull=False),
    )


def stands_as_drafted(name: str) -> list[pgtrigger.Trigger]:
    """Nothing but one approval and one end is ever written into it; it stays."""
    return [
        pgtrigger.Protect(name=f"{name}_stays", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_as_drafted",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func="""
                IF OLD.revoked_at IS NOT NULL
                   OR OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at
                   OR OLD.approved_at IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
                   OR (to_jsonb(OLD) - 'approved_at' - 'approved_by_id' - 'revoked_at' - 'revoked_by_id')
                      IS DISTINCT FROM
                      (to_jsonb(NEW) - 'approved_at' - 'approved_by_id' - 'revoked_at' - 'revoked_by_id') THEN
                    RAISE EXCEPTION 'row % of % stands as it was drafted', OLD.id, TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            """,
        ),
    ]


class ApiClient(models.Model):
    """One unit's system. It may call from its approval by a second person until `ends_at`, or until it is revoked.

    Of its secret a digest is kept. `account`: a job's account, by which the log names it beside `client_id`. `rate`: calls a second
    on the long run, `burst`: calls at once. `quota`: identifiers a day that it may order in batches; the database counts them.
    """

    client_id = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    secret_digest = models.BinaryField(max_length=32)
    rate = models.PositiveIntegerField()
    burst = models.PositiveIntegerField()
    quota = models.PositiveIntegerField(db_default=1_000_000)
    ends_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        triggers = stands_as_drafted("client")
        constraints = [
            two_people("art_45_client_needs_two_people"),
            ended_by_somebody("client_ended_by_somebody"),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(revoked_at__isnull=True), name="one_client_for_a_unit"
            ),
            models.CheckConstraint(name="client_has_a_share", condition=models.Q(rate__gte=1, burst__gte=1)),
            models.CheckConstraint(name="art_45_client_has_a_quota", condition=models.Q(quota__gte=1)),
            models.CheckConstraint(
                name="client_has_an_end", condition=models.Q(ends_at__gt=models.F("drafted_at"))
            ),
        ]

    def state(self, at: datetime) -> str:
        """`waiting` for approval, `stands`, `over` (its time is), or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        if self.ends_at <= at:
            return "over"
        return "waiting" if self.approved_at is None else "stands"


class ClientRight(models.Model):
    """What a client may do: `scope` is the code of an item of the use list, `batch` or `changes`."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="rights")
    scope = models.CharField(max_length=64)
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        triggers = stands_as_drafted("right")
        constraints = [
            two_people("art_45_client_right_needs_two_people"),
            ended_by_somebody("client_right_ended_by_somebody"),
            models.UniqueConstraint(
                fields=["client", "scope"],
                condition=models.Q(revoked_at__isnull=True),
                name="right_held_once",
            ),
            models.CheckConstraint(
                name="right_has_a_scope", condition=models.Q(scope__regex=r"^[a-z0-9-]+$")
            ),
        ]

    @property
    def state(self) -> str:
        """`waiting` for approval, `stands`, or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "waiting" if self.approved_at is None else "stands"


class ClientToken(models.Model):
    """A token that was handed out; looked up at each call, so that what is revoked ends at once. A digest of it is kept.

    The table is unlogged: after a crash clients ask for new ones.
    """

    digest = models.BinaryField(max_length=32, primary_key=True)
    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    scopes = ArrayField(models.CharField(max_length=64))
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_is_short",
                condition=models.Q(
                    expires_at__lte=models.F("issued_at")
                    + models.Value(timedelta(minutes=LONGEST_TOKEN_MINUTES)),
                ),
            ),
        ]


class ClientBucket(models.Model):
    """A client's share, counted in the database for all servers together. Unlogged.

    Each call moves `free_at` on by `step`; a call is one too many while `free_at` is more than `slack` ahead of now.
    """

    client = models.OneToOneField(ApiClient, on_delete=models.CASCADE, primary_key=True, related_name="+")
    free_at = models.DateTimeField()
    step = models.DurationField()
    slack = models.DurationField()
