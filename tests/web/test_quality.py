"""The quality page's figures, out of real submissions in two months."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anxin.authorities.models import Account, Unit
from anxin.intake.models import QueuedRow, Submission
from anxin.intake.orders import Order, Outcome
from anxin.intake.quality import MonthOfReporting, reporting_by_month
from anxin.intake.refusals import WrongTotal
from anxin.intake.services import record_refusal, take_in
from anxin.records.events import Basis, RecordKey
from anxin.records.models import RecordVersion
from anxin.records.services import annul_record
from anxin.subjects.keys import load_key_ring
from tests.intake.sent import PENALTY, penalty, written
from tests.intake.submission_files import register
from tests.web.desk_city import client_of, make_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
OCTOBER, NOVEMBER = datetime(2026, 10, 28, 2, tzinfo=UTC), datetime(2026, 11, 24, 2, tzinfo=UTC)
BASIS = Basis(
    clause="anshan-2022-9/11/1",
    reason="原决定被撤销",
    document_number="虚撤字〔2026〕9号",
    document_issuer="虚构机关",
    document_date=date(2026, 11, 2),
)


class Reporting:
    """Files of the market regulator, handed in at a moment of our choice."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.folder, self.settings, self.sent = folder, settings, 0

    def _order(self, path: Path, at: datetime, **changes: Any) -> Order:
        values: dict[str, Any] = {"item": "administrative-penalty", "unit": "market-regulator", **changes}
        return Order(path=path, channel="command", received_at=at, as_of=timezone.localdate(at), **values)

    def penalties(self, at: datetime, *rows: dict[str, str], **changes: Any) -> Outcome:
        self.sent += 1
        path = written(self.folder / f"{self.sent}.csv", PENALTY, *rows)
        order = self._order(path, at, **changes)
        try:
            return take_in(order, load_key_ring(self.settings.KEY_RING))
        except WrongTotal as refusal:
            record_refusal(order=order, refusal=refusal, at=at)
            raise

    def organizations(self, at: datetime, number: int) -> Outcome:
        path = self.folder / "register.csv"
        path.write_bytes(register(number))
        order = self._order(path, at, item="registration", mapping="org-register")
        return take_in(order, load_key_ring(self.settings.KEY_RING))


@pytest.fixture
def reporting(tmp_path: Path, settings: Any) -> Reporting:
    make_desk(settings, tmp_path)
    return Reporting(tmp_path, settings)


def unit() -> Unit:
    return Unit.objects.get(code="market-regulator")


def two_months(reporting: Reporting) -> None:
    """October: 4 read, 3 accepted, 1 of them late. November: 5 read, 2 repeats, 1 doubt, 1 accepted and late, 1 returned."""
    october = [penalty(n, decided_on="2026-10-27") for n in (1, 2)]
    reporting.penalties(
        OCTOBER, *october, penalty(3, decided_on="2026-01-05"), penalty(4, decided_on="2026-02-30")
    )
    november = [
        *october,
        # The code of the first organization under another name: a doubt, and late beside.
        penalty(
            1, subject_name="虚构改名有限公司", document_number="虚罚字〔2026〕9号", decided_on="2026-01-06"
        ),
        penalty(5, decided_on="2026-01-06"),
        penalty(6, uscc="1"),
    ]
    reporting.penalties(NOVEMBER, *november)
    with pytest.raises(WrongTotal):
        reporting.penalties(NOVEMBER, penalty(7), declared=9)


def test_art_11_a_years_figures_by_month(reporting: Reporting) -> None:
    two_months(reporting)
    assert QueuedRow.objects.count() == 1
    months = reporting_by_month([unit()], date(2026, 11, 25))

    assert (months[0].month, months[-1].month, len(months)) == (date(2025, 12, 1), date(2026, 11, 1), 12)
    assert months[-2] == MonthOfReporting(
        date(2026, 10, 1), files=1, read=4, accepted=3, returned=1, bound=3, late=1
    )
    assert months[-1] == MonthOfReporting(
        date(2026, 11, 1),
        files=1,
        refused_files=1,
        read=5,
        accepted=1,
        returned=1,
        duplicates=2,
        bound=1,
        late=1,
    )
    assert months[:-2] == [MonthOfReporting(month.month) for month in months[:-2]]
    # Late rows are held against accepted ones: of the doubtful row nobody knows yet whether it counts.
    assert (months[-2].compliance, months[-2].lateness) == (75.0, 33.33)
    assert (months[-1].compliance, months[-1].lateness) == (33.33, 100.0)
    assert (months[0].compliance, months[0].lateness, months[0].overturning) == (None, None, None)


def test_items_without_a_date_to_keep_do_not_dilute_lateness(reporting: Reporting) -> None:
    assert reporting.organizations(OCTOBER, 40).late is None
    assert reporting_by_month([unit()], date(2026, 10, 31))[-1].lateness is None
    reporting.penalties(OCTOBER, penalty(1, decided_on="2026-01-05"), penalty(2, decided_on="2026-10-27"))

    month = reporting_by_month([unit()], date(2026, 10, 31))[-1]

    assert (month.accepted, month.bound, month.late, month.lateness) == (42, 2, 1, 50.0)


def test_an_annulled_document_counts_for_the_month_it_was_sent_in(reporting: Reporting) -> None:
    two_months(reporting)
    version = RecordVersion.objects.filter(
        submission_id=Submission.objects.get(received_at=OCTOBER).pk
    ).first()
    assert version is not None
    judge = Account.objects.create_account("judge", "a long password", display_name="测试")
    annul_record(
        record=RecordKey(version.subject_id, version.record_id), basis=BASIS, by=judge, at=timezone.now()
    )

    months = reporting_by_month([unit()], date(2026, 11, 25))

    assert [(month.overturned, month.overturning) for month in months[-2:]] == [(1, 33.33), (0, 0.0)]


def cells(page: str) -> list[list[str]]:
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in body.split("</tr>")[:-1]]


def test_the_page_shows_them_to_the_unit_itself_and_to_nobody_else(reporting: Reporting) -> None:
    two_months(reporting)
    page = client_of("clerk", "clerk", "market-regulator").get("/desk/quality/").content.decode()

    shown = {row[0]: row[1:] for row in cells(page)}
    assert list(shown.items()) == [
        ("2026-11", ["1", "1", "5", "1", "1", "33.33%", "100.00%", "0.00%"]),
        ("2026-10", ["1", "0", "4", "3", "1", "75.00%", "33.33%", "0.00%"]),
    ]
    assert "<polyline" in page
    stranger = Unit.objects.exclude(code="market-regulator").first()
    assert stranger is not None
    other = client_of("other", "clerk", stranger.code)
    theirs = other.get("/desk/quality/?unit=market-regulator").content.decode()
    assert "近十二个月没有报送过文件" in theirs
    assert "33.33%" not in theirs


def test_without_a_file_the_page_says_so_and_draws_nothing(reporting: Reporting) -> None:
    page = client_of("clerk", "clerk", "market-regulator").get("/desk/quality/").content.decode()

    assert "<svg viewBox" not in page
    assert "近十二个月没有报送过文件" in page


def test_only_roles_that_hand_in_see_it(reporting: Reporting) -> None:
    assert client_of("auditor", "auditor", "market-regulator").get("/desk/quality/").status_code == 403
    anonymous = Client().get("/desk/quality/")
    assert (anonymous.status_code, anonymous["Location"]) == (302, "/sign-in/?next=/desk/quality/")
