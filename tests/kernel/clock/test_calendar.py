"""The working calendar: equal to independent compilations, and as known on a day."""

from __future__ import annotations

import json
from datetime import date, timedelta

import chinese_calendar
import pytest

from anxin.kernel.clock import Arranged, Calendar, DayKind, Notice, read_notices
from anxin.kernel.text import Bilingual
from tests.shared_data import shared_file

CALENDAR = Calendar.load()


def test_every_day_of_2013_to_2026_equals_an_independent_calendar() -> None:
    day, differing = date(2013, 1, 1), []
    while day.year < 2027:
        if CALENDAR.is_worked(day) is not chinese_calendar.is_workday(day):
            differing.append(day)
        day += timedelta(days=1)

    assert differing == []


@pytest.mark.parametrize("year", range(2013, 2027))
def test_every_arranged_day_equals_a_second_compilation(year: int) -> None:
    listed = json.loads(shared_file(f"calendar/holiday-cn/{year}.json").read_text(encoding="utf-8"))["days"]

    for entry in listed:
        assert CALENDAR.is_worked(date.fromisoformat(entry["date"])) is not entry["isOffDay"]


@pytest.mark.parametrize(
    ("year", "working_days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_a_year_has_its_number_of_working_days(year: int, working_days: int) -> None:
    assert CALENDAR.count_working_days(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


def test_each_kind_of_day_is_told_apart_with_its_notice() -> None:
    assert CALENDAR.kind_of(date(2026, 2, 13)) is DayKind.WORKING_DAY
    assert CALENDAR.kind_of(date(2026, 2, 14)) is DayKind.WORKING_WEEKEND
    assert CALENDAR.kind_of(date(2026, 2, 16)) is DayKind.HOLIDAY
    assert CALENDAR.kind_of(date(2026, 3, 1)) is DayKind.WEEKEND
    source = CALENDAR.source_of(date(2026, 2, 14))
    assert source is not None
    assert source.notice.number == "国办发明电〔2025〕7号"
    assert source.arranged.festival.en == "Spring Festival"
    assert CALENDAR.source_of(date(2026, 3, 1)) is None


def test_a_year_without_a_notice_is_not_known() -> None:
    assert CALENDAR.known(2026)
    assert not CALENDAR.known(2027)
    assert not Calendar.load(as_of=date(2025, 11, 3)).known(2026)
    assert Calendar.load(as_of=date(2025, 11, 4)).known(2026)


def test_the_prolonged_holiday_of_2020_is_a_second_version() -> None:
    before, after = Calendar.load(as_of=date(2020, 1, 26)), Calendar.load(as_of=date(2020, 1, 27))

    assert [before.is_worked(date(2020, 1, 31)), before.is_worked(date(2020, 2, 1))] == [True, True]
    assert [after.is_worked(date(2020, 1, 31)), after.is_worked(date(2020, 2, 1))] == [False, False]
    assert after.is_worked(date(2020, 2, 3))
    assert before.version != after.version
    assert after.version == Calendar.load(as_of=date(2020, 11, 24)).version


def test_a_new_notice_changes_the_version_and_can_give_a_day_back() -> None:
    festival = Bilingual("测试", "test")
    back = Arranged(date(2026, 2, 16), DayKind.WORKING_DAY, festival)
    notice = Notice("试〔2026〕1号", 2027, date(2026, 11, 24), "test", (back,))

    changed = Calendar((*read_notices(), notice))

    assert changed.is_worked(date(2026, 2, 16))
    assert changed.known(2027)
    assert changed.version != CALENDAR.version
    assert Calendar((*read_notices(), notice), as_of=date(2026, 11, 23)).version == CALENDAR.version


def test_a_notice_that_contradicts_itself_is_refused() -> None:
    festival = Bilingual("测试", "test")
    friday = Arranged(date(2026, 11, 27), DayKind.WORKING_WEEKEND, festival)
    twice = Arranged(date(2026, 11, 28), DayKind.HOLIDAY, festival)

    with pytest.raises(ValueError, match="no weekend day"):
        Notice("试〔2026〕2号", 2026, date(2026, 11, 24), "test", (friday,))
    with pytest.raises(ValueError, match="twice"):
        Notice("试〔2026〕3号", 2026, date(2026, 11, 24), "test", (twice, twice))


def test_every_notice_names_its_number_and_source() -> None:
    for notice in read_notices():
        assert notice.source.startswith("http")
        assert "发明电〔" in notice.number
        assert notice.days
        assert notice.published_on.year in (notice.year - 1, notice.year)
