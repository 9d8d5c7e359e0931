"""From an xlsx file to plain rows: every check of our own first, then calamine, then both compared."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_STORED, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from anxin.intake.parsing.archive import copy_member, open_archive, printable
from anxin.intake.parsing.book import (
    BOOK,
    SheetPart,
    check_inert,
    check_kind,
    check_part,
    sheet_parts,
    styles_member,
)
from anxin.intake.parsing.cells import cell_text
from anxin.intake.parsing.formats import Formats
from anxin.intake.parsing.markup import read_markup
from anxin.intake.parsing.own_sheets import OWN, is_own_sheet
from anxin.intake.parsing.refusals import BadMarkup, HiddenData, ReadDifferently, SeveralSheets
from anxin.intake.parsing.sheet import Sheet, SheetReader
from anxin.intake.parsing.strings import SharedStrings
from anxin.intake.refusals import EmptyFile

STRINGS = "xl/sharedStrings.xml"
Filled = list[tuple[SheetPart, Sheet]]


def write_rows(source: IO[bytes], target: IO[str]) -> int:
    """Write the table of a workbook as CSV, blank rows included, and return its header's row number.

    The table is that of the one sheet with data; a second one is refused, unless it is one that we added
    ourselves. Raises `FileRefused`.
    """
    with TemporaryFile() as plain:
        _unpack(source, plain)
        with ZipFile(plain) as archive:
            parts = sheet_parts(archive)
            filled = _filled_sheets(archive, parts)
        # Calamine sees only what was checked: our own copy, unpacked, without anything that is not XML.
        plain.seek(0)
        try:
            book = CalamineWorkbook.from_filelike(plain)
            part, sheet = _choose(filled, book)
            sheet.check()
            values = book.get_sheet_by_index(part.position)
        except CalamineError:
            raise BadMarkup(place=BOOK) from None
        _write(values, sheet, target)
    return sheet.header_row


def _unpack(source: IO[bytes], plain: IO[bytes]) -> None:
    with open_archive(source) as archive, ZipFile(plain, "w", ZIP_STORED) as copy:
        members = [member for member in archive.infolist() if not member.is_dir()]
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                with copy.open(member.filename, "w") as target:
                    copy_member(archive, member, target)
            else:
                copy_member(archive, member, None)
        names = [member.filename for member in members]
        check_kind(set(names))
        check_inert(names)


def _filled_sheets(archive: ZipFile, parts: list[SheetPart]) -> Filled:
    """Every sheet that holds data, after all parts were checked. Raises `HiddenData`, `EmptyFile`."""
    styles = styles_member(archive)
    own = {part.member for part in parts} | {STRINGS, styles}
    for name in archive.namelist():
        if name not in own:
            check_part(archive, name)
    strings, formats = _strings(archive), _formats(archive, styles)
    read = [(part, _read_sheet(archive, part, strings, formats)) for part in parts]
    filled = [(part, sheet) for part, sheet in read if sheet.cells]
    if hidden := [part.name for part, _ in filled if part.hidden]:
        raise HiddenData(place=printable(", ".join(hidden)))
    if not filled:
        raise EmptyFile
    return filled


def _choose(filled: Filled, book: CalamineWorkbook) -> tuple[SheetPart, Sheet]:
    """The one sheet with data, our own ones left aside. Raises `SeveralSheets`."""
    if len(filled) > 1:
        filled = [(part, sheet) for part, sheet in filled if not _is_own(part, sheet, book)]
    if len(filled) != 1:
        raise SeveralSheets(place=printable(", ".join(part.name for part, _ in filled)))
    return filled[0]


def _is_own(part: SheetPart, sheet: Sheet, book: CalamineWorkbook) -> bool:
    if part.name not in OWN:
        return False
    sheet.check()
    first = next(_rows(book.get_sheet_by_index(part.position), sheet))
    return is_own_sheet(part.name, first)


def _strings(archive: ZipFile) -> SharedStrings:
    strings = SharedStrings()
    if STRINGS in archive.namelist():
        with archive.open(STRINGS) as part:
            read_markup(part, STRINGS, start=strings.start, end=strings.end, text=strings.text)
    return strings


def _formats(archive: ZipFile, member: str) -> Formats:
    formats = Formats()
    if member in archive.namelist():
        with archive.open(member) as part:
            read_markup(part, printable(member), start=formats.start, end=formats.end)
    return formats


def _read_sheet(archive: ZipFile, part: SheetPart, strings: SharedStrings, formats: Formats) -> Sheet:
    reader = SheetReader(strings, formats.widths)
    with archive.open(part.member) as markup:
        read_markup(markup, printable(part.member), start=reader.start, end=reader.end, text=reader.text)
    return reader.sheet


def _write(values: CalamineSheet, sheet: Sheet, target: IO[str]) -> None:
    writer = csv.writer(target, lineterminator="\n")
    read = 0
    for row in _rows(values, sheet):
        filled = sum(1 for cell in row if cell.strip())
        read += filled
        if filled:
            writer.writerow(row)
        else:
            target.write("\n")
    if read != sheet.cells:
        raise ReadDifferently(scanned=sheet.cells, read=read)


def _rows(values: CalamineSheet, sheet: Sheet) -> Iterator[list[str]]:
    """The rows from the header to the last one with content, each as wide as the header."""
    fillings = sheet.fillings
    columns = range(sheet.first_column, sheet.last_column + 1)
    # Calamine counts rows from the sheet's first, but columns from the first that is filled.
    skipped = values.start[1] if values.start is not None else 0
    for number, row in enumerate(values.iter_rows(), start=1):
        if number > sheet.last_row:
            return
        if number >= sheet.header_row:
            cells = row[sheet.first_column - 1 - skipped : sheet.last_column - skipped]
            yield [
                cell_text(cell, number, column, fillings.at(number, column) if fillings else 0)
                for cell, column in zip(cells, columns, strict=False)
            ]
