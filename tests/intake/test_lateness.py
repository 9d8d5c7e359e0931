"""Rows that come later than the catalog allows are accepted and counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.intake.sent import PENALTY, Intake, penalty, written

from anxin.intake.lateness import earliest_timely_day
from anxin.intake.models import Submission


@pytest.mark.parametrize(
    ("frequency", "received", "first"),
    [
        ("within_7_working_days", date(2026, 11, 24), date(2026, 11, 13)),
        # The National Day holidays of 2026 and the worked Saturday after them.
        ("within_7_working_days", date(2026, 10, 14), date(2026, 9, 29)),
        ("within_20_working_days", date(2026, 11, 24), date(2026, 10, 27)),
        ("monthly", date(2026, 11, 24), None),
        ("real_time", date(2026, 11, 24), None),
    ],
)
def test_the_first_day_that_is_in_time(frequency: str, received: date, first: date | None) -> None:
    assert earliest_timely_day(frequency, received) == first


def test_late_rows_are_accepted_counted_and_noted(intake: Intake, tmp_path: Path) -> None:
    days = ["2026-11-12", "2026-11-13", "2026-11-24", "2015-01-01", "2026-02-30"]
    rows = [penalty(n, decided_on=day) for n, day in enumerate(days, start=1)]

    outcome = intake(written(tmp_path / "p.csv", PENALTY, *rows, rows[0]), "administrative-penalty")

    assert (outcome.accepted, outcome.returned, outcome.duplicates, outcome.late) == (4, 1, 1, 2)
    assert outcome.warnings == {"W-LATE": 2}
    assert Submission.objects.get().late_rows == 2


def test_a_correction_and_a_repeat_are_no_late_reports(intake: Intake, tmp_path: Path) -> None:
    first = penalty(1, decided_on="2026-01-05")
    intake(written(tmp_path / "1.csv", PENALTY, first), "administrative-penalty")

    corrected = intake(
        written(tmp_path / "2.csv", PENALTY, first | {"facts": "更正后的事实"}, penalty(2)),
        "administrative-penalty",
    )

    assert (corrected.accepted, corrected.late) == (2, 0)
