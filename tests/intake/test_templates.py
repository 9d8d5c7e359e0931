"""A template that was downloaded, filled in and sent back is taken in; every item's template fits its own header."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.intake.sent import ITEMS, PENALTY, Intake, penalty
from tests.web.desk_city import client_of, make_desk

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.header import load_mapping, match_header
from anxin.intake.models import Submission
from anxin.intake.parsing.own_sheets import EXPLANATION, EXPLANATION_TITLES
from anxin.intake.parsing.refusals import SeveralSheets
from anxin.intake.reading import open_table
from anxin.intake.templates import SHEET, template_csv, template_workbook

GENERAL = load_mapping("double-publicity")
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])


def filled_workbook(content: bytes, *rows: dict[str, str]) -> bytes:
    """What a clerk makes of a downloaded workbook: rows below the column names, saved by another program."""
    book = load_workbook(BytesIO(content))
    for line, row in enumerate(rows, start=2):
        for column, one in enumerate(PENALTY.fields, start=1):
            book[SHEET].cell(line, column).value = row.get(one.name)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def filled_csv(content: bytes, *rows: dict[str, str]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [row.get(one.name, "") for one in PENALTY.fields] for row in rows
    )
    return content + text.getvalue().encode()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_downloaded_template_comes_back_filled_in_through_the_desk(
    kind: str, tmp_path: Path, settings: Any
) -> None:
    make_desk(settings, tmp_path)
    settings.DATA_FOLDER = tmp_path / "files"
    clerk = client_of("clerk", "clerk", "market-regulator")
    downloaded = clerk.get(f"/catalog/administrative-penalty/template.{kind}").content
    fill = filled_workbook if kind == "xlsx" else filled_csv
    content = fill(downloaded, penalty(1), penalty(2, uscc="1"))

    answer = clerk.post(
        "/desk/intake/",
        {
            "unit": "market-regulator",
            "item": "administrative-penalty",
            "mapping": "double-publicity",
            "token": "t1",
            "declared": "2",
            "file": SimpleUploadedFile(f"penalties.{kind}", content),
        },
    )

    assert answer.status_code == 302, answer.content.decode()
    done = Submission.objects.get()
    assert (done.read_rows, done.accepted_rows, done.returned_rows) == (2, 1, 1)


def test_workbook_and_csv_give_the_same_rows(intake: Intake, tmp_path: Path) -> None:
    book, text = tmp_path / "a.xlsx", tmp_path / "a.csv"
    book.write_bytes(filled_workbook(template_workbook(PENALTY), penalty(1), penalty(2)))
    text.write_bytes(filled_csv(template_csv(PENALTY), penalty(1), penalty(2)))

    first = intake(book, "administrative-penalty")
    second = intake(text, "administrative-penalty")

    assert (first.accepted, first.returned) == (2, 0), first.reasons
    assert (second.duplicates, second.read) == (2, 2)


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_every_items_template_fits_its_own_header(item: ItemDefinition, tmp_path: Path) -> None:
    expected = {one.label.zh: one.name for one in item.fields}
    text, book = tmp_path / "a.csv", tmp_path / "a.xlsx"
    text.write_bytes(template_csv(item))
    book.write_bytes(template_workbook(item))

    for path in (text, book):
        table = open_table(path)
        assert match_header(table.header, item, GENERAL) == expected
        assert list(table.frames()) == []
    explained = load_workbook(book)[EXPLANATION]
    assert explained.max_row == len(item.fields) + 1


def test_only_our_own_second_sheet_is_passed_over(tmp_path: Path) -> None:
    book = load_workbook(BytesIO(template_workbook(PENALTY)))
    assert tuple(cell.value for cell in book[EXPLANATION][1]) == EXPLANATION_TITLES
    book[EXPLANATION]["A1"] = "别的内容"
    book.save(tmp_path / "a.xlsx")

    with pytest.raises(SeveralSheets):
        open_table(tmp_path / "a.xlsx")


def test_a_template_is_for_everybody_and_unknown_items_have_none(pack: None, client: Client) -> None:
    assert client.get("/catalog/administrative-penalty/template.xlsx").status_code == 200
    assert client.get("/catalog/no-such-item/template.csv").status_code == 404
