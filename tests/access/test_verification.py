"""A genuine report verifies, any other does not, and the check tells nothing that the holder does not hold."""

from __future__ import annotations

import base64
import json
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from anxin.access.models import CreditReport, Representation
from anxin.access.report_pdf import render_report
from anxin.access.services import IssuedReport, issue_report, withdraw_report
from anxin.access.signing import FileSigner, signer
from anxin.access.tokens import Fault, check_token, token_in_file
from anxin.access.verification import Finding, verify_data, verify_number
from anxin.authorities.models import Account
from anxin.records.models import RecordVersion
from tests.factories import make_event, make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
PART = {"header": 0, "payload": 1, "signature": 2}


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = str(tmp_path / "signing-keys.json")


@pytest.fixture
def records() -> list[RecordVersion]:
    organization = make_organization(name="虚构保密有限公司")
    return [make_record(organization=organization) for _ in range(3)]


@pytest.fixture
def issued(records: list[RecordVersion]) -> IssuedReport:
    representation = Representation.objects.create(
        account=Account.objects.create(username="representative"),
        subject_id=records[0].subject_id,
        verification="counter",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return issue_report(representation=representation, by=representation.account, at=AT)


def verdict(token: str, number: str = "") -> Finding:
    return verify_data(token, signer().public_keys(), number=number).finding


def rewritten(token: str, part: str, old: str, new: str) -> str:
    """The token with a piece of its decoded header or payload replaced, and the old signature."""
    parts = token.split(".")
    text = base64.urlsafe_b64decode(parts[PART[part]] + "==").decode()
    assert old in text
    changed = base64.urlsafe_b64encode(text.replace(old, new, 1).encode()).decode().rstrip("=")
    parts[PART[part]] = changed
    return ".".join(parts)


def test_a_genuine_report_verifies_with_its_state_today(issued: IssuedReport) -> None:
    found = verify_data(issued.signed, signer().public_keys(), number=issued.report.number)

    assert found.finding is Finding.GENUINE
    assert found.state is not None
    assert found.state["records"] == 3
    assert found.state["changed"] == 0


def test_spaces_and_line_breaks_of_a_pasted_token_do_not_matter(issued: IssuedReport) -> None:
    wrapped = "\r\n ".join(issued.signed[i : i + 64] for i in range(0, len(issued.signed), 64))
    assert verdict(f"\n{wrapped}\n") is Finding.GENUINE


def test_a_changed_count_a_swapped_name_and_a_swapped_number_are_noticed(issued: IssuedReport) -> None:
    other_end = "8" if issued.report.number.endswith("9") else "9"
    for old, new in (
        ('"record_count":3', '"record_count":0'),
        ("虚构保密有限公司", "虚构其他有限公司"),
        (issued.report.number, issued.report.number[:-1] + other_end),
    ):
        assert verdict(rewritten(issued.signed, "payload", old, new)) is Finding.CHANGED


def test_a_foreign_key_is_named_even_where_its_signature_is_good(
    issued: IssuedReport, tmp_path: Path
) -> None:
    foreign = FileSigner(tmp_path / "foreign.json")
    payload = base64.urlsafe_b64decode(issued.signed.split(".")[1] + "==")
    assert check_token(foreign.sign(payload), foreign.public_keys()).fault is None

    assert verdict(foreign.sign(payload)) is Finding.UNKNOWN_KEY


def test_a_foreign_key_under_our_name_is_a_change(issued: IssuedReport, tmp_path: Path) -> None:
    foreign = FileSigner(tmp_path / "foreign.json")
    payload = base64.urlsafe_b64decode(issued.signed.split(".")[1] + "==")
    token = rewritten(foreign.sign(payload), "header", foreign.current, signer().current)
    assert verdict(token) is Finding.CHANGED


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
def test_the_token_cannot_choose_its_algorithm(issued: IssuedReport, algorithm: str) -> None:
    assert not verify_data(
        rewritten(issued.signed, "header", "Ed25519", algorithm), signer().public_keys()
    ).genuine


def test_a_cut_token_and_any_other_text_are_not_signed_data(issued: IssuedReport) -> None:
    for text in (
        issued.signed[:-1],
        issued.signed[: len(issued.signed) // 2],
        "",
        "no token",
        "a.b.c",
        "é" * 9,
    ):
        assert verdict(text) is Finding.NOT_SIGNED_DATA


def test_the_data_of_another_report_do_not_prove_this_paper(issued: IssuedReport) -> None:
    assert verdict(issued.signed, number="20260101000000AAAAAAAA") is Finding.OTHER_NUMBER


def test_what_our_key_signed_but_nobody_issued_is_unknown(issued: IssuedReport) -> None:
    content = {**issued.content, "number": "20260101000000AAAAAAAA"}
    assert verdict(signer().sign(json.dumps(content).encode())) is Finding.UNKNOWN_NUMBER
    assert verify_number("20260101000000AAAAAAAA").finding is Finding.UNKNOWN_NUMBER


def test_other_content_under_an_issued_number_is_a_change_even_if_our_key_signed_it(
    issued: IssuedReport,
) -> None:
    content = {**issued.content, "record_count": 0}
    assert verdict(signer().sign(json.dumps(content).encode())) is Finding.CHANGED


def test_a_withdrawn_report_says_so_by_number_and_by_data(issued: IssuedReport) -> None:
    withdraw_report(report=issued.report, by=Account.objects.get(), at=AT, reason="error in a record")

    assert verify_number(issued.report.number).finding is Finding.WITHDRAWN
    assert verdict(issued.signed) is Finding.WITHDRAWN


def test_what_became_of_the_records_is_counted_by_kind(
    issued: IssuedReport, records: list[RecordVersion]
) -> None:
    later = datetime.now(UTC) - timedelta(microseconds=1)
    make_event(records[0], kind="annulled", effective_at=later)
    make_event(records[1], kind="objected", effective_at=later)
    make_event(records[1], kind="restored", effective_at=later)
    make_event(records[2], kind="restored", effective_at=later + timedelta(days=1))

    state = verify_data(issued.signed, signer().public_keys()).state

    assert state is not None
    counts = {
        name: state[name] for name in ("changed", "corrected", "withdrawn", "restored", "ended", "disputed")
    }
    assert counts == {
        "changed": 2,
        "corrected": 0,
        "withdrawn": 1,
        "restored": 1,
        "ended": 0,
        "disputed": 1,
    }


def test_a_later_version_counts_as_corrected(issued: IssuedReport, records: list[RecordVersion]) -> None:
    first = records[0]
    make_later_version(first)

    state = verify_data(issued.signed, signer().public_keys()).state

    assert state is not None
    assert (state["changed"], state["corrected"]) == (1, 1)


def make_later_version(version: RecordVersion) -> None:
    values = {
        field.attname: getattr(version, field.attname)
        for field in RecordVersion._meta.concrete_fields
        if field.attname not in {"recorded_at"}
    }
    RecordVersion.objects.create(**{**values, "number": 2})


def test_a_new_record_changes_nothing_in_the_answer_and_a_newer_report_is_told_without_more(
    issued: IssuedReport, records: list[RecordVersion]
) -> None:
    before = verify_data(issued.signed, signer().public_keys())
    organization = type(make_organization()).objects.get(subject_id=records[0].subject_id)
    make_record(organization=organization)
    between = verify_data(issued.signed, signer().public_keys())
    representation = Representation.objects.get()
    newer = issue_report(representation=representation, by=representation.account, at=AT + timedelta(days=1))

    after = verify_data(issued.signed, signer().public_keys())

    assert before.report is not None
    assert between.report == before.report
    assert after.report == {**before.report, "superseded": True}
    assert newer.report.number not in json.dumps([after.report, after.state])
    assert before.state is not None
    assert after.state is not None
    assert {**after.state, "checked_at": None} == {**before.state, "checked_at": None}


def test_a_withdrawn_newer_report_takes_no_place(issued: IssuedReport) -> None:
    representation = Representation.objects.get()
    newer = issue_report(representation=representation, by=representation.account, at=AT + timedelta(days=1))
    withdraw_report(report=newer.report, by=representation.account, at=AT, reason="error in a record")

    report = verify_data(issued.signed, signer().public_keys()).report

    assert report is not None
    assert report["superseded"] is False


def test_the_number_names_nothing_and_nobody_and_the_whole_gets_back_what_it_holds(
    issued: IssuedReport,
) -> None:
    by_number, whole = (
        verify_number(issued.report.number),
        verify_data(issued.signed, signer().public_keys()),
    )

    assert by_number.copy is None
    assert by_number.state is None
    assert set(by_number.report or {}) == {
        *("number", "kind", "issued_at", "as_of", "record_count", "withdrawn_at"),
    }
    assert bytes(issued.report.content_digest).hex() not in json.dumps(by_number.report)
    assert whole.copy == issued.content
    assert set(whole.state or {}) == {
        *("number", "as_of", "checked_at", "records", "changed"),
        *("corrected", "withdrawn", "restored", "ended", "disputed"),
    }


def test_the_database_itself_answers_only_to_the_whole_content(issued: IssuedReport) -> None:
    payload = base64.urlsafe_b64decode(issued.signed.split(".")[1] + "==")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE anxin_site")
        cursor.execute("SELECT report_state(%s), report_state(%s)", [payload, payload[:-1] + b" }"])
        whole, other = cursor.fetchone()
    assert whole is not None
    assert other is None
    for hidden in (
        "subject_id FROM access_creditreport",
        "sealed FROM access_storedreport",
        "content_digest FROM published_report",
    ):
        with pytest.raises(DatabaseError):
            _select_as_site(f"SELECT {hidden}")


def _select_as_site(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE anxin_site")
        cursor.execute(statement)


def test_the_paper_carries_its_signed_data(issued: IssuedReport) -> None:
    paper = render_report(issued.content, issued.signed)

    token = token_in_file(paper)
    assert token == issued.signed
    assert token_in_file(render_report(issued.content)) is None
    assert token_in_file(token.encode()) == token
    assert token_in_file(b"\xff\xfe") is None
    assert CreditReport.objects.count() == 1
    assert check_token(issued.signed[:-1], signer().public_keys()).fault is Fault.NOT_SIGNED_DATA


@pytest.mark.parametrize(
    "hostile",
    [
        b"%PDF-" + b"stream\n" * 1_000_000,
        b"%PDF-" + (b"stream\n" + zlib.compress(b"eyJ" + b"A" * 50_000_000) + b"\nendstream") * 20,
        b"%PDF-" + (b"stream\n" + zlib.compress(b"A" * 5_000_000) + b"\nendstream") * 500,
    ],
    ids=["never ends", "unpacks to a token without end", "many that unpack to much"],
)
def test_a_file_made_to_keep_us_busy_is_answered_at_once(hostile: bytes) -> None:
    began = time.process_time()
    assert token_in_file(hostile) is None
    assert time.process_time() - began < 1
