"""Where the rows of CSV text end and how many columns each has, found over bytes with numpy.

A quotation mark opens only at the beginning of a cell and closes only at its end (RFC 4180). Anything else is told, since
a reader that guesses would swallow the rows between two stray marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anxin.intake.reading.source import BLOCK, Source
from anxin.intake.refusals import LongCell, RaggedRows, UnbalancedQuote

LINE_FEED, QUOTE = 10, 34
# Bytes looked at in one go: what the processor's cache holds.
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rows:
    """Whole rows. `ends`: positions of the line feeds that end them; `first`: row number of the first one.

    `quotes`: positions of the quotation marks.
    """

    data: bytes
    ends: np.ndarray
    first: int
    quotes: np.ndarray

    @property
    def quoted(self) -> bool:
        """Whether any cell is."""
        return len(self.quotes) > 0

    @property
    def quotes_nothing(self) -> bool:
        """Whether some cell may be `""`, which is null like any empty one."""
        return bool(np.any(self.quotes[1::2] - self.quotes[0::2] == 1))

    @property
    def lengths(self) -> np.ndarray:
        """Bytes of each row, without its line feed."""
        return np.diff(self.ends, prepend=-1) - 1

    def row_at(self, position: int) -> int:
        """The number of the row that holds a byte."""
        return self.first + int(np.searchsorted(self.ends, position))

    def first_row(self) -> bytes:
        """The first row, without its line feed."""
        return self.data[: int(self.ends[0])]

    def after(self, count: int) -> Rows:
        """All but the first `count` rows."""
        if not count:
            return self
        start = int(self.ends[count - 1]) + 1
        quotes = self.quotes[np.searchsorted(self.quotes, start) :] - start
        return Rows(self.data[start:], self.ends[count:] - start, self.first + count, quotes)


def whole_rows(
    source: Source, start: int, delimiter: str, first: int = 1, step: int = BLOCK
) -> Iterator[Rows]:
    """All rows of UTF-8 text from byte `start` on, about `step` bytes at a time. Raises `UnbalancedQuote`, `LongCell`."""
    rest = b""
    for block in _line_feeds(source, start, step):
        data = rest + block if rest else block
        ends, quotes = _row_ends(data)
        if not len(ends):
            rest = data
            if len(rest) > BLOCK:
                raise _endless(rest, first)
            continue
        cut = int(ends[-1]) + 1
        inside = quotes[: np.searchsorted(quotes, cut)]
        rows = Rows(data if cut == len(data) else data[:cut], ends, first, inside)
        rest = data[cut:]
        _check_quotes(rows, delimiter)
        first += len(ends)
        del data, block
        yield rows
        del rows
    if rest:
        if rest.count(b'"') % 2:
            raise UnbalancedQuote(row=first)
        last = rest + b"\n"
        ends, quotes = _row_ends(last)
        rows = Rows(last, ends, first, quotes)
        _check_quotes(rows, delimiter)
        yield rows


def check_columns(rows: Rows, columns: int, delimiter: str) -> None:
    """Raise `RaggedRows` for the first row that is neither blank nor `columns` wide."""
    characters = np.frombuffer(rows.data, np.uint8)
    separators = np.flatnonzero(characters == ord(delimiter))
    if rows.quoted:
        separators = separators[np.searchsorted(rows.quotes, separators) % 2 == 0]
    counts = np.diff(np.searchsorted(separators, rows.ends), prepend=0) + 1
    wrong = np.flatnonzero((counts != columns) & (rows.lengths > 0))
    if len(wrong):
        row = int(wrong[0])
        raise RaggedRows(row=rows.first + row, found=int(counts[row]), expected=columns)


def seem_even(rows: Rows, columns: int, delimiter: str, blank: int) -> bool:
    """Whether the number of separators is right for all rows together: cheap to know unless most cells are quoted.

    A reader that refuses rows with too many columns then cannot meet one with too few.
    """
    if len(rows.quotes) > len(rows.ends):
        return False
    characters, mark = np.frombuffer(rows.data, np.uint8), ord(delimiter)
    separators = sum(int(np.count_nonzero(piece == mark)) for _, piece in _pieces(characters))
    quoted = characters[_between(rows.quotes[0::2], rows.quotes[1::2])]
    separators -= int(np.count_nonzero(quoted == mark))
    return separators == (len(rows.ends) - blank) * (columns - 1)


def _pieces(characters: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """The text in pieces, so that what is compared with it stays small, and where each begins."""
    for start in range(0, len(characters), PIECE):
        yield start, characters[start : start + PIECE]


def _places(characters: np.ndarray, mark: int) -> np.ndarray:
    """Where a character stands."""
    found = [start + np.flatnonzero(piece == mark) for start, piece in _pieces(characters)]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _between(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Every position from a start up to its end, one span after another."""
    lengths = ends - starts
    passed = np.cumsum(lengths) - lengths
    return np.repeat(starts - passed, lengths) + np.arange(lengths.sum())


def without_blank(rows: Rows) -> Rows:
    """The rows that have any byte; row numbers are the caller's to keep."""
    blank = rows.lengths == 0
    dropped = rows.ends[blank]
    kept = np.delete(np.frombuffer(rows.data, np.uint8), dropped)
    ends = (rows.ends - np.cumsum(blank))[~blank]
    quotes = rows.quotes - np.searchsorted(dropped, rows.quotes)
    return Rows(kept.tobytes(), ends, rows.first, quotes)


def _line_feeds(source: Source, start: int, step: int) -> Iterator[bytes]:
    """The text with LF line ends. A CR at the end of a block may belong to an LF in the next."""
    held = b""
    for block in source.lines(start, step):
        data = held + block if held else block
        held = b""
        if b"\r" in data:
            if data.endswith(b"\r"):
                held, data = b"\r", data[:-1]
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        del block
        yield data
        del data
    if held:
        yield b"\n"


def _row_ends(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the line feeds that end a row, those outside quotation marks; and of the quotation marks."""
    characters = np.frombuffer(data, np.uint8)
    ends = _places(characters, LINE_FEED)
    if b'"' not in data:
        return ends, np.empty(0, np.int64)
    quotes = _places(characters, QUOTE)
    return ends[np.searchsorted(quotes, ends) % 2 == 0], quotes


def _check_quotes(rows: Rows, delimiter: str) -> None:
    if not rows.quoted:
        return
    characters = np.frombuffer(rows.data, np.uint8)
    borders = np.array([LINE_FEED, QUOTE, ord(delimiter)], np.uint8)
    opening, closing = rows.quotes[0::2], rows.quotes[1::2]
    before = characters[np.maximum(opening - 1, 0)]
    bad_open = opening[(opening > 0) & ~np.isin(before, borders)]
    bad_close = closing[~np.isin(characters[closing + 1], borders)]
    if len(bad_open) or len(bad_close):
        raise UnbalancedQuote(row=rows.row_at(int(min([*bad_open[:1], *bad_close[:1]]))))


def _endless(rest: bytes, row: int) -> LongCell | UnbalancedQuote:
    """A row of more than a block: rows swallowed by an open quotation mark, or one endless cell."""
    return UnbalancedQuote(row=row) if rest.count(b"\n") > 1 else LongCell(place=f"{row}")
