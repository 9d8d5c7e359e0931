"""Acts on units, accounts, roles and keys (Art. 6, 45). Each leaves an event."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from anxin.audit.services import record_event
from anxin.authorities.models import Account, ProviderKey, RoleAssignment, Unit
from anxin.authorities.pack import UnitDefinition
from anxin.authorities.queries import KEY_PREFIX_LENGTH, key_digest


@transaction.atomic
def publish_units(*, definitions: Iterable[UnitDefinition], by_account_id: int | None) -> list[str]:
    """Add the pack's units that are not there yet; returns their codes."""
    known = set(Unit.objects.values_list("code", flat=True))
    new = [
        Unit(
            code=unit.code,
            name_zh=unit.name.zh,
            name_en=unit.name.en,
            kind=unit.kind,
            level=unit.level,
            division_code=unit.division_code,
            uscc=unit.uscc,
            valid_from=unit.valid_from,
        )
        for unit in definitions
        if unit.code not in known
    ]
    Unit.objects.bulk_create(new)
    codes = [unit.code for unit in new]
    if codes:
        record_event(
            act="publish_units",
            by_account_id=by_account_id,
            clause="anshan-2022-9/6/2",
            details={"units": codes},
        )
    return codes


@transaction.atomic
def create_account(
    *,
    username: str,
    password: str,
    display_name: str,
    by_account_id: int | None,
    other_account: Account | None = None,
) -> Account:
    """An account for a person; it may do nothing until it holds a role. `other_account`: one that the same person has."""
    same = {"person_key": other_account.person_key} if other_account is not None else {}
    account = Account.objects.create_account(username, password, display_name=display_name, **same)
    record_event(
        act="create_account",
        by_account_id=by_account_id,
        clause="anshan-2022-9/45/1/2",
        details={"account": account.pk},
    )
    return account


@transaction.atomic
def assign_role(
    *, account: Account, unit: Unit, role: str, begins: date, ends: date | None, by_account_id: int | None
) -> RoleAssignment:
    """Give an account a role at a unit from `begins` to before `ends`; the territory is the unit's own."""
    assignment = RoleAssignment.objects.create(
        account=account,
        unit=unit,
        role=role,
        territory=unit.division_code,
        period=DateRange(begins, ends),
    )
    record_event(
        act="assign_role",
        by_account_id=by_account_id,
        clause="anshan-2022-9/45/1/2",
        details={"account": account.pk, "unit": unit.code, "role": role},
    )
    return assignment


@transaction.atomic
def issue_provider_key(*, unit: Unit, by_account_id: int | None, at: datetime, valid_for: timedelta) -> str:
    """A new key for a unit's interface calls. The key is returned this once; only its digest is kept."""
    key = secrets.token_urlsafe(32)
    ProviderKey.objects.create(
        unit=unit, prefix=key[:KEY_PREFIX_LENGTH], digest=key_digest(key), expires_at=at + valid_for
    )
    record_event(
        act="issue_provider_key",
        by_account_id=by_account_id,
        clause="anshan-2022-9/45/1/2",
        details={"unit": unit.code, "prefix": key[:KEY_PREFIX_LENGTH]},
    )
    return key


@transaction.atomic
def revoke_provider_key(*, key: ProviderKey, by_account_id: int, at: datetime) -> None:
    """End a key; it fails at the next request."""
    ProviderKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at)
    record_event(
        act="revoke_provider_key",
        by_account_id=by_account_id,
        clause="anshan-2022-9/45/1/2",
        details={"prefix": key.prefix},
    )
