"""The header row of a file: names as written, and one unmistakable name for each column of its frames."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from anxin.intake.refusals import LongCell, TooManyColumns, WrongDelimiter

ROW_NUMBER = "row number"
MOST_COLUMNS = 1000
MOST_CHARACTERS = 32_767
_OTHER_DELIMITERS = ",;\t|\uff0c\uff1b\u3001"


@dataclass(frozen=True, slots=True)
class Columns:
    """`header`: the names as written, in order, without empty ones. `names`: one a column; `unnamed`: positions from 0.

    Where a name comes twice, the second column goes by another one in `names`, so that no frame mistakes them.
    """

    header: tuple[str, ...]
    names: tuple[str, ...]
    unnamed: tuple[int, ...]


def read_columns(line: str, delimiter: str, row: int) -> Columns:
    """Read the text of the header row. Raises `WrongDelimiter`, `TooManyColumns`, `LongCell`."""
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error:
        raise LongCell(place=f"{row}") from None
    if len(cells) == 1:
        other = next((mark for mark in _OTHER_DELIMITERS if mark != delimiter and mark in line), None)
        if other is not None:
            raise WrongDelimiter(expected=delimiter, found="TAB" if other == "\t" else other, row=row)
    if len(cells) > MOST_COLUMNS:
        raise TooManyColumns(found=len(cells), limit=MOST_COLUMNS)
    for column, cell in enumerate(cells, start=1):
        if len(cell) > MOST_CHARACTERS:
            raise LongCell(place=f"{row}:{column}")
    taken = {"", ROW_NUMBER}
    names = []
    for position, cell in enumerate(cells):
        names.append(f"{cell}\0{position}" if cell in taken else cell)
        taken.add(cell)
    return Columns(
        header=tuple(cell for cell in cells if cell),
        names=tuple(names),
        unnamed=tuple(position for position, cell in enumerate(cells) if not cell),
    )
