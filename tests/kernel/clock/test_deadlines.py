"""Deadlines: known cases, the day-by-day model, and what must never happen (clocks lose no day)."""

from __future__ import annotations

import time
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.kernel.clock import (
    Calendar,
    DateOutOfRange,
    LengthNotPositive,
    Pause,
    PauseReversed,
    Unit,
    deadline,
    explain,
)
from anxin.kernel.clock.columns import deadlines
from tests.kernel.clock import day_by_day

CALENDAR = Calendar.load()
WINDOW = (date(2013, 1, 1), date(2028, 6, 30))

starts = st.dates(*WINDOW)
lengths = st.integers(1, 40)
units = st.sampled_from(Unit)


@st.composite
def pauses_near(draw: st.DrawFn, start: date) -> list[Pause]:
    def one() -> Pause:
        paused_on = start + timedelta(days=draw(st.integers(-10, 60)))
        length = (
            draw(st.none() | st.integers(0, 30)) if draw(st.integers(0, 5)) == 0 else draw(st.integers(0, 30))
        )
        resumed_on = None if length is None else paused_on + timedelta(days=length)
        return Pause(paused_on, resumed_on, "检测")

    return [one() for _ in range(draw(st.integers(0, 4)))]


clocks = starts.flatmap(lambda start: st.tuples(st.just(start), lengths, units, pauses_near(start)))


def due(
    start: date, length: int, unit: Unit = Unit.WORKING_DAY, pauses: list[Pause] | None = None
) -> date | None:
    return deadline(start=start, length=length, unit=unit, pauses=pauses or [], calendar=CALENDAR).due


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (date(2026, 2, 13), 3, date(2026, 2, 25)),
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2025, 12, 31), 3, date(2026, 1, 6)),
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        (date(2026, 9, 18), 3, date(2026, 9, 22)),
        (date(2024, 2, 8), 7, date(2024, 2, 23)),
    ],
)
def test_working_days_around_holidays_and_worked_weekends(start: date, length: int, expected: date) -> None:
    assert due(start, length) == expected


@pytest.mark.parametrize(
    ("start", "length", "unit", "expected"),
    [
        # 4 October is in the holiday week: the period runs to the first working day after it.
        (date(2026, 9, 24), 10, Unit.DAY, date(2026, 10, 8)),
        (date(2026, 3, 2), 7, Unit.DAY, date(2026, 3, 9)),
        # The last day is a Saturday that is worked: it ends there.
        (date(2026, 2, 26), 2, Unit.DAY, date(2026, 2, 28)),
        (date(2025, 12, 31), 2, Unit.MONTH, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, Unit.MONTH, date(2024, 2, 29)),
        (date(2024, 2, 29), 1, Unit.YEAR, date(2025, 2, 28)),
        # 2026-08-15 is a Saturday.
        (date(2026, 7, 15), 1, Unit.MONTH, date(2026, 8, 17)),
    ],
)
def test_days_months_and_years_end_on_the_corresponding_day_or_the_next_working_day(
    start: date, length: int, unit: Unit, expected: date
) -> None:
    assert due(start, length, unit) == expected


def test_a_pause_is_half_open_and_the_due_day_is_not_in_one() -> None:
    start = date(2026, 3, 2)

    assert due(start, 3, pauses=[Pause(date(2026, 3, 4), date(2026, 3, 6))]) == date(2026, 3, 9)
    assert due(start, 3, pauses=[Pause(date(2026, 3, 5), date(2026, 3, 6))]) == date(2026, 3, 6)
    assert due(start, 3, pauses=[Pause(date(2026, 3, 6), date(2026, 3, 9))]) == date(2026, 3, 5)
    assert due(start, 3, pauses=[Pause(date(2026, 3, 5), date(2026, 3, 5))]) == date(2026, 3, 5)


def test_a_pause_on_the_working_day_a_period_would_run_to_moves_it_on() -> None:
    # 2026-03-07 is a Saturday, so the period would run to Monday the 9th.
    pause = Pause(date(2026, 3, 9), date(2026, 3, 11))

    assert due(date(2026, 3, 2), 5, Unit.DAY) == date(2026, 3, 9)
    assert due(date(2026, 3, 2), 5, Unit.DAY, [pause]) == date(2026, 3, 11)


