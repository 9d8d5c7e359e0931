"""Keys overlap, end and are revoked: old reports keep verifying, what a revoked key signed later does not."""

from __future__ import annotations

import io
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from anxin.access.key_states import KeyFault, key_fault
from anxin.access.offline import check_offline
from anxin.access.paper_seals import check_paper
from anxin.access.report_pdf import sealed_report
from anxin.access.services import issue_report
from anxin.access.signing import NoSigner, paper_signer, published_keys, signer
from anxin.access.signing.data import UnknownKey, add_key, revoke_key
from anxin.access.signing.papers import NoAuthority, add_signer, revoke_signer
from anxin.access.verification import Finding, verify_data, verify_file
from anxin.cli import signing_keys
from anxin.cli.sentences import Sentence
from tests.access.reports import AT, issue, payload_of, represent, use_own_keys
from tests.factories import make_organization

DAY = timedelta(days=1)
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    use_own_keys(settings, tmp_path)
    signer()
    paper_signer()
    return Path(settings.SIGNING_KEYS)


def papers(settings: Any) -> Path:
    return Path(settings.PAPER_KEYS)


@pytest.mark.parametrize(
    ("dates", "at", "witnessed", "fault"),
    [
        ({}, 5, False, None),
        ({"nbf": 5}, 5, False, None),
        ({"nbf": 6}, 5, False, KeyFault.NOT_IN_FORCE),
        ({"exp": 6}, 5, False, None),
        ({"exp": 5}, 5, True, KeyFault.NOT_IN_FORCE),
        ({"revoked": {"revoked_at": 5}}, 5, True, KeyFault.REVOKED),
        ({"revoked": {"revoked_at": 6}}, 5, True, None),
        ({"revoked": {"revoked_at": 6}}, 5, False, KeyFault.UNPROVEN),
    ],
)
def test_a_signature_counts_by_the_dates_of_its_key(
    dates: dict[str, Any], at: int, witnessed: bool, fault: KeyFault | None
) -> None:
    assert key_fault(dates, datetime.fromtimestamp(at, UTC), witnessed=witnessed) is fault


def test_a_key_added_for_later_is_published_at_once_and_signs_from_its_day(keys: Path) -> None:
    first = signer().current
    later = add_key(keys, at=NOW + DAY)
    assert signer().current == first
    assert {key["kid"] for key in signer().public_keys()["keys"]} == {first, later}

    present = add_key(keys, at=NOW - DAY, overlap_ends=NOW + 7 * DAY)
    assert signer().current == present


def test_the_files_are_readable_by_their_owner_alone_also_after_a_change(keys: Path, settings: Any) -> None:
    add_key(keys, at=NOW)
    add_signer(papers(settings))
    assert {stat.S_IMODE(path.stat().st_mode) for path in (keys, papers(settings))} == {0o600}
    assert "PRIVATE" not in json.dumps(published_keys())
    assert all("d" not in key for key in published_keys()["keys"])


def test_without_a_key_in_force_nothing_is_signed(keys: Path) -> None:
    revoke_key(keys, signer().current, at=NOW, reason="test")
    with pytest.raises(NoSigner):
        signer().sign(b"{}")
    with pytest.raises(UnknownKey):
        revoke_key(keys, "nobody", at=NOW, reason="test")


