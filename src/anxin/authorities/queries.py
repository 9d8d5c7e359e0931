"""Who may do what today: read from role assignments, never cached between requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from anxin.authorities.models import RoleAssignment, Unit


def roles_of(account: Any, on: date | None = None) -> frozenset[str]:
    """The roles an account holds on a day (today where none is given), at any unit."""
    day = on or timezone.localdate()
    assignments = RoleAssignment.objects.filter(account_id=account.pk, period__contains=day)
    return frozenset(assignments.values_list("role", flat=True))


def units_of(account: Any, roles: Sequence[str], on: date | None = None) -> list[Unit]:
    """The units at which an account holds one of `roles` on a day, by name."""
    day = on or timezone.localdate()
    held = RoleAssignment.objects.filter(account_id=account.pk, role__in=roles, period__contains=day)
    return list(Unit.objects.filter(pk__in=held.values("unit_id")).order_by("name_zh"))
