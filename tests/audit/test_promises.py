"""Stopping before a promise breaks: intake under backlog, persons' data without a witness; public pages go on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from anxin.access.models import CreditReport, Representation
from anxin.audit.models import QueryLogEntry
from anxin.audit.promises import SealBehind, refuse_when_behind
from anxin.audit.sealing import seal
from anxin.authorities.models import Account, Unit
from anxin.authorities.services import issue_provider_key
from anxin.intake.models import Submission
from tests.audit.sealed import as_superuser, keys_of_the_log, sealing_connection, write_events
from tests.factories import make_organization, make_person, make_record
from tests.intake.submission_files import register
from tests.web.desk_city import client_of, make_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


def _age(how_long: timedelta) -> None:
    """Make what is in the event log older than it is."""
    seconds = how_long.total_seconds()
    as_superuser(f"UPDATE audit_eventlogentry SET at = at - interval '{seconds} seconds'")


def test_invariant_6_intake_stops_before_an_entry_is_unsealed_for_a_minute() -> None:
    write_events(1)
    now = timezone.now()
    refuse_when_behind(at=now + timedelta(seconds=44))
    with pytest.raises(SealBehind):
        refuse_when_behind(at=now + timedelta(seconds=46))
    refuse_when_behind(at=now + timedelta(seconds=46), longest=timedelta(seconds=50))
    with sealing_connection() as sealer:
        seal(sealer, keys_of_the_log(), at=now)
    refuse_when_behind(at=now + timedelta(days=1))


def test_invariant_6_under_backlog_interface_and_desk_answer_503_and_store_nothing(
    settings: Any, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path / "files"
    make_desk(settings, tmp_path)
    unit = Unit.objects.get(code="market-regulator")
    key = issue_provider_key(unit=unit, by_account_id=None, at=timezone.now(), valid_for=timedelta(days=1))
    clerk = client_of("clerk", "clerk", unit.code)
    content = register(2)

    def interface() -> Any:
        return Client().generic(
            "POST",
            "/api/submissions?item=registration&mapping=org-register&declared_rows=2",
            content,
            "text/csv",
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "k1"},
        )

    def desk() -> Any:
        form = {
            "unit": unit.code,
            "item": "registration",
            "mapping": "org-register",
            "declared": "2",
            "token": "t",
        }
        return clerk.post("/desk/intake/", {**form, "file": SimpleUploadedFile("rows.csv", content)})

    _age(timedelta(seconds=50))
    for answer in (interface(), desk()):
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
    assert interface().json()["code"] == "E-LOG-BEHIND"
    assert Submission.objects.count() == 0
    assert Client().get("/").status_code == 200
    with sealing_connection() as sealer:
        seal(sealer, keys_of_the_log(), at=timezone.now())
    assert interface().status_code == 201
    assert desk().status_code == 302


@pytest.mark.parametrize(("kind", "status"), [("person", 503), ("organization", 200)])
def test_f10_reports_of_persons_stop_with_a_plain_notice_and_others_go_on(
    settings: Any, tmp_path: Path, kind: str, status: int
) -> None:
    settings.SIGNING_KEYS = str(tmp_path / "keys.json")
    organization = make_organization()
    make_record(organization=organization)
    account = Account.objects.create(username="representative")
    held = Representation.objects.create(
        account=account,
        subject=make_person().subject if kind == "person" else organization.subject,
        verification="counter",
        valid_from=timezone.now() - timedelta(days=1),
    )
    client = Client()
    client.force_login(account)
    write_events(1)
    _age(timedelta(hours=4, minutes=1))

    answer = client.post(f"/my/{held.pk}/report/")

    assert answer.status_code == status
    if status == 503:
        assert "E-LOG-UNWITNESSED" in answer.content.decode()
        assert answer["Retry-After"] == "10"
        # Nothing was read, so nothing was logged as read.
        assert QueryLogEntry.objects.count() == CreditReport.objects.count() == 0


def test_whether_the_log_is_sealed_is_answered_by_the_index_however_small_the_tree_is_thought() -> None:
    """A tree that has just begun to grow looks tiny to the planner: it would compare every entry with every leaf."""
    write_events(3)
    with sealing_connection() as sealer:
        seal(sealer, keys_of_the_log(), at=timezone.now())
        sealer.execute("ANALYZE audit_leaf")
    write_events(3)

    def scans(*before: str) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (*before, "SELECT audit_unsealed_since()"):
                cursor.execute(statement)
            cursor.execute("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'audit_leaf'")
            return int(cursor.fetchone()[0])

    settings = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
    assert scans() == 0
    # The control: without what the function sets for itself the whole tree is read.
    assert scans(*(f"ALTER FUNCTION audit_unsealed_since() RESET {one}" for one in settings)) > 0