def test_an_open_pause_leaves_no_due_date_unless_it_began_too_late() -> None:
    start = date(2026, 3, 2)

    held = deadline(start=start, length=3, pauses=[Pause(date(2026, 3, 4))], calendar=CALENDAR)
    late = deadline(start=start, length=3, pauses=[Pause(date(2026, 3, 6))], calendar=CALENDAR)

    assert (held.due, held.open) == (None, True)
    assert (late.due, late.open) == (date(2026, 3, 5), False)


def test_a_deadline_in_a_year_without_notice_is_provisional() -> None:
    def provisional(start: date, length: int) -> bool:
        return deadline(start=start, length=length, calendar=CALENDAR).provisional

    assert not provisional(date(2026, 12, 30), 1)
    assert provisional(date(2026, 12, 31), 1)
    assert provisional(date(2026, 12, 24), 10)
    assert provisional(date(2012, 12, 20), 10)


def test_the_change_of_2020_re_dates_what_was_open() -> None:
    before, after = Calendar.load(as_of=date(2020, 1, 26)), Calendar.load(as_of=date(2020, 1, 27))
    start = date(2020, 1, 22)

    first = deadline(start=start, length=3, calendar=before)
    second = deadline(start=start, length=3, calendar=after)

    assert (first.due, second.due) == (date(2020, 2, 1), date(2020, 2, 4))
    assert first.calendar_version != second.calendar_version


@settings(max_examples=600, deadline=None)
@given(clocks)
def test_every_deadline_equals_the_day_by_day_model(clock: tuple[date, int, Unit, list[Pause]]) -> None:
    start, length, unit, pauses = clock

    found = deadline(start=start, length=length, unit=unit, pauses=pauses, calendar=CALENDAR)

    assert found.due == day_by_day.due(start, length, unit, pauses)
    assert found.open is (found.due is None)


@given(clocks)
def test_clocks_lose_no_day(clock: tuple[date, int, Unit, list[Pause]]) -> None:
    start, length, _, pauses = clock
    end = due(start, length, pauses=pauses)
    if end is None:
        return

    passed = [start + timedelta(days=one) for one in range(1, (end - start).days + 1)]
    counted = [
        day for day in passed if CALENDAR.is_worked(day) and not any(pause.covers(day) for pause in pauses)
    ]

    assert len(counted) == length
    assert counted[-1] == end


@given(clocks, st.integers(0, 60), st.integers(0, 20))
def test_one_more_pause_never_brings_the_due_date_forward(
    clock: tuple[date, int, Unit, list[Pause]], after: int, days: int
) -> None:
    start, length, unit, pauses = clock
    paused_on = start + timedelta(days=after)
    more = [*pauses, Pause(paused_on, paused_on + timedelta(days=days))]

    without, with_more = due(start, length, unit, pauses), due(start, length, unit, more)

    # Pushed into an open pause, a deadline has no due date any more: later than any.
    assert with_more is None or (without is not None and with_more >= without)


@given(clocks)
def test_pauses_count_once_however_they_are_cut_and_not_at_all_after_the_end(
    clock: tuple[date, int, Unit, list[Pause]],
) -> None:
    start, length, unit, pauses = clock
    end = due(start, length, unit, pauses)
    doubled = [*pauses, *reversed(pauses)]

    assert due(start, length, unit, doubled) == end
    if end is not None:
        later = [*pauses, Pause(end + timedelta(days=1), None), Pause(start - timedelta(days=9), start)]
        assert due(start, length, unit, later) == end


@given(clocks)
def test_the_explanation_lists_every_day_and_counts_what_the_deadline_counts(
    clock: tuple[date, int, Unit, list[Pause]],
) -> None:
    start, length, unit, pauses = clock
    found = deadline(start=start, length=length, unit=unit, pauses=pauses, calendar=CALENDAR)

    days = explain(start=start, length=length, unit=unit, pauses=pauses, calendar=CALENDAR)

    assert [one.day for one in days] == [start + timedelta(days=one) for one in range(len(days))]
    assert not days[0].counted
    if found.due is None:
        assert all(one.counted is False for one in days[-1:])
        return
    assert days[-1].day == found.due
    if unit in (Unit.WORKING_DAY, Unit.DAY):
        assert sum(one.counted for one in days) == length
    assert found.provisional is any(not CALENDAR.known(one.day.year) for one in days[1:])


