"""English pages are English: no sentence is left without a translation."""

from __future__ import annotations

from anxin.web.templatetags.anxin import day, last_day
from tests.web.translations import asked_for, translated


def test_every_sentence_has_an_english_translation() -> None:
    assert sorted(asked_for() - set(translated())) == []


def test_a_day_is_written_the_chinese_way_and_an_end_is_the_last_whole_day() -> None:
    assert day("2026-11-23") == "2026年11月23日"
    assert last_day("2027-03-01T16:00:00+00:00") == "2027年3月1日"
