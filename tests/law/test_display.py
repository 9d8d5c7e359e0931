"""Display of everything that is not an adverse penalty."""

from __future__ import annotations

from datetime import date

import pytest

from anxin.law.carries_out import carries_out
from anxin.law.display import DISPLAY_RULES, DisplayFacts, UnknownDisplayRule, display_rule, display_window

from .readings import by_polars, one_by_one

DAY = date(2024, 1, 31)


def permit(**facts: object) -> DisplayFacts:
    return DisplayFacts(subject_kind="legal_person", decided_on=DAY, **facts)  # type: ignore[arg-type]


# rule, case, first day, first day after
CASES = [
    # The last day of validity is still displayed; 2099/12/31 means long-term, and so does no end at all.
    ("until_valid_to", permit(valid_to=date(2025, 1, 30)), DAY, date(2025, 1, 31)),
    ("until_valid_to", permit(valid_to=date(2099, 12, 31)), DAY, date(2100, 1, 1)),
    ("until_valid_to", permit(valid_to=date(9998, 12, 31)), DAY, date(2100, 1, 1)),
    ("until_valid_to", permit(), DAY, date(2100, 1, 1)),
    ("until_valid_to", permit(valid_to=date(2024, 1, 30)), None, None),
    ("until_valid_to", permit(valid_to=DAY), DAY, date(2024, 2, 1)),
    ("listing_until_removed", permit(), DAY, date(2100, 1, 1)),
    ("listing_until_removed", permit(removed_on=date(2024, 6, 1)), DAY, date(2024, 6, 1)),
    ("listing_until_removed", permit(removed_on=DAY), None, None),
    # A registration is displayed from the day it came in, whatever its own day, until the day of deregistration.
    ("while_registered", permit(received_on=date(2026, 1, 5)), date(2026, 1, 5), date(2100, 1, 1)),
    (
        "while_registered",
        permit(received_on=date(2026, 1, 5), removed_on=date(2026, 6, 1)),
        date(2026, 1, 5),
        date(2026, 6, 1),
    ),
    ("while_registered", permit(received_on=DAY, removed_on=DAY), None, None),
    ("while_registered", permit(received_on=date(2099, 12, 31)), date(2099, 12, 31), date(2100, 1, 1)),
    ("while_registered", permit(received_on=date(2100, 1, 1)), None, None),
    ("while_registered", permit(), None, None),
    ("while_registered", permit(received_on=DAY, legal_status="annulled"), None, None),
    (
        "while_registered",
        permit(received_on=DAY, display_until=date(2024, 3, 1)),
        DAY,
        date(2024, 3, 2),
    ),
    ("fixed_period", permit(), DAY, date(2027, 1, 31)),
    ("fixed_period:1", permit(), DAY, date(2024, 2, 29)),
    ("fixed_period:13", permit(), DAY, date(2025, 2, 28)),
    ("fixed_period:1", permit(document_on=date(2024, 2, 1)), date(2024, 2, 1), date(2024, 3, 1)),
    ("not_displayed", permit(), None, None),
    ("until_valid_to", permit(minor=True), None, None),
    ("until_valid_to", DisplayFacts(subject_kind="natural_person", decided_on=DAY), None, None),
    ("until_valid_to", DisplayFacts(subject_kind="legal_person", valid_from=DAY), DAY, date(2100, 1, 1)),
    ("until_valid_to", DisplayFacts(subject_kind="legal_person"), None, None),
]


@carries_out("anshan-2022-9/13/1/1")
@pytest.mark.parametrize(("name", "facts", "first", "after"), CASES)
def test_a_record_is_displayed_from_its_day_to_the_end_of_its_rule(
    name: str, facts: DisplayFacts, first: date | None, after: date | None
) -> None:
    window = display_window(name, facts)
    assert (window.display_from, window.display_to) == (first, after)
    rule = display_rule(name)
    assert by_polars(rule.display_from, [facts]) == one_by_one(rule.display_from, [facts]) == [first]
    assert by_polars(rule.display_to, [facts]) == one_by_one(rule.display_to, [facts]) == [after]


@pytest.mark.parametrize("name", ["", "penalty_tiers:3", "fixed_period:x", "for_ever"])
def test_an_unknown_display_rule_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownDisplayRule) as caught:
        display_rule(name)
    assert all(known in caught.value.advise("en") for known in DISPLAY_RULES)


def test_a_rule_without_tiers_gives_no_tier() -> None:
    window = display_window("fixed_period", permit())
    assert window.tier is None
    assert window.rule_version == "fixed_period"
