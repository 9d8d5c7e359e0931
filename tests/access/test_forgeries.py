"""Forgeries of a report, on paper and as data: none passes; each is refused for what it is, and the genuine one passes."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import connection, transaction

from anxin.access import offline, paper_seals
from anxin.access.models import CreditReport, Representation, StoredReport
from anxin.access.paper_seals import PaperFault, check_paper
from anxin.access.report_codes import ReportCode, code_of, read_code, write_code
from anxin.access.report_pdf import render_report, sealed_report
from anxin.access.services import IssuedReport, withdraw_report
from anxin.access.signing import FilePaperSigner, FileSigner, published_keys, signer
from anxin.access.tokens import check_token
from anxin.access.verification import Finding, Verdict, verify_code, verify_data, verify_file
from anxin.records.models import RecordVersion
from tests.access.reports import AT, again, issue, payload_of, use_own_keys
from tests.factories import make_event

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
FLIPS = 10_000
# Each takes half a millisecond or more. Ten thousand were run once, none verified (2026-11-25).
PAPER_FLIPS = 1_000


@pytest.fixture
def issued(settings: Any, tmp_path: Path) -> IssuedReport:
    use_own_keys(settings, tmp_path)
    return issue()


@pytest.fixture
def paper(issued: IssuedReport) -> bytes:
    return sealed_report(issued.content, issued.signed)


def file_finding(file: bytes) -> Finding:
    return verify_file(file, published_keys()).finding


def code_finding(code: ReportCode) -> Finding:
    return verify_code(code, published_keys()).finding


def test_the_genuine_report_passes_as_data_as_paper_as_code_and_offline(
    issued: IssuedReport, paper: bytes
) -> None:
    verdicts = [
        verify_data(issued.signed, published_keys()),
        verify_file(issued.signed.encode(), published_keys()),
        verify_file(paper, published_keys()),
        verify_code(code_of(issued.content, bytes(issued.report.content_digest)), published_keys()),
    ]

    assert {verdict.finding for verdict in verdicts} == {Finding.GENUINE}
    assert all(verdict.copy == issued.content and verdict.state for verdict in verdicts)
    assert offline.check_offline(paper, published_keys()).content == issued.content


def test_a_changed_amount_and_a_swapped_name_pass_nowhere(issued: IssuedReport) -> None:
    record = next(r for s in issued.content["sections"] for r in s["records"])
    value = str(record["fields"][0]["value"])
    for old, new in ((value, value + "0"), ("虚构保密有限公司", "虚构其他有限公司")):
        text = payload_of(issued.signed).decode().replace(old, new, 1)
        other: Any = json.loads(text)
        head, _, tail = issued.signed.split(".")
        body = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        forged_paper = render_report(other, issued.signed)

        assert verify_data(f"{head}.{body}.{tail}", published_keys()).finding is Finding.CHANGED
        # Other words on the page, the genuine data within, sealed by a stranger or by nobody.
        assert file_finding(forged_paper) is Finding.PAPER_UNSEALED


def test_an_old_report_after_a_restoration_says_so(issued: IssuedReport) -> None:
    record = next(r for s in issued.content["sections"] for r in s["records"])
    version = RecordVersion.objects.get(record_id=record["record"])
    make_event(version, kind="restored", effective_at=AT + timedelta(days=1))

    verdict = verify_data(issued.signed, published_keys())

    assert verdict.finding is Finding.GENUINE
    assert (verdict.state or {})["restored"] == 1


def test_an_old_report_says_that_a_newer_one_took_its_place(issued: IssuedReport, paper: bytes) -> None:
    again(Representation.objects.get(), AT + timedelta(days=1))

    verdict = verify_file(paper, published_keys())

    assert (verdict.report or {})["superseded"] is True


def test_a_withdrawn_report_passes_nowhere_as_valid(issued: IssuedReport, paper: bytes) -> None:
    by = Representation.objects.get().account
    withdraw_report(report=issued.report, by=by, at=AT, reason="error in a record")
    code = code_of(issued.content, bytes(issued.report.content_digest))

    assert verify_data(issued.signed, published_keys()).finding is Finding.WITHDRAWN
    assert file_finding(paper) is Finding.WITHDRAWN
    assert code_finding(code) is Finding.WITHDRAWN


def test_a_foreign_key_and_a_foreign_certificate_are_named(
    issued: IssuedReport, paper: bytes, tmp_path: Path
) -> None:
    foreign = FileSigner(tmp_path / "foreign.json")
    sealed_by_a_stranger = FilePaperSigner(tmp_path / "other-authority.json").seal(
        render_report(issued.content, issued.signed)
    )

    assert (
        verify_data(foreign.sign(payload_of(issued.signed)), published_keys()).finding is Finding.UNKNOWN_KEY
    )
    assert file_finding(sealed_by_a_stranger) is Finding.PAPER_UNKNOWN_CERTIFICATE


def test_another_document_that_our_key_signed_is_no_report(issued: IssuedReport) -> None:
    keys = FileSigner(Path(signer_file(issued)))
    other = keys.sign(payload_of(issued.signed), document_type="batch-answer+jws")

    assert verify_data(other, published_keys()).finding is Finding.OTHER_DOCUMENT
    assert offline.check_offline(other.encode(), published_keys()).finding == "other_document"


def signer_file(issued: IssuedReport) -> str:
    from django.conf import settings

    assert signer().current == issued.content["signer"]
    return str(settings.SIGNING_KEYS)


def test_a_cut_or_re_encoded_code_is_none(issued: IssuedReport) -> None:
    number, digest = issued.report.number, bytes(issued.report.content_digest)
    whole = {"h": _text(digest), "k": issued.content["signer"]}
    assert read_code(number, whole) == code_of(issued.content, digest)

    for forged in (
        {**whole, "h": whole["h"][:-1]},
        {**whole, "h": whole["h"] + "="},
        {**whole, "h": base64.b64encode(digest).decode()},
        {**whole, "h": digest.hex()},
        {**whole, "h": whole["h"][:-1] + _neighbor(whole["h"][-1])},
        {**whole, "c": ""},
        {**whole, "x": "1"},
        {"h": whole["h"]},
    ):
        code = read_code(number, forged)
        assert code is None or code_finding(code) is Finding.CHANGED, forged
    assert read_code(number[:-1], whole) is None


def test_the_code_of_one_report_does_not_prove_another(issued: IssuedReport) -> None:
    code = code_of(issued.content, bytes(issued.report.content_digest))
    other = again(Representation.objects.get(), AT + timedelta(days=1))

    assert code_finding(changed(code, number=other.report.number)) is Finding.CHANGED
    assert code_finding(changed(code, number="20260101000000AAAAAAAA")) is Finding.UNKNOWN_NUMBER
    assert code_finding(changed(code, digest=bytes(32))) is Finding.CHANGED
    assert code_finding(changed(code, checkpoint=bytes(32))) is Finding.CHANGED


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _neighbor(character: str) -> str:
    """The character whose bytes are the same where the last bits of a text are not looked at."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(character) ^ 1]


