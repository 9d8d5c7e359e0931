"""Half-open periods, against sets of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.kernel.periods import Period, PeriodReversed, union

DAYS = [date(2026, 2, 20) + timedelta(days=one) for one in range(16)]
# The last days stand for “without end” in the comparison with sets.
HORIZON = len(DAYS)

periods = st.tuples(st.integers(0, HORIZON - 2), st.none() | st.integers(0, 8)).map(
    lambda two: Period(
        DAYS[two[0]], None if two[1] is None else DAYS[0] + timedelta(days=min(sum(two), HORIZON - 1))
    )
)


def points(*given_periods: Period[date]) -> set[date]:
    return {day for day in DAYS for period in given_periods if period.contains(day)}


@given(periods, periods)
def test_two_periods_share_what_their_days_share(one: Period[date], other: Period[date]) -> None:
    common = one.intersection(other)

    assert points(*([common] if common else [])) == points(one) & points(other)
    assert one.overlaps(other) is bool(points(one) & points(other))
    assert one.overlaps(other) is other.overlaps(one)
    assert one.covers(other) is (points(other) <= points(one))


@given(st.lists(periods, max_size=6))
def test_a_union_has_the_same_days_in_fewest_periods(given_periods: list[Period[date]]) -> None:
    joined = union(given_periods)

    assert points(*joined) == points(*given_periods)
    for before, after in pairwise(joined):
        assert before.end is not None
        assert before.end < after.start


def test_the_end_is_exclusive_to_the_microsecond() -> None:
    end = datetime(2026, 4, 1, tzinfo=UTC)
    period = Period(datetime(2026, 1, 1, tzinfo=UTC), end)

    assert period.contains(end - timedelta(microseconds=1))
    assert not period.contains(end)
    assert not period.overlaps(Period(end, None))


def test_a_period_never_ends_before_it_starts() -> None:
    with pytest.raises(PeriodReversed) as refusal:
        Period(date(2026, 4, 2), date(2026, 4, 1))
    assert refusal.value.code == "E-PERIOD"
    assert Period(date(2026, 4, 1), date(2026, 4, 1)).empty


def test_days_and_moments_do_not_mix_and_moments_have_a_zone() -> None:
    with pytest.raises(TypeError):
        Period(date(2026, 4, 1), datetime(2026, 4, 2, tzinfo=UTC))
    with pytest.raises(TypeError):
        Period(datetime(2026, 4, 1), None)  # noqa: DTZ001
