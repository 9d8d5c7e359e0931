"""Looking up at the desk: purpose and case first, the log before the data, and acts only for whom they are (Art. 45)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anxin.access.published import organization_page
from anxin.audit.models import QueryLogEntry
from anxin.records.models import RecordEvent, RecordVersion
from anxin.subjects.models import Organization
from tests.web.desk_city import CODE, OLD, client_of, make_desk, penalty, take_in_rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])

READING = {"purpose": "核查虚构事项", "case_reference": "虚案〔2026〕1号"}
ASKED = {"uscc": CODE, "item": "", **READING}
WITHDRAWAL = {
    "act": "withdraw",
    "document_number": "虚撤字〔2026〕1号",
    "document_issuer": "虚构机关",
    "document_date": "2026-11-02",
    "reason": "原决定撤回",
}


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Path) -> None:
    make_desk(settings, tmp_path)
    take_in_rows(settings, tmp_path, penalty(1), penalty(2))


@pytest.fixture
def credit_officer() -> Client:
    return client_of("credit", "credit_officer", "credit-office")


@pytest.fixture
def sender() -> Client:
    return client_of("sender", "officer", "market-regulator")


def record() -> tuple[str, int]:
    version = RecordVersion.objects.order_by("row_number").first()
    assert version is not None
    return f"/desk/records/{version.subject_id}/{version.record_id}/", version.record_id


def test_records_are_shown_after_the_reading_stands_in_the_log(credit_officer: Client) -> None:
    response = credit_officer.post("/desk/look-up/", ASKED)

    html = response.content.decode()
    assert "虚罚字〔2026〕1号" in html
    assert "虚罚字〔2026〕2号" in html
    entry = QueryLogEntry.objects.exclude(subject_id=None).get()
    assert (entry.route, entry.purpose, entry.case_reference) == (
        "administration",
        "核查虚构事项",
        "虚案〔2026〕1号",
    )
    assert (entry.subject_id, entry.reader_unit_code) == (Organization.objects.get().pk, "credit-office")
    assert "administrative-penalty" in entry.fields
    assert CODE not in response.request["PATH_INFO"] + response.request["QUERY_STRING"]


def test_only_the_item_asked_for_is_logged_and_shown(credit_officer: Client) -> None:
    html = credit_officer.post("/desk/look-up/", {**ASKED, "item": "registration"}).content.decode()

    assert "虚罚字" not in html
    assert QueryLogEntry.objects.exclude(subject_id=None).get().fields == ["registration"]


@pytest.mark.parametrize("missing", ["purpose", "case_reference"])
def test_without_purpose_and_case_nothing_is_read_and_the_form_keeps_the_rest(
    credit_officer: Client, missing: str
) -> None:
    response = credit_officer.post("/desk/look-up/", {**ASKED, missing: " "})

    html = response.content.decode()
    assert response.status_code == 422
    assert "E-PURPOSE" in html
    assert CODE in html
    assert OLD not in html
    assert QueryLogEntry.objects.exclude(subject_id=None).count() == 0


def test_an_unknown_code_and_an_item_out_of_reach_look_the_same(credit_officer: Client) -> None:
    answers = [
        credit_officer.post("/desk/look-up/", {**ASKED, **change}).content.decode()
        for change in ({"uscc": "91210399MAZZZZZZ00"}, {"item": "no-such-item"})
    ]

    assert all("E-NOTHING-TO-READ" in html and OLD not in html for html in answers)
    assert QueryLogEntry.objects.exclude(subject_id=None).count() == 0


def test_a_record_asks_for_a_purpose_before_it_shows_anything(sender: Client) -> None:
    address, _ = record()

    before = sender.get(address).content.decode()
    assert "虚罚字" not in before
    assert OLD not in before
    assert sender.post(address, {"purpose": "核查", "case_reference": ""}).status_code == 422
    assert QueryLogEntry.objects.exclude(subject_id=None).count() == 0

    after = sender.post(address, READING).content.decode()
    assert "虚罚字〔2026〕1号" in after
    assert "1.csv" in after
    assert "按失信程度分档，最长三年；轻微的不展示 · 信用修复管理办法" in after
    assert '<a href="/law/13/">' in after
    assert "penalty_tiers" not in after
    assert QueryLogEntry.objects.exclude(subject_id=None).get().fields == ["administrative-penalty"]


def test_the_sending_units_officer_withdraws_in_two_steps_and_the_record_leaves_the_public_page(
    sender: Client,
) -> None:
    address, number = record()
    assert "登记撤回" in sender.post(address, READING).content.decode()
    form = sender.post(f"{address}act/", {"act": "withdraw"})
    assert "文书文号" in form.content.decode()
    check = sender.post(f"{address}act/", {**WITHDRAWAL, "step": "check"})
    assert "立即从公开页面" in check.content.decode()
    assert RecordEvent.objects.count() == 0

    done = sender.post(f"{address}act/", {**WITHDRAWAL, "step": "confirm"})

    assert (done.status_code, done["Location"]) == (302, f"{address}?done=withdraw")
    event = RecordEvent.objects.get()
    assert (event.record_id, event.kind, event.document_number) == (number, "withdrawn", "虚撤字〔2026〕1号")
    page = organization_page(CODE)
    assert page is not None
    assert [one["document_number"] for one in page["records"]] == ["虚罚字〔2026〕2号"]
    assert sender.post(f"{address}act/", {**WITHDRAWAL, "step": "confirm"}).status_code == 409
    assert "撤回" in sender.post(address, READING).content.decode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_number": ""}, "E-BASIS"),
        ({"document_date": ""}, "E-BASIS"),
        ({"document_date": "2026-02-30"}, "E-BASIS"),
        ({"reason": " "}, "E-BASIS"),
        ({"document_date": "2999-01-01"}, "E-DOCUMENT-DAY"),
    ],
)
def test_an_act_without_its_document_is_refused_and_keeps_what_was_typed(
    sender: Client, changes: dict[str, str], code: str
) -> None:
    address, _ = record()
    response = sender.post(f"{address}act/", {**WITHDRAWAL, **changes, "step": "confirm"})

    html = response.content.decode()
    assert response.status_code == 422
    assert code in html
    assert "虚构机关" in html
    assert RecordEvent.objects.count() == 0


def test_another_unit_neither_opens_nor_withdraws_what_it_did_not_send(credit_officer: Client) -> None:
    stranger = client_of("stranger", "officer", "transport")
    address, _ = record()

    assert stranger.post(address, READING).status_code == 404
    assert "登记撤回" not in credit_officer.post(address, READING).content.decode()
    for client in (stranger, credit_officer):
        response = client.post(f"{address}act/", {**WITHDRAWAL, "step": "confirm"})
        assert response.status_code == 409
        assert "E-RECORD-ACT" in response.content.decode()
    assert RecordEvent.objects.count() == 0


def test_the_credit_office_marks_a_record_as_disputed_and_takes_the_mark_away(credit_officer: Client) -> None:
    address, _ = record()
    mark = {"act": "object", "reason": "收到异议申请", "step": "confirm"}

    assert credit_officer.post(f"{address}act/", mark).status_code == 302
    page = organization_page(CODE)
    assert page is not None
    assert page["disputed_count"] == 1
    close = {"act": "close-objection", "reason": "已答复", "step": "confirm"}
    assert credit_officer.post(f"{address}act/", close).status_code == 302
    page = organization_page(CODE)
    assert page is not None
    assert page["disputed_count"] == 0


@pytest.mark.parametrize("role", ["clerk", "secretary", "auditor", "system_administrator"])
def test_nobody_else_opens_the_desks_look_up(role: str) -> None:
    client = client_of("nobody", role, "market-regulator")
    address, _ = record()

    for path in ("/desk/look-up/", address, f"{address}act/"):
        assert client.post(path, {**ASKED, **WITHDRAWAL}).status_code == 403
    assert QueryLogEntry.objects.exclude(subject_id=None).count() == 0