def test_the_code_on_the_paper_carries_number_digest_and_signer(issued: IssuedReport) -> None:
    code = code_of(issued.content, bytes(issued.report.content_digest))
    address = write_code(code, issued.content["verify_at"])

    assert issued.report.number in address
    assert _text(bytes(issued.report.content_digest)) in address
    assert issued.content["signer"] in address
    assert "&c=" not in address
    assert write_code(changed(code, checkpoint=bytes(32)), "x").endswith("&c=" + "A" * 43)


def test_nothing_can_be_appended_to_a_sealed_paper(paper: bytes) -> None:
    update = pypdf.PdfWriter(io.BytesIO(paper), incremental=True)
    update.add_metadata({"/Title": "虚构"})
    appended = io.BytesIO()
    update.write(appended)
    assert appended.getvalue().startswith(paper)

    assert file_finding(appended.getvalue()) is Finding.PAPER_APPENDED
    assert file_finding(paper + b"\n") is Finding.PAPER_APPENDED
    assert file_finding(paper[:-1]) is Finding.PAPER_CHANGED


def test_a_paper_written_anew_with_the_same_look_has_no_seal(paper: bytes) -> None:
    copied = pypdf.PdfWriter(clone_from=io.BytesIO(paper))
    rewritten = io.BytesIO()
    copied.write(rewritten)

    assert not verify_file(rewritten.getvalue(), published_keys()).genuine


def test_a_seal_does_not_fit_another_paper(issued: IssuedReport, paper: bytes) -> None:
    other = again(Representation.objects.get(), AT + timedelta(days=1))
    other_paper = sealed_report(other.content, other.signed)
    here, there = (_place(one) for one in (paper, other_paper))
    moved = paper[: here.start] + other_paper[there.start : there.stop] + paper[here.stop :]

    assert file_finding(moved) is Finding.PAPER_CHANGED
    assert file_finding(other_paper) is Finding.GENUINE


def _place(paper: bytes) -> slice:
    found = paper_seals._RANGE.search(paper)
    assert found is not None
    return slice(int(found[2]), int(found[3]))


