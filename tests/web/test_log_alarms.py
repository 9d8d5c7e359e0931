"""An alarm about the log ends only by two people at the desk (invariant 8)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client

from anxin.audit.alarms import raise_alarm
from anxin.audit.models import Alarm, EventLogEntry
from anxin.audit.sealing import SealRefused, seal
from anxin.authorities.models import Account, RoleAssignment
from tests.audit.sealed import keys_of_the_log, sealing_connection, write_events
from tests.factories import make_unit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


def _client(name: str, role: str) -> Client:
    account = Account.objects.create_account(name, "a long password", display_name=name)
    RoleAssignment.objects.create(
        account=account, unit=make_unit(), role=role, territory="210300", period=(date(2020, 1, 1), None)
    )
    client = Client()
    client.force_login(account)
    return client


def test_invariant_8_one_administrator_drafts_and_another_ends_an_alarm_and_signing_goes_on() -> None:
    one, other = _client("one", "security_administrator"), _client("other", "auditor")
    write_events(1)
    with connection.cursor() as cursor:
        raise_alarm(
            cursor,
            code="commitment_differs",
            at=datetime.now(UTC),
            stops_signing=True,
            entry="e1",
            details={"seen": "twice"},
        )
        raise_alarm(
            cursor,
            code="commitment_differs",
            at=datetime.now(UTC),
            stops_signing=True,
            entry="e1",
            details={"seen": "twice"},
        )
    alarm = Alarm.objects.get()
    assert "日志警报" in one.get("/desk/").content.decode()
    page = one.get("/desk/log-alarms/").content.decode()
    assert "e1" in page
    draft, approve = f"/desk/log-alarms/{alarm.pk}/draft/", f"/desk/log-alarms/{alarm.pk}/approve/"
    assert one.post(approve).status_code == 404
    assert one.post(draft, {"finding": " "}).status_code == 422
    assert one.post(draft, {"finding": "磁盘错误"}).status_code == 302
    refused = one.post(approve)
    assert refused.status_code == 422
    assert "起草人不能批准" in refused.content.decode()
    assert "等待另一人同意" in one.get("/desk/log-alarms/").content.decode()
    with sealing_connection() as sealer:
        with pytest.raises(SealRefused):
            seal(sealer, keys_of_the_log(), at=datetime.now(UTC))
        assert other.post(approve).status_code == 302
        assert seal(sealer, keys_of_the_log(), at=datetime.now(UTC)).leaves == EventLogEntry.objects.count()
    assert other.post(approve).status_code == 404
    assert "没有未处理的警报" in other.get("/desk/log-alarms/").content.decode()
