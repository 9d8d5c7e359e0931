"""The special credit report: exactly what was picked, minor penalties in it, restored ones marked, sealed ones never."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest
from django.db import IntegrityError

from anxin.access.models import CreditReport, Representation
from anxin.access.report_pdf import render_report, sealed_report
from anxin.access.services import IssuedReport, NotRepresented
from anxin.access.signing import published_keys
from anxin.access.special_reports import (
    NothingPicked,
    PeriodNotAllowed,
    issue_special_report,
    special_offer,
)
from anxin.access.verification import Finding, verify_data, verify_file
from anxin.audit.models import QueryLogEntry
from anxin.catalog.models import CatalogItemVersion
from anxin.records.models import RecordVersion
from tests.access.reports import represent
from tests.factories import make_event, make_item_version, make_organization, make_person, make_record

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
FIRST, LAST = date(2021, 11, 20), date(2026, 11, 20)
PERSONS = ["legal_person", "natural_person"]


def item(code: str, section: str = "administration", **changes: Any) -> CatalogItemVersion:
    values = {
        "subject_kinds": PERSONS,
        "adverse": True,
        "report_section": section,
        "fields": ("title", "facts"),
    }
    return make_item_version(code=code, **{**values, **changes})


def special(
    representation: Representation, *codes: str, first: date = FIRST, last: date = LAST, at: datetime = AT
) -> IssuedReport:
    return issue_special_report(
        representation=representation,
        item_codes=codes,
        first=first,
        last=last,
        by=representation.account,
        at=at,
    )


def shown(issued: IssuedReport) -> dict[str, list[int]]:
    return {s["name"]: [r["record"] for r in s["records"]] for s in issued.content["sections"]}


def marks(issued: IssuedReport) -> dict[int, list[str]]:
    return {r["record"]: r["marks"] for s in issued.content["sections"] for r in s["records"]}


@pytest.fixture
def penalties() -> CatalogItemVersion:
    return item("administrative-penalty")


@pytest.fixture
def representation(penalties: CatalogItemVersion) -> Representation:
    return represent(make_organization().subject)


def record(representation: Representation, version: CatalogItemVersion, **changes: Any) -> RecordVersion:
    return make_record(subject=representation.subject, item_version=version, **changes)


def test_only_the_picked_fields_are_read_and_logged(
    representation: Representation, penalties: CatalogItemVersion
) -> None:
    coercion, lists = item("compulsion"), item("serious-listing", "serious_listing")
    mine = record(representation, penalties)
    record(representation, coercion)
    record(representation, lists)

    issued = special(representation, "administrative-penalty", "serious-listing")

    entry = QueryLogEntry.objects.get()
    assert sorted(entry.fields) == ["administrative-penalty", "serious-listing"]
    assert entry.route == "own_report"
    assert "2021-11-20" in entry.purpose
    assert shown(issued)["administrative-penalty"] == [mine.record_id]
    assert set(shown(issued)) == {"administrative-penalty", "serious-listing"}
    assert issued.report.item_codes == ["administrative-penalty", "serious-listing"]
    assert issued.content["kind"] == issued.report.kind == "special_credit_report"
    assert issued.content["period"] == {"first": "2021-11-20", "last": "2026-11-20"}


def test_the_offer_is_the_adverse_items_that_know_subjects_of_this_kind(
    representation: Representation, penalties: CatalogItemVersion
) -> None:
    item("compulsion", subject_kinds=["legal_person"])
    item("permit", adverse=False)
    item("over", valid_to=date(2025, 1, 1))
    person = represent(make_person().subject, "person")

    assert [one.code for one in special_offer(representation, AT).items] == [
        "administrative-penalty",
        "compulsion",
    ]
    assert [one.code for one in special_offer(person, AT).items] == ["administrative-penalty"]
    assert (special_offer(person, AT).first, special_offer(person, AT).years) == (FIRST, 5)


def test_minor_and_summary_penalties_are_in_it_and_restored_ones_are_marked(
    representation: Representation, penalties: CatalogItemVersion
) -> None:
    minor = record(representation, penalties, display_from=None, display_to=None, tier=1)
    restored = record(representation, penalties)
    make_event(restored, kind="restored", effective_at=datetime(2026, 2, 1, tzinfo=UTC))
    for kind in ("withdrawn", "annulled"):
        make_event(
            record(representation, penalties), kind=kind, effective_at=datetime(2026, 2, 1, tzinfo=UTC)
        )

    issued = special(representation, "administrative-penalty")

    assert marks(issued) == {minor.record_id: [], restored.record_id: ["restored"]}
    with pypdfium2.PdfDocument(sealed_report(issued.content, issued.signed)) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    for words in ("专项信用报告", "信用代证", "2021-11-20 至 2026-11-20", "已修复", "有无违法违规记录证明"):
        assert words in text


@pytest.mark.parametrize(
    ("decided_on", "within"),
    [
        (date(2021, 11, 19), False),
        (date(2021, 11, 20), True),
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (None, True),
    ],
)
def test_the_period_holds_both_its_days_and_what_has_no_day(
    representation: Representation, penalties: CatalogItemVersion, decided_on: date | None, within: bool
) -> None:
    one = record(representation, penalties, decided_on=decided_on, effective_on=None)

    assert shown(special(representation, "administrative-penalty")) == {
        "administrative-penalty": [one.record_id] if within else []
    }


def test_a_listing_that_still_stands_belongs_to_the_period_though_it_began_before(
    representation: Representation,
) -> None:
    lists = item("serious-listing", "serious_listing")
    standing = record(representation, lists, decided_on=date(2019, 1, 1))
    ended = record(representation, lists, decided_on=date(2019, 1, 2))
    make_event(ended, kind="restored", effective_at=datetime(2020, 2, 1, tzinfo=UTC))

    assert shown(special(representation, "serious-listing")) == {"serious-listing": [standing.record_id]}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2021, 11, 19), LAST),
        (LAST, FIRST),
        (FIRST, date(2026, 11, 21)),
        (date(2015, 1, 1), date(2020, 1, 2)),
    ],
)
def test_a_longer_a_reversed_and_a_future_period_are_refused_and_read_nothing(
    representation: Representation, first: date, last: date
) -> None:
    with pytest.raises(PeriodNotAllowed):
        special(representation, "administrative-penalty", first=first, last=last)
    assert not QueryLogEntry.objects.exists()


@pytest.mark.parametrize("codes", [(), ("permit",), ("administrative-penalty", "unknown"), ("*",)])
def test_nothing_and_what_is_not_offered_are_refused_and_read_nothing(
    representation: Representation, codes: tuple[str, ...]
) -> None:
    item("permit", adverse=False)
    with pytest.raises(NothingPicked):
        special(representation, *codes)
    assert not QueryLogEntry.objects.exists()


def test_another_account_gets_nothing(representation: Representation) -> None:
    stranger = represent(make_organization().subject, "stranger").account
    with pytest.raises(NotRepresented):
        issue_special_report(
            representation=representation,
            item_codes=["administrative-penalty"],
            first=FIRST,
            last=LAST,
            by=stranger,
            at=AT,
        )
    assert not QueryLogEntry.objects.exists()


def test_what_a_statute_seals_is_in_no_report_of_a_person(penalties: CatalogItemVersion) -> None:
    person = represent(make_person(born_on=date(2006, 3, 4)).subject, "person")
    hidden = {"display_from": None, "display_to": None}
    kept = record(person, penalties, decided_on=date(2024, 3, 5), **hidden)
    record(person, penalties, decided_on=date(2024, 3, 4), **hidden)
    record(person, penalties, decided_on=date(2022, 1, 1), **hidden)
    for value in ("依据治安管理处罚法第四十三条", "未满14周岁", "犯罪时不满18周岁"):
        record(person, penalties, public_fields={"title": "虚构", "facts": value}, **hidden)

    issued = special(person, "administrative-penalty")

    assert shown(issued) == {"administrative-penalty": [kept.record_id]}
    assert issued.content["record_count"] == issued.report.record_count == 1
    assert "2006" not in issued.signed
    assert "born" not in str(issued.content)


def test_the_same_words_about_an_organization_are_no_sealed_record(
    representation: Representation, penalties: CatalogItemVersion
) -> None:
    one = record(representation, penalties, public_fields={"title": "虚构", "facts": "违反治安管理处罚法"})
    assert shown(special(representation, "administrative-penalty"))["administrative-penalty"] == [
        one.record_id
    ]


def test_it_verifies_and_only_a_newer_one_of_the_same_choice_takes_its_place(
    representation: Representation,
) -> None:
    item("compulsion")
    old = special(representation, "administrative-penalty")
    paper = sealed_report(old.content, old.signed)
    later = datetime(2026, 11, 21, tzinfo=UTC)

    special(representation, "compulsion", at=later)
    verdict = verify_file(paper, published_keys())
    assert (verdict.finding, (verdict.report or {})["superseded"]) == (Finding.GENUINE, False)
    assert verdict.copy == old.content

    special(representation, "administrative-penalty", at=later)
    assert (verify_data(old.signed, published_keys()).report or {})["superseded"] is True


def test_the_database_holds_a_special_report_to_its_items_and_period(representation: Representation) -> None:
    issued = special(representation, "administrative-penalty")
    for wrong in ({"item_codes": None}, {"period_from": None}, {"period_to": date(2020, 1, 1)}):
        with pytest.raises(IntegrityError):
            CreditReport.objects.filter(pk=issued.report.pk).update(**wrong)


@pytest.mark.parametrize("records", [0, 1, 50, 200])
def test_it_prints_with_its_number_on_every_page(
    representation: Representation, penalties: CatalogItemVersion, records: int
) -> None:
    for _ in range(records):
        record(representation, penalties)
    issued = special(representation, "administrative-penalty")

    with pypdfium2.PdfDocument(render_report(issued.content, issued.signed)) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert all(issued.report.number in text for text in texts)
    assert "".join(texts).count("来源 ") == records
