"""Real witnesses: what they hold nobody can take back, not even with a copy of yesterday's database (F9, F10)."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from anxin.audit.alarms import SamePerson, approve_reconciliation, draft_reconciliation
from anxin.audit.log_keys import LogKeys, revoke_log_key, rotate_log_keys, write_log_keys
from anxin.audit.models import Alarm, Checkpoint, Cosignature, Leaf, LogKey
from anxin.audit.queries import latest_checkpoint, reading_of_persons_allowed, unwitnessed_since
from anxin.audit.sealing import SealRefused, seal
from anxin.audit.sealing_loop import Job, run, seal_once, watch_silence
from anxin.audit.tree.notes import is_signed, parse_note, signatures_by
from anxin.audit.witnessing import WitnessContradicts, WitnessSilent, ask_witness
from tests.audit.sealed import (
    BEGUN,
    as_superuser,
    database_address,
    keys_of_the_log,
    sealing_connection,
    write_events,
    write_readings,
)
from tests.audit.witnesses import running_witness

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
TREE = ("audit_cosignature", "audit_checkpoint", "audit_tile", "audit_leaf")


def _roll_back_to(size: int) -> None:
    """As if a copy of the database from before had been put back: the log of readings included."""
    as_superuser(
        "DELETE FROM audit_cosignature WHERE checkpoint_id IN"
        f" (SELECT id FROM audit_checkpoint WHERE size > {size})",
        f"DELETE FROM audit_checkpoint WHERE size > {size}",
        "DELETE FROM audit_eventlogentry e USING audit_leaf l"
        f" WHERE l.entry_id = e.id AND l.kind = 'e' AND l.index >= {size}",
        f"DELETE FROM audit_leaf WHERE index >= {size}",
        f"DELETE FROM audit_tile WHERE level = 0 AND (index + 1) * 256 > {size}",
    )


def test_f9_a_log_that_went_back_is_refused_until_two_people_have_reconciled_it(tmp_path: Path) -> None:
    """The witness answers 409 or 422; signing stops, persons' data is read no more, and one person cannot end it."""
    keys = keys_of_the_log()
    with running_witness(tmp_path / "one", keys) as witness, sealing_connection() as sealer:
        for number in (3, 300):
            write_events(number)
            seal(sealer, keys, at=BEGUN)
            assert ask_witness(sealer, witness, at=BEGUN)
        held = latest_checkpoint()
        assert held is not None
        assert (held.size, held.witnesses) == (303, (witness.key.name,))
        assert len(signatures_by(parse_note(held.note), witness.key)) == 1
        assert unwitnessed_since() is None
        _roll_back_to(3)
        # Nothing new: the old copy is offered again under the size it remembers.
        assert ask_witness(sealer, witness, at=BEGUN)
        write_events(5)
        seal(sealer, keys, at=BEGUN)
        with pytest.raises(WitnessContradicts):
            ask_witness(sealer, witness, at=BEGUN)
        write_events(1)
        with pytest.raises(SealRefused, match="stopped"):
            seal(sealer, keys, at=BEGUN)
        alarm = Alarm.objects.get()
        assert (alarm.code, alarm.stops_signing) == ("rolled_back", True)
        assert not reading_of_persons_allowed(BEGUN)
        draft = draft_reconciliation(alarm=alarm, finding="restored by mistake", by=1, at=BEGUN)
        with pytest.raises(SamePerson):
            approve_reconciliation(reconciliation=draft, by=1, at=BEGUN)
        with pytest.raises(SealRefused):
            seal(sealer, keys, at=BEGUN)
        approve_reconciliation(reconciliation=draft, by=2, at=BEGUN)
        assert seal(sealer, keys, at=BEGUN).leaves == 3


def test_f9_a_fork_of_the_same_or_a_larger_size_is_refused_too(tmp_path: Path) -> None:
    keys = keys_of_the_log()
    with running_witness(tmp_path / "one", keys) as witness, sealing_connection() as sealer:
        write_events(3)
        seal(sealer, keys, at=BEGUN)
        ask_witness(sealer, witness, at=BEGUN)
        for number in (3, 6):
            _roll_back_to(0)
            as_superuser(*(f"DELETE FROM {table}" for table in TREE))
            write_events(number)
            seal(sealer, keys, at=BEGUN)
            with pytest.raises(WitnessContradicts):
                ask_witness(sealer, witness, at=BEGUN)
            as_superuser("DELETE FROM audit_alarm")