def test_the_explanation_says_why() -> None:
    pause = Pause(date(2026, 2, 26), date(2026, 2, 27), "anshan-2022-9/41/4")

    days = explain(start=date(2026, 2, 13), length=3, pauses=[pause], calendar=CALENDAR)

    reasons = {one.day: (one.kind.value, one.counted, one.why.en) for one in days}
    assert reasons[date(2026, 2, 13)] == ("working-day", False, "the day of the event is not counted")
    assert reasons[date(2026, 2, 14)] == ("working-weekend", True, "counted")
    assert reasons[date(2026, 2, 16)] == ("holiday", False, "Spring Festival holiday (国办发明电〔2025〕7号)")
    assert days[-1].day == date(2026, 2, 25)
    longer = explain(start=date(2026, 2, 13), length=4, pauses=[pause], calendar=CALENDAR)
    assert (longer[-2].why.zh, longer[-1].day) == ("中止:anshan-2022-9/41/4", date(2026, 2, 27))


def test_the_explanation_tells_how_a_free_last_day_runs_on() -> None:
    days = explain(start=date(2026, 7, 15), length=1, unit=Unit.MONTH, calendar=CALENDAR)

    assert [(one.day.day, one.counted, one.why.zh[:4]) for one in days[-3:]] == [
        (15, True, "期间最后"),
        (16, False, "顺延中"),
        (17, False, "顺延至该"),
    ]


@given(st.lists(st.tuples(starts, lengths), min_size=1, max_size=50))
def test_many_at_once_equal_one_by_one(clocks: list[tuple[date, int]]) -> None:
    found, provisional = deadlines(
        np.array([start for start, _ in clocks], "datetime64[D]"),
        np.array([length for _, length in clocks]),
        calendar=CALENDAR,
    )

    single = [deadline(start=start, length=length, calendar=CALENDAR) for start, length in clocks]
    assert found.tolist() == [one.due for one in single]
    assert provisional.tolist() == [one.provisional for one in single]


@pytest.mark.parametrize("length", [0, -1])
@pytest.mark.parametrize("unit", list(Unit))
def test_a_period_without_length_is_refused(length: int, unit: Unit) -> None:
    with pytest.raises(LengthNotPositive) as refusal:
        due(date(2026, 3, 2), length, unit)
    assert str(length) in refusal.value.explain("zh-hans")
    with pytest.raises(LengthNotPositive):
        deadlines(np.array(["2026-03-02"], "datetime64[D]"), np.array([length]), calendar=CALENDAR)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize(
    ("start", "length"),
    [(date(1989, 12, 31), 3), (date(2199, 12, 31), 1), (date(2026, 1, 1), 10**9), (date(9999, 12, 31), 1)],
)
def test_dates_beyond_the_calendar_are_refused(start: date, length: int, unit: Unit) -> None:
    with pytest.raises(DateOutOfRange):
        due(start, length, unit)
    with pytest.raises(DateOutOfRange):
        due(start, length, unit, [Pause(start, start + timedelta(days=0))])


def test_a_pause_beyond_the_calendar_matters_only_if_it_is_reached() -> None:
    far = Pause(date(9000, 1, 1), date(9000, 1, 2))
    assert due(date(2026, 3, 2), 3, pauses=[far]) == date(2026, 3, 5)
    with pytest.raises(DateOutOfRange):
        due(date(2026, 3, 2), 3, pauses=[Pause(date(2026, 3, 3), date(9000, 1, 1))])


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PauseReversed) as refusal:
        Pause(date(2026, 3, 4), date(2026, 3, 3))
    assert "2026-03-03" in refusal.value.explain("en")


def test_three_hundred_thousand_deadlines_take_less_than_a_second() -> None:
    best = min(_seconds_for(30_000) for _ in range(5))

    assert best < 0.1


def _seconds_for(count: int) -> float:
    start = date(2026, 2, 13)
    began = time.perf_counter()
    for _ in range(count):
        deadline(start=start, length=5, calendar=CALENDAR)
    return time.perf_counter() - began
