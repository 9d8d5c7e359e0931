"""Tiers and display periods of Orders 58 and 36: tables of cases, in three readings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.kernel.rules import Expression, rule_in_force
from anxin.law.carries_out import carries_out
from anxin.law.display import DisplayFacts, Tier, display_rule, display_window
from anxin.law.packs.china.rules.restoration import penalty_kind_names, restoration

from .readings import by_polars, by_sql, one_by_one

BEFORE, AFTER = date(2026, 3, 31), date(2026, 4, 1)
COMPANY = DisplayFacts(subject_kind="legal_person", decided_on=AFTER, procedure="ordinary")
YUAN = 100


def penalty(**facts: object) -> DisplayFacts:
    return replace(COMPANY, **facts)  # type: ignore[arg-type]


# case, tier, months at least, months at most
TIERS_OF_ORDER_36 = [
    (penalty(penalty_kinds=("warning",)), 1, 0, 3),
    (penalty(penalty_kinds=("public_criticism", "warning")), 1, 0, 3),
    (penalty(penalty_kinds=("fine",), fine=3000 * YUAN), 1, 0, 3),
    (penalty(penalty_kinds=("fine",), fine=3000 * YUAN + 1), 2, 3, 12),
    (penalty(penalty_kinds=("fine",), fine=200 * YUAN + 1, subject_kind="natural_person"), 2, 3, 12),
    (penalty(penalty_kinds=("fine",), fine=200 * YUAN, subject_kind="natural_person"), 1, 0, 3),
    (penalty(penalty_kinds=("fine",), fine=None), 2, 3, 12),
    (penalty(penalty_kinds=("fine",), fine=9_999_999 * YUAN), 2, 3, 12),
    (penalty(penalty_kinds=("fine",), fine=10_000_000 * YUAN), 3, 12, 36),
    (penalty(penalty_kinds=("confiscation_of_gains",)), 2, 3, 12),
    (penalty(penalty_kinds=("warning", "confiscation_of_property")), 2, 3, 12),
    (penalty(penalty_kinds=("warning", "permit_revocation")), 3, 12, 36),
    (penalty(penalty_kinds=("permit_suspension",)), 3, 12, 36),
    (penalty(penalty_kinds=("employment_restriction",)), 3, 12, 36),
    (penalty(penalty_kinds=("closure",), procedure="summary"), 3, 12, 36),
    (penalty(penalty_kinds=("fine",), fine=5000 * YUAN, procedure="summary"), 1, 0, 3),
    (penalty(penalty_kinds=("other",)), 2, 3, 12),
    (penalty(penalty_kinds=()), 2, 3, 12),
    (penalty(penalty_kinds=None), 2, 3, 12),
    (penalty(penalty_kinds=("warning",), field="food"), 1, 0, 3),
    (penalty(penalty_kinds=("warning",), procedure=None), 1, 0, 3),
    (penalty(penalty_kinds=("fine",), fine=5000 * YUAN, subject_kind=None), 2, 3, 12),
]
TIERS_OF_ORDER_58 = [
    (penalty(decided_on=BEFORE, penalty_kinds=("warning",)), 1, 0, 3),
    (penalty(decided_on=BEFORE, penalty_kinds=("warning", "fine"), fine=1), 2, 3, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), fine=50_000_000 * YUAN), 2, 3, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("permit_revocation",)), 2, 3, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), field="food"), 3, 12, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), field="drugs"), 3, 12, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), field="special_equipment"), 3, 12, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), field="work_safety"), 3, 12, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), field="fire"), 3, 12, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), field="transport"), 2, 3, 36),
    (penalty(decided_on=BEFORE, penalty_kinds=("fine",), procedure="summary", field="fire"), 1, 0, 3),
    (penalty(decided_on=BEFORE, penalty_kinds=None), 2, 3, 36),
    (penalty(decided_on=date(2023, 5, 1), penalty_kinds=("fine",)), 2, 3, 36),
    (penalty(decided_on=date(2019, 6, 1), penalty_kinds=("fine",)), 2, 3, 36),
]
ORDINARY = {"penalty_kinds": ("confiscation_of_gains",)}
GRAVE = {"penalty_kinds": ("permit_revocation",)}
# case, first day, first day after
WINDOWS = [
    (penalty(**ORDINARY), date(2026, 4, 1), date(2027, 4, 1)),
    (penalty(**ORDINARY, decided_on=BEFORE), date(2026, 3, 31), date(2029, 3, 31)),
    (penalty(**GRAVE), date(2026, 4, 1), date(2029, 4, 1)),
    # A leap day ends on 28 February of common years.
    (penalty(**ORDINARY, decided_on=date(2024, 2, 29)), date(2024, 2, 29), date(2027, 2, 28)),
    (penalty(**ORDINARY, decided_on=date(2028, 2, 29)), date(2028, 2, 29), date(2029, 2, 28)),
    (penalty(**GRAVE, decided_on=date(2026, 8, 31)), date(2026, 8, 31), date(2029, 8, 31)),
    # The document's own date goes before the date of decision, also for the choice of the order.
    (penalty(**ORDINARY, document_on=BEFORE), date(2026, 3, 31), date(2029, 3, 31)),
    (penalty(**ORDINARY, decided_on=BEFORE, document_on=AFTER), AFTER, date(2027, 4, 1)),
    # A unit may end the display earlier, never later; its last day is still displayed.
    (penalty(**ORDINARY, display_until=date(2026, 9, 30)), AFTER, date(2026, 10, 1)),
    (penalty(**ORDINARY, display_until=date(2030, 1, 1)), AFTER, date(2027, 4, 1)),
    (penalty(**ORDINARY, display_until=date(2026, 3, 1)), None, None),
    # Never displayed.
    (penalty(penalty_kinds=("warning",)), None, None),
    (penalty(**GRAVE, minor=True), None, None),
    (penalty(**GRAVE, subject_kind="natural_person"), None, None),
    (penalty(**GRAVE, legal_status="withdrawn"), None, None),
    (penalty(**GRAVE, legal_status="annulled"), None, None),
    (penalty(**GRAVE, decided_on=None), None, None),
    # Unknown is not yes: a status or age nobody gave stops nothing.
    (penalty(**GRAVE, minor=None, legal_status=None), AFTER, date(2029, 4, 1)),
    (penalty(**GRAVE, legal_status="corrected"), AFTER, date(2029, 4, 1)),
]
TIERS = [*TIERS_OF_ORDER_36, *TIERS_OF_ORDER_58]
READINGS = [one_by_one, by_polars, pytest.param(by_sql, marks=pytest.mark.django_db)]


@carries_out("anshan-2022-9/42/1")
@pytest.mark.parametrize("read", READINGS)
def test_each_penalty_falls_into_its_tier_in_every_reading(read) -> None:  # type: ignore[no-untyped-def]
    cases = [case for case, *_ in TIERS]
    rule = display_rule("penalty_tiers")
    assert read(rule.tier, cases) == [tier for _, tier, _, _ in TIERS]
    assert read(rule.minimum_months, cases) == [least for *_, least, _ in TIERS]
    assert read(rule.maximum_months, cases) == [most for *_, most in TIERS]


@carries_out("anshan-2022-9/14/2", "anshan-2022-9/25/3")
@pytest.mark.parametrize("read", READINGS)
def test_each_display_window_has_its_days_in_every_reading(read) -> None:  # type: ignore[no-untyped-def]
    cases = [case for case, *_ in WINDOWS]
    rule = display_rule("penalty_tiers")
    assert read(rule.display_from, cases) == [first for _, first, _ in WINDOWS]
    assert read(rule.display_to, cases) == [after for *_, after in WINDOWS]


def test_a_record_keeps_the_order_of_its_own_day() -> None:
    before = display_window("penalty_tiers", penalty(**ORDINARY, decided_on=BEFORE))
    after = display_window("penalty_tiers", penalty(**ORDINARY))
    assert (before.rule_version, after.rule_version) == (
        "penalty_tiers/ndrc-order-58",
        "penalty_tiers/ndrc-order-36",
    )
    assert before.display_to is not None
    assert before.display_to > AFTER  # still displayed under the old period when the new order came


def test_one_order_is_in_force_on_each_day_since_may_2023() -> None:
    rules = [version.tier_rule for version in restoration().versions]
    assert rule_in_force(rules, BEFORE).citation.instrument == "ndrc-order-58"
    assert rule_in_force(rules, AFTER).citation.instrument == "ndrc-order-36"


def test_the_reason_for_a_tier_and_for_silence_is_told_in_both_languages() -> None:
    grave = display_window("penalty_tiers", penalty(**GRAVE))
    assert grave.tier is Tier.GRAVE
    assert next(reason.text.en for reason in grave.reasons if reason.text).startswith("permit suspended")
    silent = display_window("penalty_tiers", penalty(**GRAVE, minor=True))
    assert "未成年人" in str([reason.text.zh for reason in silent.reasons if reason.text])
    assert not silent.published


def test_every_kind_the_templates_print_has_a_name() -> None:
    names = penalty_kind_names()
    printed = [
        "警告",
        "通报批评",
        "罚款",
        "没收违法所得",
        "暂扣许可证件",
        "吊销许可证件",
        "责令停产停业",
        "行政拘留",
    ]
    assert all(kind in names for kind in printed)
    assert names["吊销"] == "permit_revocation"
    assert not any(name.isdecimal() for name in names)  # cities number them differently


KINDS = sorted(set(penalty_kind_names().values()))
maybe = st.none() | st.dates(date(2018, 1, 1), date(2032, 12, 31))
any_facts = st.builds(
    DisplayFacts,
    subject_kind=st.sampled_from([None, "natural_person", "legal_person", "unincorporated_organization"]),
    decided_on=maybe,
    document_on=maybe,
    valid_from=maybe,
    valid_to=maybe,
    removed_on=maybe,
    received_on=maybe,
    display_until=maybe,
    procedure=st.sampled_from([None, "summary", "ordinary"]),
    penalty_kinds=st.none() | st.lists(st.sampled_from(KINDS), max_size=3, unique=True).map(tuple),
    fine=st.none() | st.integers(0, 2_000_000_000),
    field=st.sampled_from([None, "food", "fire", "transport"]),
    minor=st.sampled_from([None, True, False]),
    legal_status=st.sampled_from([None, "effective", "withdrawn", "annulled"]),
)
RULES = [
    *("penalty_tiers", "until_valid_to", "listing_until_removed"),
    *("while_registered", "fixed_period:7", "not_displayed"),
]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.lists(any_facts, min_size=1, max_size=12), st.sampled_from(RULES))
def test_the_three_readings_never_differ(cases: list[DisplayFacts], name: str) -> None:
    rule = display_rule(name)
    bodies: list[Expression] = [rule.display_from, rule.display_to, rule.tier, rule.version, rule.published]
    for body in bodies:
        single = one_by_one(body, cases)
        assert by_polars(body, cases) == single
        assert by_sql(body, cases) == single


@settings(max_examples=300, deadline=None)
@given(any_facts, st.sampled_from(RULES))
def test_a_window_is_finite_and_not_empty_or_absent(facts: DisplayFacts, name: str) -> None:
    window = display_window(name, facts)
    if window.display_from is None or window.display_to is None:
        assert window.display_from is window.display_to is None
        assert not window.published
    else:
        assert window.display_from < window.display_to <= date(2100, 1, 1)
        assert facts.subject_kind != "natural_person"
