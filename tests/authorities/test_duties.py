"""Art. 45: system, security and audit are three persons; a right that ends is gone at the next request."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.factories import make_unit

from anxin.authorities.models import DUTIES_APART, Account, RoleAssignment, Unit
from anxin.authorities.services import assign_role, create_account

pytestmark = pytest.mark.django_db
APART = "art_45_no_person_has_two_of_three_duties"


def account(name: str, other: Account | None = None) -> Account:
    return create_account(
        username=name,
        password="a long password",
        display_name="测试",
        by_account_id=None,
        other_account=other,
    )


def give(
    to: Account, unit: Unit, role: str, begins: date = date(2026, 1, 1), ends: date | None = None
) -> RoleAssignment:
    return assign_role(account=to, unit=unit, role=role, begins=begins, ends=ends, by_account_id=None)


def test_art_45_no_person_combines_two_of_the_three_duties() -> None:
    """Neither in one account nor in two, neither at one unit nor at two."""
    unit, other_unit = make_unit(), make_unit()
    number = 0
    for first in DUTIES_APART:
        for second in DUTIES_APART:
            number += 1
            one = account(f"one-{number}")
            two = account(f"two-{number}", one)
            give(one, unit, first)
            for holder, at in ((one, unit), (one, other_unit), (two, unit), (two, other_unit)):
                if first == second:
                    continue
                with pytest.raises(IntegrityError, match=APART), transaction.atomic():
                    give(holder, at, second)
            give(account(f"three-{number}"), unit, second)
            give(two, unit, "officer")


def test_art_45_one_duty_may_follow_another_but_not_overlap_it() -> None:
    unit, one = make_unit(), account("one")
    give(one, unit, "auditor", ends=date(2026, 6, 1))

    with pytest.raises(IntegrityError, match=APART), transaction.atomic():
        give(one, unit, "system_administrator", begins=date(2026, 5, 31))
    give(one, unit, "system_administrator", begins=date(2026, 6, 1))


def test_art_45_two_accounts_that_turn_out_to_be_one_persons_are_held_to_it() -> None:
    unit, one, two = make_unit(), account("one"), account("two")
    give(one, unit, "auditor")
    give(two, unit, "security_administrator")

    with pytest.raises(IntegrityError, match=APART), transaction.atomic():
        Account.objects.filter(pk=two.pk).update(person_key=one.person_key)
    held = give(account("three"), unit, "clerk")
    Account.objects.filter(pk=held.account_id).update(person_key=one.person_key)
    held.refresh_from_db()
    assert held.person_key == one.person_key


def test_nobody_writes_another_persons_key_into_a_role() -> None:
    unit, one, two = make_unit(), account("one"), account("two")
    held = RoleAssignment.objects.create(
        account=one,
        unit=unit,
        role="auditor",
        territory="2103",
        period=(date(2026, 1, 1), None),
        person_key=two.person_key,
    )
    held.refresh_from_db()
    assert held.person_key == one.person_key


def test_art_45_a_right_that_ended_is_gone_at_the_next_request() -> None:
    one, client = account("one"), Client()
    held = give(one, make_unit(), "officer")
    client.force_login(one)
    assert client.get("/desk/").status_code == 200

    RoleAssignment.objects.filter(pk=held.pk).update(period=(date(2026, 1, 1), date(2026, 1, 2)))
    assert client.get("/desk/").status_code == 403
    Account.objects.filter(pk=one.pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302
