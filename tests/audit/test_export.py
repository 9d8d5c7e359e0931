"""The export is what the outside verifier reads; what was erased stays proven (invariant 6)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection

from anxin.audit.alarms import SamePerson
from anxin.audit.erasure import NotSealedYet, draft_erasure, erase_event_details
from anxin.audit.exporting import export_log
from anxin.audit.log_keys import LogKeys
from anxin.audit.models import Erasure, EventLogEntry
from anxin.audit.sealing import seal
from anxin.audit.services import record_event
from anxin.audit.verifier.log import Verified, verify_log
from anxin.audit.verifier.trust import trust
from anxin.audit.witnessing import WitnessAddress, ask_witness
from tests.audit.sealed import (
    as_superuser,
    database_address,
    keys_of_the_log,
    sealing_connection,
    write_events,
    write_readings,
)
from tests.audit.witnesses import running_witness

pytestmark = pytest.mark.django_db(transaction=True)


def _sealed_and_witnessed(keys: LogKeys, witness: WitnessAddress) -> None:
    with sealing_connection() as sealer:
        seal(sealer, keys, at=datetime.now(UTC))
        ask_witness(sealer, witness, at=datetime.now(UTC))


def _verified(folder: Path, keys: LogKeys, witness: WitnessAddress) -> Verified:
    with psycopg.connect(database_address()) as auditor:
        export_log(auditor, folder)
    trusted = trust([*keys.public(), witness.key], quorum=None, now=int(datetime.now(UTC).timestamp()))
    return verify_log(folder, trusted, sm3=True)


def test_invariant_6_an_export_verifies_offline_and_so_it_does_after_an_erasure(tmp_path: Path) -> None:
    keys, now = keys_of_the_log(), datetime.now(UTC)
    event = record_event(act="note", by_account_id=None, details={"text": '换行\n与"引号"\\ 🀄'})
    with running_witness(tmp_path / "witness", keys) as witness:
        draft = draft_erasure(event_id=event, clause="anshan-2022-9/16/1", reason="test", by=1, at=now)
        with pytest.raises(NotSealedYet):
            erase_event_details(erasure=draft, by=2, at=now)
        write_readings(300)
        _sealed_and_witnessed(keys, witness)
        before = _verified(tmp_path / "before", keys, witness)
        assert (before.faults, before.size, before.witnessed, before.erased) == ([], 302, 302, [])
        with pytest.raises(SamePerson):
            erase_event_details(erasure=draft, by=1, at=now)
        salt = bytes(EventLogEntry.objects.get(pk=event).salt)
        erase_event_details(erasure=draft, by=2, at=now)
        erased = EventLogEntry.objects.get(pk=event)
        assert (erased.details, bytes(erased.salt) == salt) == ({}, False)
        write_events(3)
        _sealed_and_witnessed(keys, witness)
        after = _verified(tmp_path / "after", keys, witness)
        assert (after.faults, after.size, after.erased) == ([], 306, [0])
        lines = (tmp_path / "after" / "leaves-000000.jsonl").read_text(encoding="utf-8")
        assert "引号" not in lines
        assert json.loads(lines.splitlines()[0]).keys() == {"index", "kind", "erased", "commitment"}
        # The control: the same without the act is found.
        as_superuser("DELETE FROM audit_erasure")
        assert [fault.first for fault in _verified(tmp_path / "alone", keys, witness).faults] == [0]


def test_an_event_changes_in_no_other_way_than_by_an_approved_erasure() -> None:
    event, other = write_events(2)
    with sealing_connection() as sealer:
        seal(sealer, keys_of_the_log(), at=datetime.now(UTC))
    draft = draft_erasure(event_id=event, clause="c", reason="r", by=1, at=datetime.now(UTC))
    for statement in (
        f"SELECT audit_erase_event({event})",
        f"UPDATE audit_eventlogentry SET details = '{{}}', salt = uuid_send(gen_random_uuid()) WHERE id = {event}",
        f"UPDATE audit_erasure SET approved_by_account_id = 1, approved_at = now() WHERE id = {draft.pk}",
        f"UPDATE audit_erasure SET event_id = {other} WHERE id = {draft.pk}",
        f"DELETE FROM audit_erasure WHERE id = {draft.pk}",
    ):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)
    erase_event_details(erasure=draft, by=2, at=datetime.now(UTC))
    for change in ("act = 'other'", "details = '{\"a\": 1}'", "at = now()", "by_account_id = 9"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE audit_eventlogentry SET {change}, salt = uuid_send(gen_random_uuid()) WHERE id = {event}"
            )
    with pytest.raises(IntegrityError):
        Erasure.objects.create(
            event_id=other, clause="", reason="r", drafted_by_account_id=1, drafted_at=datetime.now(UTC)
        )
    assert EventLogEntry.objects.get(pk=event).act == "testing"


def test_an_export_ends_where_as_many_witnesses_have_seen_it_as_any(tmp_path: Path) -> None:
    keys = keys_of_the_log()
    with running_witness(tmp_path / "witness", keys) as witness:
        write_events(4)
        _sealed_and_witnessed(keys, witness)
        write_events(2)
        with sealing_connection() as sealer:
            seal(sealer, keys, at=datetime.now(UTC))
        with psycopg.connect(database_address()) as auditor:
            done = export_log(auditor, tmp_path / "export")
            assert (done.entries, done.checkpoints, done.waiting) == (4, 1, 2)
            with pytest.raises(FileExistsError):
                export_log(auditor, tmp_path / "export")
