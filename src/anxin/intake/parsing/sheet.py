"""One pass over a worksheet's XML: where its table lies, and everything in it that must not be taken in.

The cells' values are left to calamine; this pass sees what calamine does not tell: what is hidden, merged, computed,
out of order or out of range. A sheet that passed can be held as one rectangle without surprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anxin.intake.parsing.formats import Fillings
from anxin.intake.parsing.markup import Attributes
from anxin.intake.parsing.places import LAST_ROW, Places, area, column_letters, column_number
from anxin.intake.parsing.refusals import (
    ComputedCells,
    HiddenData,
    MergedCells,
    OutOfRange,
    ShownDifferently,
)
from anxin.intake.parsing.strings import SharedStrings
from anxin.intake.refusals import LongCell, TooManyRows

MOST_ROWS = 200_000
MOST_CHARACTERS = 32_767
_TRUE = {"1", "true"}


@dataclass
class Sheet:
    """What the pass found. Rows and columns count from 1; `cells` is the number of cells with content."""

    header_row: int = 0
    last_row: int = 0
    first_column: int = 0
    last_column: int = 0
    rows: int = 0
    cells: int = 0
    outside: Places = field(default_factory=Places)
    hidden: Places = field(default_factory=Places)
    computed: Places = field(default_factory=Places)
    too_long: Places = field(default_factory=Places)
    shown_differently: Places = field(default_factory=Places)
    fillings: Fillings = field(default_factory=Fillings)
    merged: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Raise the refusal that the sheet as a whole deserves, if any."""
        if self.outside:
            raise OutOfRange(place=self.outside)
        if merged := self._merged_in_table():
            raise MergedCells(place=merged)
        if self.hidden:
            raise HiddenData(place=self.hidden)
        if self.computed:
            raise ComputedCells(number=self.computed.number, place=self.computed)
        if self.too_long:
            raise LongCell(place=self.too_long)
        if self.shown_differently:
            raise ShownDifferently(number=self.shown_differently.number, place=self.shown_differently)

    def _merged_in_table(self) -> Places:
        found = Places()
        for reference in self.merged:
            corners = area(reference)
            if corners is None:
                raise OutOfRange(place=reference[:20])
            top, left, bottom, right = corners
            if (
                top <= self.last_row
                and bottom >= self.header_row
                and left <= self.last_column
                and right >= self.first_column
            ):
                found.add(reference)
        return found


class SheetReader:
    """Callbacks for `read_markup` that fill in `sheet`."""

    def __init__(self, strings: SharedStrings, widths: Mapping[str, int | None]) -> None:
        self.sheet = Sheet()
        self._strings, self._widths = strings, widths
        self._columns: dict[str, int] = {}
        self._hidden_columns: list[tuple[int, int]] = []
        self._hidden_by_default = False
        self._row = 0
        self._row_text = "0"
        self._row_hidden = False
        self._row_filled = False
        self._column = 0
        self._in_cell = self._in_text = self._in_data = False
        self._type = self._style = ""
        self._text = ""
        self._formula = False

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "c" and self._in_data:
            self._start_cell(attributes)
        elif self._in_cell:
            if name in {"v", "t"}:
                self._in_text = True
            elif name == "f":
                self._formula = True
        elif name == "row" and self._in_data:
            self._start_row(attributes)
        elif name == "sheetData":
            self._in_data = True
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self._hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif name == "mergeCell":
            self.sheet.merged.append(attributes.get("ref", ""))
        elif name == "sheetFormatPr":
            self._hidden_by_default = attributes.get("zeroHeight") in _TRUE

    def text(self, data: str) -> None:
        """Characters of the element at hand."""
        if self._in_text:
            self._text += data

    def end(self, name: str) -> None:
        """An element is over."""
        if name == "c" and self._in_cell:
            self._end_cell()
        elif name in {"v", "t"}:
            self._in_text = False
        elif name == "sheetData":
            self._in_data = False

    def _start_row(self, attributes: Attributes) -> None:
        text = attributes.get("r") or str(self._row + 1)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
        if not self._row < number <= LAST_ROW or str(number) != text:
            raise OutOfRange(place=text[:20])
        self._row, self._row_text = number, text
        self._row_hidden = attributes.get("hidden", "1" if self._hidden_by_default else "0") in _TRUE
        self._row_filled = False
        self._column = 0

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else self._column_of(reference)
        if column <= self._column or self._row == 0:
            raise OutOfRange(place=(reference or "?")[:20])
        self._column = column
        self._in_cell = True
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._text = ""
        self._formula = False

    def _column_of(self, reference: str) -> int:
        size = len(self._row_text)
        if reference[-size:] != self._row_text:
            raise OutOfRange(place=reference[:20])
        letters = reference[:-size]
        if letters not in self._columns:
            self._columns[letters] = column_number(letters)
        return self._columns[letters]

    def _end_cell(self) -> None:
        self._in_cell = False
        text = self._text.strip()
        computed = self._formula or (self._type == "e" and bool(text))
        if not computed and (not text or (self._type == "s" and text in self._strings.blank)):
            return
        if not self._row_filled:
            self._fill_row()
        self._place_cell()
        if self._type == "n" and self._widths:
            self._note_format()
        if computed:
            self.sheet.computed.add(self._here())
        if len(text) > MOST_CHARACTERS or (self._type == "s" and text in self._strings.too_long):
            self.sheet.too_long.add(self._here())

    def _fill_row(self) -> None:
        sheet = self.sheet
        self._row_filled = True
        sheet.rows += 1
        sheet.header_row = sheet.header_row or self._row
        sheet.last_row = self._row
        if sheet.rows > MOST_ROWS + 1:
            raise TooManyRows(found=sheet.rows - 1, limit=MOST_ROWS)
        if self._row_hidden:
            sheet.hidden.add(self._row_text)

    def _place_cell(self) -> None:
        sheet, column = self.sheet, self._column
        sheet.cells += 1
        if self._row == sheet.header_row:
            sheet.first_column = sheet.first_column or column
            sheet.last_column = column
        elif (
            not sheet.first_column <= column <= sheet.last_column or self._row > sheet.header_row + MOST_ROWS
        ):
            sheet.outside.add(self._here())
        if self._hidden_columns and any(low <= column <= high for low, high in self._hidden_columns):
            sheet.hidden.add(self._here())

    def _note_format(self) -> None:
        width = self._widths.get(self._style, 0)
        if width is None:
            self.sheet.shown_differently.add(self._here())
        else:
            self.sheet.fillings.note(self._row, self._column, width)

    def _here(self) -> str:
        return f"{column_letters(self._column)}{self._row}"
