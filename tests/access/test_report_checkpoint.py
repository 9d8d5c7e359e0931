"""A report names the state of the log it rests on; a checkpoint that is not in the log is noticed, online and offline."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anxin.access.checkpoints import is_in_log, latest_checkpoint
from anxin.access.offline import check_offline
from anxin.access.report_codes import checkpoint_digest, code_of, read_code, write_code
from anxin.access.signing import published_keys, signer
from anxin.access.verification import Finding, verify_code, verify_data
from anxin.audit.log_keys import LogKeys
from anxin.audit.models import Checkpoint, Cosignature, Witness
from anxin.audit.sealing import seal_everything
from anxin.audit.tree.keys import WITNESS, SigningKey
from anxin.audit.tree.notes import cosign, parse_note
from anxin.audit.verifier.trust import Trust, trust
from anxin.cli.verify_report import main
from tests.access.reports import issue, payload_of, use_own_keys
from tests.audit.sealed import BEGUN, as_superuser, keys_of_the_log, sealing_connection, write_events

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
SEEN_AT = int((BEGUN + timedelta(hours=1)).timestamp())


def witnessed(keys: LogKeys, witness: SigningKey) -> str:
    """The log, sealed and cosigned; its newest note."""
    write_events(5)
    with sealing_connection() as sealer:
        seal_everything(sealer, keys, at=BEGUN + timedelta(hours=1))
    checkpoint = Checkpoint.objects.latest("size")
    line = cosign(parse_note(checkpoint.note).text, witness, at=SEEN_AT).line
    row = Witness.objects.create(name=witness.verifier.name, verifier_key=str(witness.verifier))
    Cosignature.objects.create(
        checkpoint=checkpoint, witness=row, line=line, at=datetime.fromtimestamp(SEEN_AT, UTC)
    )
    note = latest_checkpoint()
    assert note is not None
    return note


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    use_own_keys(settings, tmp_path)


@pytest.fixture
def log() -> LogKeys:
    return keys_of_the_log()


@pytest.fixture
def witness() -> SigningKey:
    return SigningKey.make("witness.test.example", WITNESS)


def trusted(log: LogKeys, witness: SigningKey) -> Trust:
    return trust([*log.public(), witness.verifier], quorum=None, now=SEEN_AT)


def test_a_report_names_the_newest_checkpoint_and_its_code_too(log: LogKeys, witness: SigningKey) -> None:
    note = witnessed(log, witness)
    issued = issue(1)
    code = code_of(issued.content, bytes(issued.report.content_digest))
    address = write_code(code, issued.content["verify_at"])

    assert issued.content["checkpoint"] == note
    assert code.checkpoint == checkpoint_digest(note)
    assert (
        read_code(issued.report.number, dict(p.split("=") for p in address.split("?")[1].split("&"))) == code
    )
    assert verify_code(code, published_keys()).finding is Finding.GENUINE
    assert verify_data(issued.signed, published_keys()).finding is Finding.GENUINE
    assert check_offline(issued.signed.encode(), published_keys(), log=trusted(log, witness)).genuine


def test_a_log_that_lost_the_checkpoint_is_noticed(log: LogKeys, witness: SigningKey) -> None:
    note = witnessed(log, witness)
    issued = issue(1)
    assert is_in_log(note)

    as_superuser("DELETE FROM audit_cosignature", "DELETE FROM audit_checkpoint")

    assert not is_in_log(note)
    assert not is_in_log("no note")
    assert verify_data(issued.signed, published_keys()).finding is Finding.CHECKPOINT_NOT_IN_LOG


def test_offline_a_checkpoint_counts_only_under_keys_of_the_log_and_its_witness(
    log: LogKeys, witness: SigningKey
) -> None:
    note = witnessed(log, witness)
    issued = issue(1)
    foreign_log, foreign_witness = keys_of_the_log(), SigningKey.make(witness.verifier.name, WITNESS)
    content = json.loads(payload_of(issued.signed))

    def finding(checkpoint: str | None, trusts: Trust) -> str:
        token = signer().sign(json.dumps({**content, "checkpoint": checkpoint}).encode())
        return check_offline(token.encode(), published_keys(), log=trusts).finding

    ours = trusted(log, witness)
    other_size = note.replace("\n5\n", "\n6\n", 1)
    assert other_size != note
    assert finding(note, ours) == "genuine"
    assert finding(None, ours) == "checkpoint_missing"
    for forged in (
        other_size,
        note.split("— witness")[0],
        "no note",
        note.replace("test.example", "x.example"),
    ):
        assert finding(forged, ours) == "checkpoint_not_in_log", forged
    assert finding(note, trusted(foreign_log, witness)) == "checkpoint_not_in_log"
    assert finding(note, trusted(log, foreign_witness)) == "checkpoint_not_in_log"


def test_the_command_checks_it_where_keys_are_given(
    log: LogKeys, witness: SigningKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    witnessed(log, witness)
    report, keys, logs = (tmp_path / name for name in ("report.jws", "keys.json", "log.txt"))
    report.write_text(issue(1).signed, "utf-8")
    keys.write_text(json.dumps(published_keys()), "utf-8")
    logs.write_text(log.trust_lines(), "utf-8")
    given = [str(report), "--keys", str(keys)]

    assert main(given) == 0
    assert json.loads(capsys.readouterr().out)["checkpoint_checked"] is False
    assert main([*given, "--log-key", str(logs), "--witness", str(witness.verifier)]) == 0
    assert json.loads(capsys.readouterr().out)["checkpoint_checked"] is True
    stranger = SigningKey.make("stranger.test.example", WITNESS)
    assert main([*given, "--log-key", str(logs), "--witness", str(stranger.verifier)]) == 1
    assert json.loads(capsys.readouterr().out)["finding"] == "checkpoint_not_in_log"
