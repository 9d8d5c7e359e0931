"""The auditor's desk: the log by subject, unit and period, unusual numbers, and every look an entry itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from anxin.access.log_review import LEAST_READINGS, PAGE_SIZE
from anxin.audit.models import QueryLogEntry
from anxin.authorities.models import Account, Unit
from tests.factories import make_organization, make_person, make_unit
from tests.portal.readings import officer_at, read_by

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


@pytest.fixture
def unit() -> Unit:
    return make_unit(name_zh="审计测试局")


@pytest.fixture
def auditor(client: Client, unit: Unit) -> Account:
    account = officer_at(unit, "auditor", "auditor")
    client.force_login(account)
    return account


def test_entries_are_found_by_subject_unit_route_and_period(
    client: Client, auditor: Account, unit: Unit
) -> None:
    organization, person = make_organization(name="虚构被查有限公司"), make_person(name="虚构某人")
    officer = officer_at(unit, "officer", "officer")
    read_by(officer, organization.subject, unit, purpose="甲目的")
    read_by(officer, person.subject, unit, purpose="乙目的")
    today = timezone.localdate()

    def rows(**given: object) -> str:
        return client.post("/desk/audit/log/", given).content.decode()

    by_code = rows(code=str(organization.uscc).lower())
    assert "甲目的" in by_code
    assert "虚构被查有限公司" in by_code
    assert "姓名-officer" in by_code
    assert "乙目的" not in by_code
    by_unit = rows(unit=unit.code, route="desk_lookup", since=today, until=today)
    assert "乙目的" in by_unit
    assert "虚构某人" not in by_unit
    assert "没有符合条件的日志" in rows(until=today - timedelta(days=1))
    assert "没有这个代码的主体" in rows(code="91210399MAZZZZZZ00")
    own = QueryLogEntry.objects.filter(reader_account_id=auditor.pk)
    assert list(own.order_by("pk").values_list("subject_id", flat=True)) == [organization.pk, None, None]
    assert set(own.values_list("route", "system")) == {("administration", "desk")}


def test_the_form_alone_reads_nothing_and_logs_nothing(client: Client, auditor: Account) -> None:
    assert client.get("/desk/audit/log/").status_code == 200
    assert client.get("/desk/audit/").status_code == 200
    assert not QueryLogEntry.objects.exists()


def test_older_entries_follow(client: Client, auditor: Account, unit: Unit) -> None:
    organization = make_organization()
    for _ in range(PAGE_SIZE + 1):
        read_by(auditor, organization.subject, unit)
    first = client.post("/desk/audit/log/", {"code": organization.uscc})
    before = first.context["before"]

    rest = client.post("/desk/audit/log/", {"code": organization.uscc, "before": before})

    assert len(first.context["entries"]) == PAGE_SIZE
    # The look at the first page was an entry, and the newest one.
    assert [one.purpose for one in rest.context["entries"]] == ["核对许可条件"] * 2
    assert rest.context["before"] is None


def test_unusual_is_far_more_than_the_own_usual_day_and_never_a_batch(
    client: Client, auditor: Account, unit: Unit
) -> None:
    organization = make_organization()
    usual, much, batches = (officer_at(unit, "officer", name) for name in ("usual", "much", "batches"))
    for account, batch in ((usual, None), (much, None), (batches, 5)):
        for _ in range(LEAST_READINGS + 2):
            read_by(account, organization.subject, unit, batch_id=batch)
    # `usual` reads as much on every day.
    back_date(usual, timezone.now() - timedelta(days=3), LEAST_READINGS - 1, organization.pk)
    back_date(much, timezone.now() - timedelta(days=3), 1, organization.pk)

    answer = client.get("/desk/audit/unusual/")

    assert [(one.account_id, one.readings, one.median) for one in answer.context["days"]] == [
        (much.pk, LEAST_READINGS + 2, 1.0)
    ]
    assert "姓名-much" in answer.content.decode()


def back_date(account: Account, at: object, number: int, subject: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_querylogentry (at, route, system, reader_account_id, reader_unit_code, case_reference,"
            " subject_id, purpose, clause, fields) SELECT %s, 'desk_lookup', 'desk', %s, '', '', %s, 'p', 'c', '{*}'"
            " FROM generate_series(1, %s)",
            [at, account.pk, subject, number],
        )
