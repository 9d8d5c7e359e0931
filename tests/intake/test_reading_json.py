"""JSON: an array of objects or `{"rows": [...]}`, exact or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anxin.intake.reading import ROW_NUMBER, open_table
from anxin.intake.refusals import FileRefused


def rows_of(path: Path) -> list[dict[str, object]]:
    return [row for frame in open_table(path).frames() for row in frame.iter_rows(named=True)]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('[{"a": "1", "a": "2"}]', "E-JSON", "2"),
        ('[{"a": "1"}, {"b": "1", "b": "2"}]', "E-JSON", "3"),
        ("[" * 100_000, "E-JSON", ""),
        ('[{"a": NaN}]', "E-JSON", "NaN"),
        ('[{"a": -Infinity}]', "E-JSON", "-Infin"),
        ('[{"a": 1}, {"a": 210399199001010014}]', "E-JSON", "3"),
        ('[{"a": {"b": 1}}]', "E-JSON", "2/a"),
        ('[{"a": [1]}]', "E-JSON", "2/a"),
        ("[1, 2]", "E-JSON", "2"),
        ('{"data": []}', "E-JSON", "/"),
        ('{"rows": [], "more": 1}', "E-JSON", "/"),
        ('{"rows": {"a": 1}}', "E-JSON", "/"),
        ('[{"a": "1"},\n {"a": ]', "E-JSON", "2"),
        ('[{"a": "\\u0000"}]', "E-NUL", "2/a"),
        ('[{"a": "\\ud800"}]', "E-ENC", "2"),
        ('[{"a": "' + "长" * 32_768 + '"}]', "E-CELL-LEN", "2/a"),
        ("[]", "E-EMPTY", ""),
        ('{"rows": []}', "E-EMPTY", ""),
        ("[" + ",".join(['{"a":1}'] * 200_001) + "]", "E-ROWS", "200001"),
    ],
)
def test_what_is_not_exact_is_refused_with_its_place(
    tmp_path: Path, text: str, code: str, place: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(FileRefused) as refusal:
        rows_of(path)

    assert refusal.value.code == code
    assert place in refusal.value.explain("zh")
    assert place in refusal.value.explain("en")
    assert refusal.value.advise("zh") != refusal.value.advise("en")
    assert "210399199001010014" not in refusal.value.explain("en")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_json_is_utf8(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(json.dumps([{"企业名称": "虚构甲"}], ensure_ascii=False).encode(encoding))

    with pytest.raises(FileRefused, match="E-ENC"):
        rows_of(path)


def test_values_are_text_and_the_first_object_is_row_2(tmp_path: Path) -> None:
    path = tmp_path / "good.json"
    rows = [{"甲": "1,2", "乙": 1}, {}, {"乙": True, "丙": None, "甲": '说"\n话'}, {"丁": ""}]
    path.write_text("\ufeff" + json.dumps({"rows": rows}).replace(": 1}", ": 1.50}"), encoding="utf-8")

    assert open_table(path).header == ("甲", "乙", "丙", "丁")
    assert rows_of(path) == [
        {"甲": "1,2", "乙": "1.50", "丙": None, "丁": None, ROW_NUMBER: 2},
        {"甲": '说"\n话', "乙": "TRUE", "丙": None, "丁": None, ROW_NUMBER: 4},
    ]


def test_a_csv_may_begin_with_a_bracket(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("[企业名称],代码\n虚构,1\n", encoding="utf-8")

    assert open_table(path).header == ("[企业名称]", "代码")
