"""The reading for one case: reasons in the order of the law, unknowns, and mistakes that are refused early."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from anxin.kernel.citations import Citation
from anxin.kernel.rules import (
    Field,
    Kind,
    NoRuleInForce,
    Rule,
    branch_of,
    case,
    const,
    evaluate,
    fields_of,
    greatest,
    is_missing,
    missing,
    rule_in_force,
    to_sql,
    when,
)
from anxin.kernel.text import Bilingual

decided_on = Field("decided_on", Kind.DATE)
fine = Field("fine", Kind.INTEGER)
kinds = Field("kinds", Kind.TEXTS)
months = case(
    when(
        is_missing(fine) & ~kinds.overlaps("warning"), 36, "order-36/5/4", zh="金额不明", en="amount unknown"
    ),
    when(kinds.overlaps("license_revoked"), 36, "order-36/5/3", zh="吊销许可证件", en="license revoked"),
    when(fine >= 1_000_000, 12, "order-36/5/2", zh="罚款数额较大", en="larger fine"),
    otherwise=3,
)


@pytest.mark.parametrize(
    ("given_kinds", "given_fine", "expected", "branch"),
    [
        (("fine",), 1_000_000, 12, 3),
        (("fine",), 999_999, 3, 0),
        (("fine", "license_revoked"), 5_000_000, 36, 2),
        (("fine",), None, 36, 1),
        (("warning",), None, 3, 0),
        (None, None, 3, 0),
        ((), 0, 3, 0),
    ],
)
def test_the_first_branch_that_is_true_decides(
    given_kinds: tuple[str, ...] | None, given_fine: int | None, expected: int, branch: int
) -> None:
    facts = {"kinds": given_kinds, "fine": given_fine}

    assert evaluate(months, facts).value == expected
    assert evaluate(branch_of(months), facts).value == branch


def test_the_reason_names_clause_and_sentence_of_the_branch_that_fired() -> None:
    body = case(
        when(
            decided_on < date(2026, 4, 1), decided_on.add_years(3), "order-58/7", zh="旧办法", en="old order"
        ),
        otherwise=decided_on.add_months(months),
    )

    verdict = evaluate(body, {"decided_on": date(2026, 4, 30), "fine": 2_000_000, "kinds": ()})

    assert verdict.value == date(2027, 4, 30)
    assert [(str(one.citation), one.text) for one in verdict.reasons] == [
        ("order-36/5/2", Bilingual("罚款数额较大", "larger fine"))
    ]


@pytest.mark.parametrize(
    ("start", "shift", "end"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
    ],
)
def test_months_run_to_the_corresponding_day_or_the_end_of_the_month(
    start: date, shift: int, end: date
) -> None:
    assert evaluate(const(start).add_months(shift), {}).value == end


def test_the_greatest_skips_what_is_missing() -> None:
    assert evaluate(greatest(const(3), missing(Kind.INTEGER)), {}).value == 3


def test_a_forgotten_fact_is_a_mistake_and_not_an_unknown() -> None:
    with pytest.raises(KeyError):
        evaluate(fine > 0, {})


@pytest.mark.parametrize("value", [1.5, "12", True, date(2024, 1, 1)])
def test_a_fact_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        evaluate(fine > 0, {"fine": value})  # type: ignore[dict-item]


def test_arithmetic_beyond_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        evaluate(fine * 10_000, {"fine": 10**16})


def test_kinds_that_do_not_fit_are_refused_while_the_rule_is_written() -> None:
    builders: list[Callable[[], object]] = [
        lambda: fine > date(2024, 1, 1),
        lambda: const("a") < 3,
        lambda: fine & fine,
        lambda: fine.add_days(3),
        lambda: kinds.equals("fine"),
        lambda: fine.is_in(),
        lambda: case(when(fine > 1, "a"), otherwise=3),
    ]
    for build in builders:
        with pytest.raises(TypeError):
            build()


def test_one_field_with_two_kinds_is_refused() -> None:
    with pytest.raises(TypeError):
        fields_of(is_missing(fine) & is_missing(Field("fine", Kind.TEXT)))


def test_sql_quotes_what_it_writes() -> None:
    body = Field("status", Kind.TEXT).equals("a'b%\\") & Field("order", Kind.BOOLEAN)

    assert to_sql(body) == """((("status")::text = E'a''b%\\\\') AND ("order")::boolean)"""
    assert "%%" in to_sql(body, placeholders=True)


def _version(valid_from: date, valid_to: date | None, length: int) -> Rule:
    body = decided_on.add_months(length)
    return Rule("display_maximum", Citation.parse("order-36/5"), valid_from, valid_to, body)


def test_the_version_in_force_on_the_day_applies_and_ends_are_exclusive() -> None:
    old, new = _version(date(2023, 5, 1), date(2026, 4, 1), 36), _version(date(2026, 4, 1), None, 12)

    assert rule_in_force([new, old], date(2026, 3, 31)) is old
    assert rule_in_force([new, old], date(2026, 4, 1)) is new
    assert old.fingerprint != new.fingerprint
    with pytest.raises(NoRuleInForce) as refusal:
        rule_in_force([old, new], date(2023, 4, 30))
    assert "2023-04-30" in refusal.value.explain("en")


def test_two_versions_on_one_day_are_a_mistake_in_the_pack() -> None:
    with pytest.raises(ValueError):
        rule_in_force(
            [_version(date(2023, 1, 1), None, 36), _version(date(2024, 1, 1), None, 12)], date(2025, 1, 1)
        )