def test_a_deleted_copy_and_a_deleted_report_are_noticed(issued: IssuedReport, paper: bytes) -> None:
    code = code_of(issued.content, bytes(issued.report.content_digest))
    _as_owner("DELETE FROM access_storedreport")
    assert {file_finding(paper), code_finding(code)} == {Finding.COPY_MISSING}

    _as_owner("DELETE FROM access_creditreport")
    assert {file_finding(paper), code_finding(code)} == {Finding.UNKNOWN_NUMBER}


def test_a_stored_copy_that_was_changed_or_exchanged_is_noticed(issued: IssuedReport) -> None:
    other = again(Representation.objects.get(), AT + timedelta(days=1))
    sealed = bytes(StoredReport.objects.get(report=issued.report).sealed)
    flipped = sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:]
    for wrong in (flipped, bytes(StoredReport.objects.get(report=other.report).sealed), b""):
        _as_owner("UPDATE access_storedreport SET sealed = %s WHERE report_id = %s", wrong, issued.report.pk)
        assert verify_data(issued.signed, published_keys()).finding is Finding.COPY_MISSING
    _as_owner("UPDATE access_storedreport SET sealed = %s WHERE report_id = %s", sealed, issued.report.pk)
    assert verify_data(issued.signed, published_keys()).finding is Finding.GENUINE


def _as_owner(statement: str, *values: Any) -> None:
    """What the triggers refuse to everybody: done as somebody who switches them off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)


def test_the_stored_copy_tells_nothing_to_who_reads_the_database(issued: IssuedReport) -> None:
    sealed = bytes(StoredReport.objects.get().sealed)

    assert "虚构保密".encode() not in sealed
    assert issued.report.number.encode() not in sealed
    assert CreditReport.objects.get().copy_kept


def flips(size: int, number: int) -> Iterator[tuple[int, int]]:
    """Places and bits: every stretch of the file is hit, by chance within it."""
    chance = random.Random(20261125)
    for turn in range(number):
        low = turn * size // number
        yield chance.randrange(low, max((turn + 1) * size // number, low + 1)), 1 << chance.randrange(8)


def test_of_ten_thousand_flipped_bits_in_the_data_none_verifies(issued: IssuedReport) -> None:
    keys, token = published_keys(), bytearray(issued.signed.encode())
    parts = [issued.signed.index("."), issued.signed.rindex("."), len(token)]
    hit, verified = set(), 0
    for place, bit in flips(len(token), FLIPS):
        token[place] ^= bit
        verified += check_token(token.decode("latin-1"), keys).fault is None
        token[place] ^= bit
        hit.add(sum(place >= end for end in parts))

    assert verified == 0
    assert hit == {0, 1, 2}
    assert check_token(token.decode(), keys).fault is None


def test_of_a_thousand_flipped_bits_in_the_paper_none_verifies(paper: bytes) -> None:
    trust, file, place = published_keys()["papers"], bytearray(paper), _place(paper)
    verified, in_the_seal = 0, 0
    # Half of them in the place of the signature, which no signature covers.
    chosen = [
        *flips(len(file), PAPER_FLIPS // 2),
        *((place.start + at, bit) for at, bit in flips(place.stop - place.start, PAPER_FLIPS // 2)),
    ]
    for at, bit in chosen:
        file[at] ^= bit
        verified += check_paper(bytes(file), trust).fault is None
        file[at] ^= bit
        in_the_seal += place.start <= at < place.stop

    assert verified == 0
    assert in_the_seal >= PAPER_FLIPS // 2
    assert check_paper(bytes(file), trust).fault is None


def test_every_bit_of_the_signature_itself_counts(paper: bytes) -> None:
    """The encoding has one form: letters of the other size, a bit in the certificate or the padding, all are noticed."""
    trust, place = published_keys()["papers"], _place(paper)
    end = place.start + 1 + len(paper[place].strip(b"<>").rstrip(b"0"))
    for at in range(place.start, end, 2):
        file = bytearray(paper)
        file[at] ^= 0x20 if at % 3 else 1
        assert check_paper(bytes(file), trust).fault in {PaperFault.CHANGED, PaperFault.UNKNOWN_CERTIFICATE}


def test_a_verdict_that_is_not_genuine_shows_no_copy(issued: IssuedReport) -> None:
    code = code_of(issued.content, bytes(issued.report.content_digest))
    refused: list[Verdict] = [
        verify_code(changed(code, digest=bytes(32)), published_keys()),
        verify_data(issued.signed[:-1], published_keys()),
        verify_file(b"%PDF-1.7", published_keys()),
    ]

    assert all(verdict.copy is None and verdict.state is None for verdict in refused)
