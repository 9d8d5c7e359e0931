"""The same table as CSV, GB18030 CSV, xlsx and JSON is stored as the same rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import transaction
from openpyxl import load_workbook
from tests.factories import fictional_uscc
from tests.intake.books import GOOD, HEADER, write_book
from tests.intake.test_penalties import PENALTY, penalty
from tests.shared_data import shared_file

from anxin.intake.models import ReturnedReason
from anxin.intake.orders import Outcome
from anxin.intake.parsing.cells import cell_text
from anxin.intake.reading import open_table
from anxin.intake.refusals import FileRefused
from anxin.kernel.identifiers import identify
from anxin.records.models import RecordVersion

Intake = Callable[..., Outcome]
FORMATS = ("utf-8", "utf-8-sig", "gb18030", "xlsx", "json")


def write(path: Path, rows: list[list[str]], form: str) -> Path:
    if form == "xlsx":
        return write_book(path, rows)
    if form == "json":
        objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        path.write_text(json.dumps(objects, ensure_ascii=False), encoding="utf-8")
        return path
    with path.open("w", encoding=form, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def stored(outcome: Outcome) -> dict[str, Any]:
    """Everything that became of the rows, without what differs from one submission to the next."""
    versions = RecordVersion.objects.filter(submission_id=outcome.submission)
    reasons = ReturnedReason.objects.filter(submission_id=outcome.submission)
    return {
        "counts": (outcome.read, outcome.accepted, outcome.returned, outcome.duplicates, outcome.queued),
        "reasons": sorted(reasons.values_list("row_number", "field", "code")),
        "versions": sorted(
            (v.row_number, json.dumps(v.public_fields, sort_keys=True), v.document_number or "")
            for v in versions
        ),
    }


def taken_in(intake: Intake, path: Path, item: str, mapping: str) -> dict[str, Any]:
    """Take a file in within a savepoint that is undone, so that the next form meets the same empty tables."""

    class Undo(Exception):
        found: dict[str, Any]

    try:
        with transaction.atomic():
            undo = Undo()
            undo.found = stored(intake(path, item, mapping=mapping))
            raise undo
    except Undo as undone:
        return undone.found


@pytest.mark.parametrize("name", ["orgs_listed_shenzhen.csv", "orgs_odd_codes_dev.csv"])
def test_a_real_register_is_the_same_in_every_form(intake: Intake, tmp_path: Path, name: str) -> None:
    with shared_file(f"orgs/{name}").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if "listed" in name:
        rows = [HEADER, *(row[1:] for row in rows[1:])]

    found = [
        taken_in(intake, write(tmp_path / form, rows, form), "registration", "org-register")
        for form in FORMATS
    ]

    assert found[0]["counts"][0] == len(rows) - 1
    assert len(found[0]["versions"]) > 400
    assert all(one == found[0] for one in found[1:])


def test_a_file_of_penalties_is_the_same_in_every_form(intake: Intake, tmp_path: Path) -> None:
    content = "罚款“五千元”,并责令改正。\n逾期加处"
    wrong = {3: {"uscc": fictional_uscc(3)[:-1]}, 5: {"decided_on": "2026-02-30", "fine": "1,000"}}
    rows = [[field.label.zh for field in PENALTY.fields]]
    for n in range(1, 9):
        values = penalty(n, subject_name=f"虚构𠮷{n}有限公司", content=content, **wrong.get(n, {}))
        rows.append([values.get(field.name, "") for field in PENALTY.fields])

    found = [
        taken_in(intake, write(tmp_path / form, rows, form), "administrative-penalty", "double-publicity")
        for form in FORMATS
    ]

    assert found[0]["counts"] == (8, 6, 2, 0, 0)
    assert {(row, field) for row, field, _ in found[0]["reasons"]} == {
        (4, "uscc"),
        (6, "decided_on"),
        (6, "fine"),
    }
    assert any("\\n" in fields for _, fields, _ in found[0]["versions"])
    assert all(one == found[0] for one in found[1:])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1234.5599999999999, "1234.56"),
        (0.00001, "0.00001"),
        (123456789012345.0, "123456789012345"),
        (210399199001010014.0, "2.1039919900101e+17"),
        (1e15, "1e+15"),
        (True, "TRUE"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime.fromisoformat("2024-02-29T09:30"), "2024-02-29 09:30:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=30), "30:00:00"),
        (" a\nb ", " a\nb "),
    ],
)
def test_a_cell_is_the_text_that_a_clerk_sees(value: Any, text: str) -> None:
    assert cell_text(value, 2, 1) == text


def test_a_number_too_long_for_a_cell_stays_recognizable(tmp_path: Path) -> None:
    def numbers(book: Any) -> None:
        sheet = book.worksheets()[0]
        sheet.write_number(1, 1, 210399199001010014)
        sheet.write_number(2, 1, 123456789012345)

    path = write_book(tmp_path / "x.xlsx", [HEADER, ["虚构甲"], ["虚构乙"]], numbers)

    codes = next(open_table(path).frames())["统一社会信用代码"]

    assert identify(str(codes[0])).errors == ("E-ID-NUM",)
    assert codes[1] == "123456789012345"


@pytest.mark.parametrize("system", [False, True])
def test_dates_of_both_systems_are_right(tmp_path: Path, system: bool) -> None:
    path = tmp_path / "dates.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": system})
    sheet = book.add_worksheet()
    for column, name in enumerate(HEADER):
        sheet.write_string(3, column + 1, name)
    style = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_datetime(6, 3, datetime.fromisoformat("2024-02-29"), style)
    sheet.write_number(7, 3, 0.5)
    book.close()

    frame = next(open_table(path).frames())

    assert frame.rows() == [(None, None, "2024-02-29", 7), (None, None, "0.5", 8)]


def test_a_returned_workbook_goes_in_as_it_is_once_it_is_corrected(intake: Intake, tmp_path: Path) -> None:
    path, returned = tmp_path / "first.csv", tmp_path / "returned.xlsx"
    wrong = ["虚构乙有限公司", fictional_uscc(2), "2020-02-30"]
    first = intake(
        write(path, [HEADER, GOOD, wrong], "utf-8"),
        "registration",
        mapping="org-register",
        returned_to=returned,
    )
    book = load_workbook(returned)
    book["退回"]["E2"] = "2020-02-29"
    book.save(returned)

    second = intake(returned, "registration", mapping="org-register")

    assert (first.accepted, first.returned) == (1, 1)
    assert (second.read, second.accepted, second.returned) == (1, 1, 0)


def test_a_sheet_that_only_bears_the_name_of_our_summary_is_refused(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "x.xlsx", [HEADER, GOOD], lambda book: book.add_worksheet("汇总").write_string(0, 0, "x")
    )

    with pytest.raises(FileRefused, match="E-XLSX-SHEETS"):
        open_table(path)