def test_an_earlier_revocation_stays(keys: Path) -> None:
    name = signer().current
    revoke_key(keys, name, at=NOW - 2 * DAY, reason="first")
    revoke_key(keys, name, at=NOW, reason="second")
    key = signer().public_keys()["keys"][0]
    assert key["revoked"]["revoked_at"] == int((NOW - 2 * DAY).timestamp())


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_old_reports_verify_after_a_rotation_and_a_revocation_voids_only_what_came_after(
    keys: Path, settings: Any
) -> None:
    old = issue(1)
    paper = sealed_report(old.content, old.signed)
    first = signer().current
    second = add_key(keys, at=AT, overlap_ends=AT + DAY)
    add_signer(papers(settings))
    representation = represent(make_organization().subject, "another")
    new = issue_report(representation=representation, by=representation.account, at=AT + 3 * DAY)
    assert (old.content["signer"], new.content["signer"]) == (first, second)
    for one in (old, new):
        assert verify_data(one.signed, published_keys()).finding is Finding.GENUINE
    assert verify_file(paper, published_keys()).finding is Finding.GENUINE

    revoke_key(keys, first, at=AT + DAY, reason="leaked")
    revoke_key(keys, second, at=AT + 2 * DAY, reason="leaked")

    assert verify_data(old.signed, published_keys()).finding is Finding.GENUINE
    assert verify_data(new.signed, published_keys()).finding is Finding.REVOKED_KEY
    # The signer's own word for the day is not enough without our register.
    assert check_offline(old.signed.encode(), published_keys()).finding == "revoked_since"
    assert check_offline(new.signed.encode(), published_keys()).finding == "revoked_key"


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_a_stolen_key_cannot_write_an_earlier_date(keys: Path) -> None:
    genuine = issue(1)
    thief = signer()
    revoke_key(keys, genuine.content["signer"], at=AT + DAY, reason="stolen")
    content = {**json.loads(payload_of(genuine.signed)), "record_count": 0}
    backdated = thief.sign(json.dumps(content).encode(), key_name=genuine.content["signer"])

    assert verify_data(backdated, published_keys()).finding is Finding.CHANGED
    assert check_offline(backdated.encode(), published_keys()).finding == "revoked_since"


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_a_revoked_certificate_voids_the_papers_sealed_later(settings: Any) -> None:
    issued = issue(1)
    paper = sealed_report(issued.content, issued.signed)
    serial = check_paper(paper, published_keys()["papers"]).serial

    revoke_signer(papers(settings), serial, at=AT + DAY, reason="lost")
    assert verify_file(paper, published_keys()).finding is Finding.GENUINE
    assert check_offline(paper, published_keys()).finding == "revoked_since"
    with pytest.raises(NoSigner):
        sealed_report(issued.content, issued.signed)

    revoke_signer(papers(settings), serial, at=AT - DAY, reason="lost earlier")
    assert verify_file(paper, published_keys()).finding is Finding.PAPER_REVOKED_CERTIFICATE
    add_signer(papers(settings))
    again = sealed_report(issued.content, issued.signed)
    assert verify_file(again, published_keys()).finding is Finding.GENUINE


@pytest.mark.django_db(transaction=True, databases=["default", "site"])
def test_another_tool_accepts_the_seal_and_the_archive_form_stays() -> None:
    issued = issue(3)
    reader = PdfFileReader(io.BytesIO(sealed_report(issued.content, issued.signed)))
    (seal,) = reader.embedded_signatures
    root = published_keys()["papers"]["roots"][0]
    from pyhanko.keys.pemder import load_certs_from_pemder_data

    status = validate_pdf_signature(
        seal, ValidationContext(trust_roots=list(load_certs_from_pemder_data(root.encode())))
    )
    metadata = reader.root["/Metadata"].data

    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert seal.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert seal.docmdp_level.name == "NO_CHANGES"
    assert b'part="3"' in metadata
    assert b'conformance="B"' in metadata
    widget = seal.sig_field
    assert widget["/F"] & 4
    assert not widget["/F"] & 2


def test_the_command_lists_adds_and_revokes(
    keys: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANXIN_SIGNING_KEYS", str(keys))
    monkeypatch.setenv("ANXIN_PAPER_KEYS", settings.PAPER_KEYS)

    def said(*words: str) -> Any:
        assert signing_keys.main(words) == 0
        return json.loads(capsys.readouterr().out)

    added = said("add", "--from", "2026-11-01")["added"]
    sealer = said("add", "--kind", "paper")["added"]
    assert said("revoke", added, "--at", "2026-11-02", "--reason", "test") == {"revoked": added}
    assert said("revoke", sealer, "--reason", "test") == {"revoked": sealer}
    listed = said("list")
    assert [key.get("revoked", {}).get("reason") for key in listed["keys"]] == [None, "test"]
    assert listed["certificates"][-1] == sealer == listed["revoked"][0]["serial"]
    assert '"d"' not in json.dumps(listed)
    with pytest.raises(Sentence):
        signing_keys.main(["revoke", "nobody", "--reason", "test"])
    monkeypatch.delenv("ANXIN_PAPER_KEYS")
    with pytest.raises(Sentence):
        signing_keys.main(["list"])


def test_a_file_without_an_authority_gets_no_certificate_from_us(settings: Any) -> None:
    path = papers(settings)
    held = json.loads(path.read_text("utf-8"))
    del held["root_key"]
    path.write_text(json.dumps(held), "utf-8")
    with pytest.raises(NoAuthority):
        add_signer(path)
