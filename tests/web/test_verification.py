"""The page of verification: a file, a pasted text or a number in; genuine or not, and today's state, out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.access.models import Representation
from anxin.access.report_codes import code_of, write_code
from anxin.access.report_pdf import sealed_report
from anxin.access.services import IssuedReport, issue_report
from anxin.authorities.models import Account
from anxin.records.models import RecordEvent, RecordVersion
from tests.factories import make_event, make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def issued(settings: Any, tmp_path: Path) -> IssuedReport:
    settings.SIGNING_KEYS = str(tmp_path / "keys.json")
    organization = make_organization(name="虚构保密有限公司")
    make_record(organization=organization)
    representation = Representation.objects.create(
        account=Account.objects.create(username="representative"),
        subject=organization.subject,
        verification="counter",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return issue_report(representation=representation, by=representation.account, at=AT)


def checked(client: Client, **given: Any) -> str:
    answer = client.post("/verify/data", given)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def test_a_pasted_text_a_jws_file_and_the_paper_itself_verify(client: Client, issued: IssuedReport) -> None:
    paper = sealed_report(issued.content, issued.signed)
    for given in (
        {"data": issued.signed},
        {"file": SimpleUploadedFile("report.jws", issued.signed.encode())},
        {"file": SimpleUploadedFile("report.pdf", paper)},
    ):
        shown = checked(client, **given)
        assert "由本平台出具，内容没有改动" in shown
        assert issued.report.number in shown
        assert "出具后都没有变化" in shown
        assert "本平台留存的内容" in shown


def test_the_page_says_how_many_records_changed_and_not_which(client: Client, issued: IssuedReport) -> None:
    record = next(r for s in issued.content["sections"] for r in s["records"])
    version = RecordVersion.objects.get(record_id=record["record"])
    make_event(version, kind="annulled", effective_at=datetime.now(UTC))

    shown = checked(client, data=issued.signed)

    assert "出具后有 1 条发生了变化" in shown
    assert "已撤回或者撤销" in shown
    assert RecordEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": "not a token"}, "这不是报告的签名数据"),
        ({}, "这不是报告的签名数据"),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")}, "没有本平台的电子签名"),
        ({"file": SimpleUploadedFile("x.jws", b"\xff\xfe\x00")}, "这不是报告的签名数据"),
    ],
)
def test_what_is_no_report_is_told_so(client: Client, given: dict[str, Any], said: str) -> None:
    for file in given.values():
        if hasattr(file, "seek"):
            file.seek(0)
    assert said in checked(client, **given)


def test_data_under_another_number_are_told_so(client: Client, issued: IssuedReport) -> None:
    assert "编号不符" in checked(client, data=issued.signed, number="20260101000000AAAAAAAA")


def test_the_number_alone_shows_neither_digest_nor_state_nor_content(
    client: Client, issued: IssuedReport
) -> None:
    shown = client.get(f"/verify/{issued.report.number.lower()}").content.decode()

    assert bytes(issued.report.content_digest).hex() not in shown
    assert "今天的情况" not in shown
    assert "虚构保密" not in shown


def test_the_code_on_the_paper_shows_todays_state_and_after_a_press_of_a_button_our_copy(
    client: Client, issued: IssuedReport
) -> None:
    code = code_of(issued.content, bytes(issued.report.content_digest))
    address = write_code(code, f"/verify/{issued.report.number}")

    scanned = client.get(address).content.decode()
    parts = dict(parse_qsl(urlsplit(address).query))
    copied = client.post(f"/verify/{issued.report.number}/copy", parts).content.decode()

    assert "由本平台出具，内容没有改动" in scanned
    assert "今天的情况" in scanned
    assert "虚构保密" not in scanned
    assert 'value="' + parts["h"] + '"' in scanned
    assert "虚构保密" in copied
    for cut in (address[:-1], address.replace("?h=", "?h=A"), address + "&c=", address.split("&k=")[0]):
        assert "内容被改动过，或者不完整" in client.get(cut).content.decode()
    wrong = client.post(f"/verify/{issued.report.number}/copy", {**parts, "h": "A" * 43}).content.decode()
    assert "虚构保密" not in wrong
