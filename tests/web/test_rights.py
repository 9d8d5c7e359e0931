"""The guide to objections and restoration says what the rules say: days and tiers come from the pack (Art. 41, 42)."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from anxin.law.display import DisplayFacts, display_window
from anxin.law.packs.china.rules.restoration_guide import restoration_guide

pytestmark = pytest.mark.django_db(databases=["default", "site"])


def test_art_41_the_page_states_each_days_limit_with_its_day_list(client: Client) -> None:
    page = client.get("/rights/").content.decode()

    for days in ("3 个工作日", "2 个工作日", "5 个工作日", "10 个工作日", "60 日"):
        assert days in page
    assert page.count("事件当日") == 6


def test_art_42_both_orders_stand_there_the_one_in_force_first(client: Client) -> None:
    page = client.get("/rights/").content.decode()

    assert 0 < page.index("2026年4月1日起作出的决定") < page.index("2023年5月1日起、2026年4月1日前作出的决定")


@pytest.mark.parametrize("decided_on", [date(2025, 6, 1), date(2026, 6, 1)])
@pytest.mark.parametrize("kind", ["warning", "fine", "closure"])
def test_the_guide_gives_the_same_months_as_the_rule(decided_on: date, kind: str) -> None:
    window = display_window(
        "penalty_tiers",
        DisplayFacts(
            subject_kind="legal_person", decided_on=decided_on, penalty_kinds=(kind,), fine=5_000_000
        ),
    )
    order = next(one for one in restoration_guide() if one.valid_from <= decided_on)
    line = next(one for one in order.tiers if one.tier == window.tier)

    assert (line.minimum_months, line.maximum_months) == (window.minimum_months, window.maximum_months)
    assert line.displayed == window.published
