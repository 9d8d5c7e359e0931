"""Who may do what today: read from role assignments, never cached between requests."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from anxin.authorities.models import ProviderKey, RoleAssignment, Unit
from anxin.kernel.text import Bilingual

KEY_PREFIX_LENGTH = 12


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


def unit_names(codes: Iterable[str]) -> dict[str, Bilingual]:
    """The names of units by their code; a code that is not on file is left out."""
    found = Unit.objects.filter(code__in=list(codes)).values_list("code", "name_zh", "name_en")
    return {code: Bilingual(zh, en) for code, zh, en in found}


def every_unit() -> list[Unit]:
    """All units on file, by name."""
    return list(Unit.objects.order_by("name_zh"))


def unit_for_key(key: str, at: datetime) -> Unit | None:
    """The unit that a provider key belongs to, or None where it is unknown, expired or revoked."""
    found = (
        ProviderKey.objects.select_related("unit")
        .filter(prefix=key[:KEY_PREFIX_LENGTH], expires_at__gt=at, revoked_at__isnull=True)
        .first()
    )
    if found is None or not hmac.compare_digest(bytes(found.digest), key_digest(key)):
        return None
    return found.unit


def key_digest(key: str) -> bytes:
    """What is kept of a key: 32 bytes. Keys are random, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).digest()


def divisions_of(account: Any, role: str, on: date | None = None) -> list[str]:
    """What the division codes begin with over which an account holds `role`: a city's territory covers its counties."""
    day = on or timezone.localdate()
    held = RoleAssignment.objects.filter(account_id=account.pk, role=role, period__contains=day)
    return sorted({code.removesuffix("00") for code in held.values_list("territory", flat=True)})
