"""The subject's own report: issued through the gate, signed, printable, and telling nothing to a verifier."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from anxin.access.models import CreditReport, Representation
from anxin.access.published import issued_report
from anxin.access.report_pdf import ReportNotPrintable, render_report, warm_up
from anxin.access.services import IssuedReport, NotRepresented, issue_report, withdraw_report
from anxin.access.signing import signer
from anxin.access.tokens import check_token
from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.authorities.models import Account
from tests.factories import make_event, make_item_version, make_organization, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = str(tmp_path / "signing-keys.json")


def _representation(subject: Any, name: str = "representative") -> Representation:
    account = Account.objects.create(username=name)
    return Representation.objects.create(
        account=account, subject=subject, verification="counter", valid_from=datetime(2026, 1, 1, tzinfo=UTC)
    )


def _issued(records: int = 1, **changes: Any) -> IssuedReport:
    organization = make_organization(**changes)
    version = make_item_version()
    for _ in range(records):
        make_record(organization=organization, item_version=version)
    representation = _representation(organization.subject)
    return issue_report(representation=representation, by=representation.account, at=AT)


def test_art_39_a_report_holds_the_records_with_their_lineage_and_no_score() -> None:
    issued = _issued(records=2)

    section = next(s for s in issued.content["sections"] if s["name"] == "administration")
    assert section["count"] == issued.report.record_count == 2
    assert section["records"][0]["lineage"]["row"] == 2
    assert section["records"][0]["fields"][0]["value"]
    assert issued.report.number.startswith("20261120090203")
    assert "score" not in json.dumps(issued.content)


def test_art_45_2_issuing_leaves_one_query_log_row_and_one_event() -> None:
    issued = _issued()

    entry = QueryLogEntry.objects.get()
    assert entry.pk == issued.report.query_log_entry_id
    assert entry.subject_id == issued.report.subject_id
    assert EventLogEntry.objects.filter(act="issue_report").count() == 1


def test_art_13_2_another_account_gets_no_report_and_reads_nothing() -> None:
    representation = _representation(make_organization().subject)
    stranger = Account.objects.create(username="stranger")

    with pytest.raises(NotRepresented):
        issue_report(representation=representation, by=stranger, at=AT)

    assert not QueryLogEntry.objects.exists()
    assert not CreditReport.objects.exists()


def test_an_ended_representation_gives_no_report() -> None:
    representation = _representation(make_organization().subject)
    representation.valid_to = AT

    with pytest.raises(NotRepresented):
        issue_report(representation=representation, by=representation.account, at=AT)


def test_a_signed_report_holds_what_was_issued() -> None:
    issued = _issued()

    checked = check_token(issued.signed, signer().public_keys())

    assert checked.fault is None
    assert checked.content == issued.content


def test_published_keys_hold_no_private_part() -> None:
    assert all("d" not in key for key in signer().public_keys()["keys"])


def test_a_verifier_learns_that_a_report_was_withdrawn_and_not_of_whom() -> None:
    issued = _issued(name="虚构保密有限公司")
    withdraw_report(report=issued.report, by=Account.objects.get(), at=AT, reason="error in a record")

    state = issued_report(issued.report.number)
    assert state is not None
    assert state["withdrawn_at"]
    assert "虚构保密" not in json.dumps(state, ensure_ascii=False)
    assert issued_report("20260101000000AAAAAAAA") is None


def test_annulled_records_are_in_no_report_and_restored_ones_are_marked() -> None:
    organization = make_organization()
    version = make_item_version()
    gone, kept = (make_record(organization=organization, item_version=version) for _ in range(2))
    make_event(gone, kind="annulled", effective_at=datetime(2026, 2, 1, tzinfo=UTC))
    make_event(kept, kind="restored", effective_at=datetime(2026, 2, 1, tzinfo=UTC))
    representation = _representation(organization.subject)

    issued = issue_report(representation=representation, by=representation.account, at=AT)

    records = [record for section in issued.content["sections"] for record in section["records"]]
    assert [(record["record"], record["marks"]) for record in records] == [(kept.record_id, ["restored"])]


@pytest.mark.parametrize("records", [0, 1, 50])
def test_a_report_prints(records: int) -> None:
    assert render_report(_issued(records=records).content).startswith(b"%PDF-")


def test_a_character_without_glyph_is_refused_and_not_left_blank() -> None:
    with pytest.raises(ReportNotPrintable):
        render_report(_issued(name="虚构\U0002ebf0有限公司").content)


def test_a_period_that_ends_at_local_midnight_shows_the_day_before() -> None:
    organization = make_organization()
    make_record(organization=organization, display_to=datetime(2026, 12, 31, 16, tzinfo=UTC))
    representation = _representation(organization.subject)

    issued = issue_report(representation=representation, by=representation.account, at=AT)

    record = next(record for section in issued.content["sections"] for record in section["records"])
    assert record["last_displayed_on"] == "2026-12-31"
    assert issued.content["as_of"].endswith("+08:00")


@pytest.mark.parametrize("name", ["虚构𠮷野家有限公司", "虚构㐂㛃䶮有限公司", "阿卜杜拉·买买提(虚构)"])
def test_rare_characters_of_names_have_a_glyph(name: str) -> None:
    paper = render_report(_issued(name=name).content)

    with pypdfium2.PdfDocument(paper) as document:
        text = document[0].get_textpage().get_text_range()
    assert name in text.replace("\r\n", "")


def test_the_first_compilation_can_be_made_before_anybody_asks() -> None:
    warm_up()
    assert render_report(_issued().content).startswith(b"%PDF-")


@pytest.mark.parametrize("records", [0, 1, 50, 200])
def test_every_page_of_a_report_bears_its_number_and_none_is_empty(records: int) -> None:
    issued = _issued(records=records)
    with pypdfium2.PdfDocument(render_report(issued.content, issued.signed)) as document:
        texts = [page.get_textpage().get_text_range() for page in document]

    for number, text in enumerate(texts, start=1):
        assert issued.report.number in text
        assert f"第 {number} 页 共 {len(texts)} 页" in text.replace("  ", " ")
        assert len(text) > 100
    whole = "".join(texts)
    assert whole.count("来源 ") == records
    assert "说明与救济" in whole


def test_long_numbers_wrap_and_a_long_record_is_parted_without_loss() -> None:
    issued = _issued()
    record = next(r for s in issued.content["sections"] for r in s["records"])
    record["document_number"] = "A1" * 64
    record["fields"][0]["value"] = "虚构" * 2_000
    record["marks"] = ["disputed", "restored"]

    with pypdfium2.PdfDocument(render_report(issued.content)) as document:
        width = document[0].get_width()
        pages = [page.get_textpage() for page in document]
        text = "".join(page.get_text_range() for page in pages)
        right = max(page.get_charbox(place)[2] for page in pages for place in range(page.count_chars()))
    plain = "".join(text.split()).replace("\u200b", "")
    assert text.count("虚") >= 2_000
    assert "A1" * 64 in plain
    assert "异议处理中" in plain
    assert "已修复" in plain
    assert right < width - 50  # the margin is 20 mm
