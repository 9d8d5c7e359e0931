"""A code typed as a number into an xlsx arrives as the clerk sees it, or not at all."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from anxin.intake.parsing.formats import filled_to
from anxin.intake.reading import open_table
from anxin.intake.refusals import FileRefused

# Value, format, what Excel shows (and writes when it saves the sheet as CSV).
SHOWN: list[tuple[float, str, str]] = [
    (123, "000000", "000123"),
    (1234567, "000000", "1234567"),
    (0, "000", "000"),
    (123, "000000;-000000", "000123"),
    (123, "[Red]00000", "00123"),
    (123, "[$-804]00000", "00123"),
    (123, "00000_ ", "00123"),
    (123, "0", "123"),
    (123, "General", "123"),
    (123, "#,##0", "123"),
    (0.2, "0.000000", "0.2"),
    (12, '0"元"', "12"),
    (5, "# ??/100", "5"),
    (7, "0.00E+00", "7"),
    (7, "0E+00", "7"),
    (12.5, "0000", "12.5"),
    (-5, "0000", "-5"),
]
UNCLEAR = ["000-000", '"XK"0000', "000.0", "00000\\-0000", "[<=999]000;0000000", "0,000", "0000号"]


def by_xlsxwriter(path: Path, cells: list[tuple[float, str]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["code", "name"])
    for row, (value, shown_as) in enumerate(cells, start=1):
        sheet.write_number(row, 0, value, book.add_format({"num_format": shown_as}))
        sheet.write_string(row, 1, "00虚构")
    book.close()
    return path


def by_openpyxl(path: Path, cells: list[tuple[float, str]]) -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["code", "name"])
    for row, (value, shown_as) in enumerate(cells, start=2):
        sheet.cell(row, 1, value).number_format = shown_as
        sheet.cell(row, 2, "00虚构")
    book.save(path)
    return path


WRITERS = [by_xlsxwriter, by_openpyxl]


@pytest.mark.parametrize("write", WRITERS)
def test_zeros_that_a_format_adds_are_read_with_the_number(write: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "codes.xlsx", [(value, shown_as) for value, shown_as, _ in SHOWN])
    with (tmp_path / "codes.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["code", "name"], *([shown, "00虚构"] for _, _, shown in SHOWN)])

    frame = next(open_table(path).frames())

    assert frame["code"].to_list() == [shown for _, _, shown in SHOWN]
    assert frame.equals(next(open_table(tmp_path / "codes.csv").frames()))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("shown_as", UNCLEAR)
def test_a_number_shown_with_zeros_and_more_is_refused(write: Any, shown_as: str, tmp_path: Path) -> None:
    path = write(tmp_path / "codes.xlsx", [(1, "0000"), (123, shown_as)])

    with pytest.raises(FileRefused) as refused:
        open_table(path)

    assert (refused.value.code, "A3" in refused.value.explain("zh")) == ("E-XLSX-FORMAT", True)
    assert "000-123" in refused.value.advise("en")


def test_a_number_too_long_to_be_exact_stays_recognizable_under_any_format(tmp_path: Path) -> None:
    path = by_xlsxwriter(tmp_path / "long.xlsx", [(210399199001010017, "0" * 18)])

    assert next(open_table(path).frames())["code"].to_list()[0].endswith("e+17")


def test_formats_of_days_and_measures_add_no_zeros() -> None:
    for code in ("yyyy-mm-dd", "mm:ss.000", "[h]:mm:ss", "@", "0%", "0.00", '_ * #,##0.00_ ;_ * "-"??_ ', ""):
        assert filled_to(code) == 0, code
