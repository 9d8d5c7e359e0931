"""Accounts that the unified log-in opens: known by a keyed hash, never by the provider's own name or a number."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from anxin.authorities.models import Account
from anxin.subjects.models import NaturalPerson


class UnifiedIdentity(models.Model):
    """One identity of the unified log-in: the account it opens and the person it is. Never changed, never removed."""

    mark = models.BinaryField(max_length=32, unique=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    person = models.OneToOneField(NaturalPerson, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(name="identity_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
