"""Code lists: the same number means other things in another template."""

from __future__ import annotations

from pathlib import Path

import pytest

from anxin.catalog.codes import CURRENT, code_list, national_code_lists, read_code_lists
from anxin.catalog.pack import PACKS, read_catalog
from anxin.law.problems import PackError


@pytest.mark.parametrize(
    ("name", "number", "meaning"),
    [
        ("penalty-kind", "1", "罚款"),
        ("penalty-kind", "0", "警告"),
        ("document-status", "1", "撤销"),
        ("permit-kind", "4", "登记"),
    ],
)
def test_numbers_of_the_2015_template_mean_nothing_in_the_current_one(
    name: str, number: str, meaning: str
) -> None:
    assert code_list(name, version="2015").value_of(number) == meaning
    assert code_list(name).value_of(number) is None


def test_another_spelling_stands_for_the_printed_value() -> None:
    assert code_list("id-kind").value_of(" 居民身份证 ") == "身份证"
    assert code_list("subject-class").value_of("002") == "自然人"
    assert code_list("subject-class").value_of("外星人") is None


def test_each_list_that_a_field_names_exists() -> None:
    items = read_catalog([PACKS / "china" / "catalog", PACKS / "anshan" / "catalog"])
    named = {field.code_list for item in items for field in item.fields if field.code_list}
    current = {name for name, _, version in national_code_lists() if version == CURRENT}

    assert named
    assert named <= current


def test_a_text_with_two_meanings_in_one_list_is_a_fault_with_its_line(tmp_path: Path) -> None:
    text = (
        "source: own\nversion: current\nlists:\n  - list: kind\n    values:\n"
        '      - {value: 甲, aliases: ["1"]}\n      - {value: 乙, aliases: ["1"]}\n'
    )
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PackError, match=r"own\.yaml:7"):
        read_code_lists([tmp_path])
