"""Art. 14(2): from all releases together nobody can tell that one to seven persons exist, came or went."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, Phase, find, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from tests.access.statistics import rules
from tests.access.statistics.rules import LEAST, leaks, told

pytestmark = pytest.mark.django_db
COUNTS = st.lists(st.one_of(st.integers(0, 17), st.integers(0, 50)), min_size=1, max_size=7)
PROVED = bounds(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
SOUGHT = bounds(
    max_examples=400,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@PROVED
@given(COUNTS)
def test_art_14_2_no_sequence_of_releases_tells_of_one_to_seven_persons(counts: list[int]) -> None:
    assert leaks(counts) == []


@PROVED
@given(COUNTS)
def test_art_14_2_a_world_without_small_groups_gives_the_very_same_releases(counts: list[int]) -> None:
    seen = told(counts)
    world = [number or 0 for number in seen]
    assert told(world) == seen
    differences = {abs(a - b) for a, b in combinations([0, *world], 2)}
    assert not differences & set(range(1, LEAST))


@pytest.mark.parametrize(
    "rule",
    [
        rules.EVERYTHING,
        rules.THRESHOLD_ALONE,
        rules.ZERO_TOLD,
        rules.LAST_RELEASE_ALONE,
    ],
)
def test_the_same_test_finds_a_leak_where_the_rule_is_off_or_weaker(rule: str) -> None:
    assert leaks(find(COUNTS, lambda counts: bool(leaks(counts, rule)), settings=SOUGHT), rule)


@pytest.mark.parametrize("before", range(LEAST, 30))
def test_art_14_2_a_fall_below_eight_never_tells_to_what_or_that_only_a_few_went(before: int) -> None:
    answers = {told([before, after])[1] for after in range(LEAST)}
    # All of 0 to 7 look alike, and nothing disappears that may have lost fewer than eight.
    assert answers == {before if before < 2 * LEAST - 1 else None}


def test_the_same_test_finds_a_fall_that_tells_its_depth() -> None:
    answers = {told([8, after], rules.FALL_HIDDEN_WHERE_IT_IS_GREAT)[1] for after in range(LEAST)}
    assert answers == {8, None}
    assert rules.known([8, 0], rules.FALL_HIDDEN_WHERE_IT_IS_GREAT)[1] == {0}


@pytest.mark.parametrize(
    ("counts", "seen"),
    [
        ([0, 7, 8], [None, None, 8]),
        ([20, 20, 27, 13, 28, 13], [20, 20, 20, 20, 28, 20]),
        # Near a number of the release before last: that one comes back, and not a third beside it.
        ([10, 20, 12], [10, 20, 10]),
        ([30, 3, 29, 24, 40], [30, None, 30, 30, 40]),
    ],
)
def test_art_14_2_an_earlier_number_stands_until_eight_came_or_went(
    counts: list[int], seen: list[int | None]
) -> None:
    assert told(counts) == seen