def test_a_witness_that_holds_an_older_size_than_we_remember_is_asked_from_there(tmp_path: Path) -> None:
    """Its cosignature was lost on the way to us, or it had been away for several checkpoints."""
    keys = keys_of_the_log()
    with running_witness(tmp_path / "one", keys) as witness, sealing_connection() as sealer:
        write_events(5)
        seal(sealer, keys, at=BEGUN)
        ask_witness(sealer, witness, at=BEGUN)
        as_superuser("DELETE FROM audit_cosignature")
        for _ in range(3):
            write_readings(200)
            seal(sealer, keys, at=BEGUN)
        assert ask_witness(sealer, witness, at=BEGUN)
        assert Cosignature.objects.get().checkpoint.size == 605


def test_f10_without_a_witness_an_alarm_after_five_minutes_and_no_persons_after_four_hours(
    client: Client, tmp_path: Path
) -> None:
    """The clock is a parameter. Public pages go on all the time."""
    keys, steps = keys_of_the_log(), []
    with sealing_connection() as sealer:
        assert reading_of_persons_allowed(BEGUN)
        write_events(2)
        assert seal_once(sealer, keys, at=BEGUN)
        for minutes in (4, 6, 7, 239, 241):
            at = BEGUN + timedelta(minutes=minutes)
            watch_silence(sealer, asked_since=BEGUN, at=at)
            steps.append((Alarm.objects.count(), reading_of_persons_allowed(at)))
        assert steps == [(0, True), (1, True), (1, True), (1, True), (1, False)]
        page = client.get("/integrity/")
        assert page.status_code == 200
        assert "超过 5 分钟没有应答" in page.content.decode()
        with running_witness(tmp_path / "one", keys) as witness:
            ask_witness(sealer, witness, at=at)
        assert reading_of_persons_allowed(at)
        assert "超过 5 分钟没有应答" not in client.get("/integrity/").content.decode()
        write_events(1)
        seal(sealer, keys, at=at)
        with pytest.raises(WitnessSilent):
            ask_witness(sealer, witness, at=at)


def test_f13_keys_rotate_with_overlap_and_a_revoked_one_signs_no_more(tmp_path: Path) -> None:
    old = keys_of_the_log()
    both = rotate_log_keys(old, at=BEGUN, overlap=timedelta(days=1))
    first, second = both.public()
    text = "example\n1\nAA==\n"
    during = both.signed(text, BEGUN + timedelta(hours=1))
    after = both.signed(text, BEGUN + timedelta(days=2))
    assert [len(during.by(key)) for key in (first, second)] == [1, 1]
    assert [len(after.by(key)) for key in (first, second)] == [0, 1]
    # Whoever trusts only one of them believes the note of the overlap; old notes hold.
    for key in (first, second):
        assert is_signed(during, [key], moment=int(BEGUN.timestamp()) + 3600)
    assert is_signed(
        old.signed(text, BEGUN - timedelta(hours=1)), [first], moment=int(BEGUN.timestamp()) - 3600
    )
    revoked = revoke_log_key(both, second.key_id.hex(), at=BEGUN + timedelta(hours=2))
    assert [len(revoked.signed(text, BEGUN + timedelta(hours=3)).by(key)) for key in (first, second)] == [
        1,
        0,
    ]
    last = revoke_log_key(LogKeys(old.name, old.keys), first.key_id.hex(), at=BEGUN)
    assert [key.held_at(int(BEGUN.timestamp())) for key in last.public()] == [False, True]


def test_the_job_seals_has_two_witnesses_cosign_and_stands_by_for_another(tmp_path: Path) -> None:
    """As it runs: one thread a witness, a second job waits, the last pass leaves nothing over."""
    keys = keys_of_the_log()
    write_log_keys(tmp_path / "keys.json", keys)
    with (
        running_witness(tmp_path / "one", keys, "one.test.example") as one,
        running_witness(tmp_path / "two", keys, "two.test.example") as two,
    ):
        job = Job(database_address(), tmp_path / "keys.json", (one, two), lambda: BEGUN, every=0.05)
        stop = threading.Event()
        running = [threading.Thread(target=run, args=(job, stop)) for _ in range(2)]
        for thread in running:
            thread.start()
        for _ in range(5):
            write_events(20)
            time.sleep(0.1)
        stop.set()
        for thread in running:
            thread.join(timeout=20)
    found = latest_checkpoint()
    assert found is not None
    assert found.size == Leaf.objects.count() == 100
    assert set(found.witnesses) == {"one.test.example", "two.test.example"}
    assert LogKey.objects.get().verifier_key == str(keys.public()[0])
    assert Checkpoint.objects.count() >= 2
    assert unwitnessed_since() is None
