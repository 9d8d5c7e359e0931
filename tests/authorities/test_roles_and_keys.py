"""Roles are dated and end at once; keys are kept as digests only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from tests.factories import make_unit

from anxin.audit.models import EventLogEntry
from anxin.authorities.models import Account, ProviderKey, Unit
from anxin.authorities.queries import roles_of, unit_for_key, units_of
from anxin.authorities.services import (
    assign_role,
    create_account,
    issue_provider_key,
    revoke_provider_key,
)
from anxin.catalog.models import CatalogItemVersion

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, tzinfo=UTC)


def _account() -> Account:
    return Account.objects.create_account("clerk", "only-for-tests-1", display_name="测试员")


def test_a_role_counts_from_its_first_day_to_before_its_last() -> None:
    account, unit = _account(), make_unit()
    assign_role(
        account=account,
        unit=unit,
        role="clerk",
        begins=date(2026, 1, 1),
        ends=date(2026, 11, 24),
        by_account_id=None,
    )

    assert roles_of(account, date(2026, 11, 23)) == {"clerk"}
    assert units_of(account, ["clerk"], date(2026, 11, 23)) == [unit]
    assert roles_of(account, date(2026, 11, 24)) == frozenset()
    assert roles_of(account, date(2025, 12, 31)) == frozenset()


def test_the_same_role_cannot_be_held_twice_at_once() -> None:
    account, unit = _account(), make_unit()
    values = {"account": account, "unit": unit, "role": "clerk", "begins": date(2026, 1, 1), "ends": None}
    assign_role(**values, by_account_id=None)

    with pytest.raises(IntegrityError, match="role_held_once_at_a_time"):
        assign_role(**{**values, "begins": date(2026, 6, 1)}, by_account_id=None)


def test_a_key_opens_until_it_expires_or_is_revoked_and_is_never_stored() -> None:
    unit = make_unit()
    key = issue_provider_key(unit=unit, by_account_id=None, at=AT, valid_for=timedelta(days=10))
    stored = ProviderKey.objects.get()

    assert unit_for_key(key, AT) == unit
    assert unit_for_key(key + "x", AT) is None
    assert unit_for_key("unknown", AT) is None
    assert unit_for_key(key, AT + timedelta(days=10)) is None
    assert key not in str(stored.__dict__)

    revoke_provider_key(key=stored, by_account_id=_account().pk, at=AT)
    assert unit_for_key(key, AT) is None


def test_the_pack_brings_city_and_county_units_with_development_zones() -> None:
    call_command("load_pack", verbosity=0)

    assert Unit.objects.filter(kind="competent_department", level="county").count() == 10
    assert Unit.objects.get(code="development-reform-210300801").level == "county"
    assert Unit.objects.count() == 35


def test_every_source_unit_of_the_catalog_exists() -> None:
    call_command("load_pack", verbosity=0)
    named = {code for version in CatalogItemVersion.objects.all() for code in version.source_units}

    assert named - set(Unit.objects.values_list("code", flat=True)) == set()


def test_a_new_account_has_no_role_and_leaves_an_event_without_its_password() -> None:
    account = create_account(
        username="new", password="only-for-tests-2", display_name="新人", by_account_id=None
    )

    assert roles_of(account, AT.date()) == frozenset()
    assert account.check_password("only-for-tests-2")
    [event] = EventLogEntry.objects.filter(act="create_account")
    assert "only-for-tests-2" not in str(event.__dict__)
