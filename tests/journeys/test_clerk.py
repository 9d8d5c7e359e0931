"""J1: a clerk hands in 10,000 penalties of which 312 are bad, mends the returned rows, and sends only those again.

What changes the city is done once: begun at 1280 pixels and finished at 390, each page looked at in both widths.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.demonstration import Demonstration
from tests.journeys.visitor import Visitor

CLERK = ("clerk", "demo-clerk-2026")
ITEM, MAPPING = "administrative-penalty", "double-publicity"
NAME, CODE, DOCUMENT = "行政相对人名称", "行政相对人代码_1(统一社会信用代码)", "行政处罚决定书文号"
DECIDED, CONTENT = "处罚决定日期", "处罚内容"
# A day before every other day of the row.
EARLY_DAY = "2021-03-04"
ROWS, BAD_ROWS = 10_000, 312
READ_WITHIN_MILLISECONDS = 120_000


def hand_in(visitor: Visitor, file: Path, *, twice: bool = False) -> None:
    """Fill in the form with the keyboard's and the mouse's help; press the button once, or twice in haste."""
    page = visitor.page
    visitor.go("/desk/intake/", "clerk-form")
    page.locator("#id_item").select_option(ITEM)
    page.locator("#id_mapping").select_option(MAPPING)
    page.locator("#id_file").set_input_files(file)
    button = page.locator("main form button.button").last
    button.dblclick() if twice else button.click()
    page.wait_for_url("**/desk/submissions/**")


def counts(page: Page) -> dict[str, int]:
    """The cards of the receipt once the file is read."""
    expect(page.locator(".card", has_text="接收").locator(".count")).to_have_text(
        re.compile(r"\d"), timeout=READ_WITHIN_MILLISECONDS
    )
    cards = page.locator(".card").all()
    return {
        card.locator(".label").inner_text(): int(card.locator(".count").inner_text().replace(",", "") or "0")
        for card in cards
        if card.locator(".label").count()
    }


@pytest.fixture
def clerk(clerk_at_the_desk: Visitor) -> Visitor:
    clerk_at_the_desk.sign_in(*CLERK)
    return clerk_at_the_desk


@pytest.fixture
def phone(clerk_on_the_phone: Visitor) -> Visitor:
    clerk_on_the_phone.sign_in(*CLERK)
    return clerk_on_the_phone


def test_bad_rows_come_back_and_only_they_are_sent_again(
    clerk: Visitor, phone: Visitor, demo: Demonstration, tmp_path: Path
) -> None:
    page = clerk.page
    before = submissions(demo)
    hand_in(clerk, demo.tour / "penalties-10000.csv", twice=True)
    phone.go(page.url, "clerk-progress")
    clerk.picture("clerk-progress")
    told = counts(page)
    clerk.look("clerk-receipt")
    assert counts(phone.page) == told, "the page that was open on the way tells the same by itself"
    phone.look("clerk-receipt")
    assert (told["读取"], told["接收"], told["退回"]) == (ROWS, ROWS - BAD_ROWS, BAD_ROWS)
    assert submissions(demo) == before + 1, "a double click files once"
    stored = records(demo)

    with phone.page.expect_download() as waiting:
        phone.page.get_by_role("link", name="退回").first.click()
    workbook = tmp_path / "returned.xlsx"
    waiting.value.save_as(workbook)
    mended = mend(workbook, demo.tour / "penalties-10000.csv", tmp_path / "mended.xlsx")
    assert mended == BAD_ROWS
    hand_in(phone, tmp_path / "mended.xlsx")
    again = counts(phone.page)
    phone.look("clerk-mended")
    clerk.go(phone.page.url, "clerk-mended")
    for visitor in (clerk, phone):
        visitor.go("/desk/", "clerk-desk")
        visitor.go("/desk/quality/", "clerk-quality")
    assert (again["读取"], again["接收"], again["退回"]) == (BAD_ROWS, BAD_ROWS, 0)
    assert records(demo) == stored + BAD_ROWS, "nothing is stored twice"


def test_same_file_twice_has_one_effect(clerk: Visitor, phone: Visitor, demo: Demonstration) -> None:
    hand_in(clerk, demo.tour / "penalties-small-gb18030.csv")
    counts(clerk.page)
    stored, sent = records(demo), submissions(demo)
    hand_in(phone, demo.tour / "penalties-small-gb18030.csv")
    phone.look("clerk-replayed")
    expect(phone.page.get_by_role("status")).to_contain_text("以前已经报送过")
    assert (records(demo), submissions(demo)) == (stored, sent)


def test_file_with_a_bad_header_is_refused_and_the_form_keeps_what_was_typed(
    visitor: Visitor, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("甲,乙\n1,2\n", encoding="utf-8")
    visitor.sign_in(*CLERK)
    visitor.go("/desk/intake/", "clerk-form")
    page = visitor.page
    page.locator("#id_item").select_option(ITEM)
    page.locator("#id_declared").fill("1")
    page.locator("#id_file").set_input_files(wrong)
    visitor.expect_status(422)
    page.locator("main form button.button").last.click()
    page.wait_for_load_state("load")
    expect(page.get_by_role("alert").first).to_be_visible(timeout=READ_WITHIN_MILLISECONDS)
    visitor.look("clerk-refused")


def submissions(demo: Demonstration) -> int:
    return int(str(demo.ask("SELECT count(*) FROM intake_submission")[0][0]))


def records(demo: Demonstration) -> int:
    return int(str(demo.ask("SELECT count(*) FROM records_recordversion")[0][0]))


def mend(workbook: Path, original: Path, target: Path) -> int:
    """Put right what is wrong, as a clerk would in the workbook that came back; returns the number of its rows.

    The city spoils a date, a code, a document number and a text; the clerk knows the right ones.
    """
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    with original.open(encoding="utf-8", newline="") as file:
        right = next(row for row in csv.DictReader(file) if check_is_right(row))
    for number in range(2, sheet.max_row + 1):
        given = {title: str(sheet.cell(number, column).value or "") for title, column in columns.items()}
        if not given[DECIDED] or given[DECIDED].startswith("2026-02-30"):
            sheet.cell(number, columns[DECIDED]).value = EARLY_DAY
        if len(given[CODE]) != len(right[CODE]):
            sheet.cell(number, columns[CODE]).value = right[CODE]
            sheet.cell(number, columns[NAME]).value = right[NAME]
        if not given[DOCUMENT]:
            sheet.cell(number, columns[DOCUMENT]).value = f"演示〔2026〕补{number}号"
        sheet.cell(number, columns[CONTENT]).value = given[CONTENT].replace("\u200b", "")
    rows = sheet.max_row - 1
    book.save(target)
    return int(rows)


def check_is_right(row: dict[str, str]) -> bool:
    return len(row[CODE]) == 18 and row[DECIDED] != "2026-02-30" and bool(row[DOCUMENT])
