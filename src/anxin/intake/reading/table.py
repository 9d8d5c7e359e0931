"""A readable file as its column names and frames of text: the seam between reading and checking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from polars.exceptions import ComputeError, SchemaError

from anxin.intake.reading.child import parse_in_child
from anxin.intake.reading.columns import MOST_CHARACTERS, ROW_NUMBER, Columns, read_columns
from anxin.intake.reading.encoding import as_utf8
from anxin.intake.reading.kinds import kind_of
from anxin.intake.reading.prefetching import prefetched
from anxin.intake.reading.rows import Rows, check_columns, seem_even, whole_rows, without_blank
from anxin.intake.reading.source import BLOCK, Source
from anxin.intake.refusals import EmptyFile, LongCell, UnnamedColumn

# Bytes in which the header is looked for.
FIRST_STEP = 1024 * 1024

__all__ = ["ROW_NUMBER", "Table", "open_table"]


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its column names, and its rows in frames of text.

    `source` holds UTF-8 text from byte `start` on, whose first row has the number `first_row`; the header is among the
    `skipped` rows at its beginning.
    """

    columns: Columns
    source: Source
    start: int
    first_row: int
    skipped: int
    delimiter: str

    @property
    def header(self) -> tuple[str, ...]:
        """The column names as written. A column without a name is left out; it must be empty."""
        return self.columns.header

    def frames(self, step: int = BLOCK) -> Iterator[pl.DataFrame]:
        """The rows, about `step` bytes of text a frame, blank ones left out.

        Columns: those of `header` as text, empty cells null, and `ROW_NUMBER`: the number that the row has in the file,
        blank rows counted, its header being row 1 in most files. Raises a refusal at the first row that is not whole.
        The next frame is read while the caller works on this one.
        """
        return prefetched(self._frames(step))

    def _frames(self, step: int) -> Iterator[pl.DataFrame]:
        skipped = self.skipped
        for found in whole_rows(self.source, self.start, self.delimiter, self.first_row, step):
            passed = min(skipped, len(found.ends))
            rows, skipped = found.after(passed), skipped - passed
            frame = self._frame(rows) if np.any(rows.lengths > 0) else None
            del found, rows
            if frame is not None and frame.height:
                yield frame
            del frame

    def _frame(self, rows: Rows) -> pl.DataFrame:
        lengths = rows.lengths
        blank = int(np.count_nonzero(lengths == 0))
        numbers = np.arange(rows.first, rows.first + len(rows.ends), dtype=np.int64)
        width = len(self.columns.names)
        if not seem_even(rows, width, self.delimiter, blank):
            check_columns(rows, width, self.delimiter)
        if blank:
            numbers = numbers[lengths > 0]
        frame = self._parsed(without_blank(rows) if blank else rows, rows)
        frame = frame.with_columns(pl.Series(ROW_NUMBER, numbers))
        if int(lengths.max()) > MOST_CHARACTERS:
            self._check_cells(frame)
        # A row with no value holds separators and pairs of quotation marks at most.
        if int(lengths.min()) < 3 * width:
            frame = _without_empty(frame)
        return self._named(frame)

    def _parsed(self, rows: Rows, original: Rows) -> pl.DataFrame:
        try:
            frame = pl.read_csv(
                BytesIO(rows.data),
                has_header=False,
                separator=self.delimiter,
                schema=dict.fromkeys(self.columns.names, pl.String),
                empty_string_is_null=True,
                raise_if_empty=False,
            )
        except (ComputeError, SchemaError):
            check_columns(original, len(self.columns.names), self.delimiter)
            raise
        if frame.height != len(rows.ends):
            raise AssertionError(f"{len(rows.ends)} rows were counted, {frame.height} were read")
        if rows.quotes_nothing:
            frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
        return frame

    def _check_cells(self, frame: pl.DataFrame) -> None:
        for column, name in enumerate(self.columns.names, start=1):
            long = frame.filter(pl.col(name).str.len_chars() > MOST_CHARACTERS)
            if long.height:
                raise LongCell(place=f"{long[ROW_NUMBER][0]}:{column}")

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Without the columns that have no name, which must be empty. Raises `UnnamedColumn`."""
        for column in self.columns.unnamed:
            filled = frame.filter(frame.to_series(column).is_not_null())
            if filled.height:
                raise UnnamedColumn(column=column + 1, row=filled[ROW_NUMBER][0])
        return frame.drop(self.columns.names[column] for column in self.columns.unnamed)


def _without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that have any value. Copies nothing where all have."""
    filled = frame.select(pl.any_horizontal(pl.exclude(ROW_NUMBER).is_not_null())).to_series()
    return frame if filled.all() else frame.filter(filled)


def open_table(file: Path | Source, *, delimiter: str = ",", encoding: str | None = None) -> Table:
    """Decide what the file is and read its header. `delimiter` and a declared `encoding` concern CSV alone.

    Raises `FileRefused`. A workbook or JSON document is parsed here, whole, in a child process.
    """
    source = file if isinstance(file, Source) else Source.of_path(file)
    kind = kind_of(source)
    if kind == "text":
        text, start = as_utf8(source, encoding)
        return _with_header(text, start, 1, delimiter)
    text, first_row = parse_in_child(source, kind)
    return _with_header(text, 0, first_row, ",")


def _with_header(source: Source, start: int, first_row: int, delimiter: str) -> Table:
    """The table whose header is the first row that is not blank. Raises `EmptyFile`."""
    for rows in whole_rows(source, start, delimiter, first_row, FIRST_STEP):
        filled = np.flatnonzero(rows.lengths > 0)
        if len(filled):
            position = int(filled[0])
            number = rows.first + position
            line = rows.after(position).first_row().decode()
            columns = read_columns(line, delimiter, number)
            return Table(columns, source, start, first_row, number - first_row + 1, delimiter)
    raise EmptyFile
