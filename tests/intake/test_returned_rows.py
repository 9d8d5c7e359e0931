"""Every reason of every returned row, however many: masked in the database, whole and inert in the workbook."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from tests.factories import fictional_uscc
from tests.intake.sent import PENALTY, Intake, penalty, resident, written

from anxin.catalog.definitions import FieldDefinition
from anxin.intake import sheets
from anxin.intake.checks import Terms, check_frame
from anxin.intake.models import ReturnedReason
from anxin.intake.reading import ROW_NUMBER
from anxin.intake.refusals import WrongTotal
from anxin.intake.samples import masked, reason_rows
from anxin.intake.sheets import TextWorkbook, column_letters
from anxin.intake.workbook import Returned
from anxin.kernel.text import Bilingual

TITLES = [one.label.zh for one in PENALTY.fields]


def field(**changes: object) -> FieldDefinition:
    values: dict[str, object] = {
        "name": "x",
        "label": Bilingual("某", "x"),
        "type": "text",
        "visibility": "public",
    }
    return FieldDefinition(**{**values, **changes})  # type: ignore[arg-type]


def test_a_sample_tells_no_more_than_is_needed_to_find_the_row() -> None:
    number = resident()

    assert masked(number, field(type="personal_number")) == "2103************10"
    assert masked(number[:-1] + "9", field(type="uscc")) == "2103************19"
    assert masked(fictional_uscc(5)[:-1] + "!", field(type="uscc")) == fictional_uscc(5)[:-1] + "!"
    assert masked(f"见{number}号", field()) == "见2103************10号"
    assert masked("虚构代表人", field(visibility="on_application")) == "虚****"
    assert len(masked("长" * 500, field())) == 40


def test_samples_are_kept_masked_and_empty_beside_a_personal_number(intake: Intake, tmp_path: Path) -> None:
    row = penalty(
        uscc=fictional_uscc(1)[:-1] + "!",
        fine="壹万",
        legal_representative_id_number=resident()[:-1] + "9",
        document_number=f"{resident()}" + "号" * 120,
    )

    intake(written(tmp_path / "p.csv", PENALTY, row), "administrative-penalty")

    kept = {(reason.field, reason.code): reason.sample for reason in ReturnedReason.objects.all()}
    assert kept == {
        ("uscc", "E-USCC-CHAR"): fictional_uscc(1)[:-1] + "!",
        ("fine", "E-NUM"): "壹万",
        ("legal_representative_id_number", "E-ID-CHECK"): "2103************19",
        ("document_number", "E-LENGTH"): "",
        ("document_number", "E-PERSONAL"): "",
    }


def test_a_probable_code_is_offered_where_the_check_digit_confirms_it(intake: Intake, tmp_path: Path) -> None:
    rows = (
        penalty(5, uscc=fictional_uscc(5).replace("0", "O", 1)),
        penalty(6, uscc=fictional_uscc(6)[:-1] + "!"),
    )
    returned = tmp_path / "returned.xlsx"

    intake(written(tmp_path / "p.csv", PENALTY, *rows), "administrative-penalty", returned_to=returned)

    first, second = list(load_workbook(returned)["退回"].iter_rows(min_row=2, values_only=True))
    assert fictional_uscc(5) in str(first[1])
    assert "是否应为" not in str(second[1])


def test_the_summary_counts_by_column_and_reason(intake: Intake, tmp_path: Path) -> None:
    rows = [penalty(n, fine="壹万", facts="" if n == 1 else "事实") for n in range(1, 4)]
    returned = tmp_path / "returned.xlsx"

    intake(written(tmp_path / "p.csv", PENALTY, *rows), "administrative-penalty", returned_to=returned)

    lines = list(load_workbook(returned)["汇总"].iter_rows(min_row=2, max_col=3, values_only=True))
    assert lines == [(3, "罚款金额(万元)", "E-NUM"), (1, "违法事实", "E-REQUIRED")]


def test_a_refused_file_leaves_no_workbook(intake: Intake, tmp_path: Path) -> None:
    returned = tmp_path / "returned.xlsx"
    path = written(tmp_path / "p.csv", PENALTY, penalty(fine="壹万"))

    with pytest.raises(WrongTotal):
        intake(path, "administrative-penalty", returned_to=returned, declared=7)

    assert not returned.exists()


def test_f18_a_hundred_thousand_bad_rows_all_come_back_in_seconds(tmp_path: Path) -> None:
    count = 100_000
    row = penalty(1, fine="壹万", decided_on="2026-02-30", uscc="x")
    columns = {name: pl.repeat(value, count, eager=True) for name, value in row.items()}
    raw = pl.DataFrame({ROW_NUMBER: pl.int_range(2, count + 2, eager=True)} | columns)
    began = time.process_time()

    checked = check_frame(raw, PENALTY, Terms(as_of=PENALTY.valid_from.replace(year=2026)))
    lines = reason_rows(raw, checked, PENALTY)
    with Returned(tmp_path / "r.xlsx", {name: name for name in columns}) as returned:
        returned.add(raw, checked)

    assert checked.rejected.sum() == count
    assert lines.height == sum(len(reason.rows) for reason in checked.reasons) >= 3 * count
    assert time.process_time() - began < 30
    with zipfile.ZipFile(tmp_path / "r.xlsx") as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<row ") == count + 1


def test_any_text_survives_the_workbook_as_text(tmp_path: Path) -> None:
    texts = ["=1+1", "<b>&amp;</b>", "a\nb", " x ", "\x01", "_x0041_", "𠮷", "'", "长" * 40_000, None]
    book = TextWorkbook(tmp_path / "t.xlsx", "退回", ["n", "text"], [8, 20])
    book.append(pl.DataFrame({"n": range(len(texts)), "text": texts}))
    book.close()

    rows = list(load_workbook(tmp_path / "t.xlsx")["退回"].iter_rows(min_row=2))

    read = [line[1].value for line in rows]
    assert read[:4] == texts[:4]
    assert read[6:8] == texts[6:8]
    assert (len(str(read[8])), read[9]) == (32_767, None)
    assert all(line[1].data_type in ("s", "inlineStr", "n") for line in rows)
    assert [line[0].value for line in rows] == list(range(len(texts)))


def test_rows_beyond_a_sheet_go_to_the_next(tmp_path: Path) -> None:
    book = TextWorkbook(tmp_path / "t.xlsx", "退回", ["n", "text"], [8, 20])
    limit, sheets.LAST_ROW = sheets.LAST_ROW, 4
    try:
        book.append(pl.DataFrame({"n": range(7), "text": ["x"] * 7}))
        book.close()
    finally:
        sheets.LAST_ROW = limit

    workbook = load_workbook(tmp_path / "t.xlsx")
    assert workbook.sheetnames == ["退回", "退回 2", "退回 3"]
    assert [cell.value for name in workbook.sheetnames for cell in workbook[name]["A"][1:]] == list(range(7))


def test_column_letters() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
