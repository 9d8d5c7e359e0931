"""From the bytes of a CSV file to frames of text, a few megabytes at a time.

The encoding is decided for the whole file (strict UTF-8, else GB18030). Row ends and column counts are found over
bytes with numpy, so that an unbalanced quote or a ragged row is told instead of swallowed.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl

from anxin.intake.refusals import (
    EmptyFile,
    MixedEncoding,
    NulByte,
    RaggedRows,
    UnbalancedQuote,
    WrongDelimiter,
    WrongEncoding,
    WrongType,
)

BLOCK = 12 * 1024 * 1024
ROW_NUMBER = "row number"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LIKELY_DELIMITERS = (",", ";", "\t", "|", "\uff0c")
_ZIP_MARK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its column names as written, and its rows in frames of text.

    `frames()` yields frames with the columns in the file's order plus `ROW_NUMBER` (the header is row 1).
    """

    header: tuple[str, ...]
    path: Path
    encoding: str
    delimiter: str

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows, some 12 MB of text a frame. Raises a refusal on the first row that is not whole."""
        number = 2
        for block in _whole_rows(_decoded_blocks(self.path, self.encoding), len(self.header), self.delimiter):
            frame = _frame(block, self.header, self.delimiter)
            rows = pl.int_range(number, number + frame.height, eager=True).alias(ROW_NUMBER)
            number += frame.height
            filled = frame.with_columns(rows)
            yield filled.filter(pl.any_horizontal(pl.col(list(frame.columns)).is_not_null()))


def open_table(path: Path, *, delimiter: str = ",") -> Table:
    """Decide encoding and header. Raises `FileRefused` where the file is no CSV of that delimiter."""
    encoding = _decide_encoding(path)
    first = next(_whole_rows(_decoded_blocks(path, encoding), None, delimiter, keep_header=True), b"")
    line = first.split(b"\n", 1)[0].decode()
    if not line.strip():
        raise EmptyFile
    header = tuple(_frame(line.encode() + b"\n", None, delimiter, header=True).row(0))
    names = tuple((name or "").strip() for name in header)
    if len(names) == 1 and any(other in line for other in _LIKELY_DELIMITERS if other != delimiter):
        raise WrongDelimiter(expected=delimiter)
    return Table(header=names, path=path, encoding=encoding, delimiter=delimiter)


def _decide_encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_ZIP_MARK):
        raise WrongType
    if start.startswith(_UTF16_MARKS):
        raise MixedEncoding
    failed_at = 0
    for encoding in ("utf-8", "gb18030"):
        failure = _decodes(path, encoding)
        if failure is None:
            return encoding
        failed_at = failed_at or failure
    raise WrongEncoding(offset=failed_at)


def _decodes(path: Path, encoding: str) -> int | None:
    """None where the whole file decodes; otherwise about where it does not."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if (nul := block.find(b"\0")) >= 0:
                raise NulByte(offset=offset + nul)
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return offset + error.start
            offset += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return offset
    return None


def _decoded_blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """The file as UTF-8 with LF line ends and without a byte order mark."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
    held = b""
    with path.open("rb") as file:
        while raw := file.read(BLOCK):
            block = held + (raw if encoding == "utf-8" else decoder.decode(raw).encode())
            if not held and encoding == "utf-8":
                block = block.removeprefix(codecs.BOM_UTF8)
            # A CR at the very end may belong to a CR LF pair that the next block completes.
            held = b"\r" if block.endswith(b"\r") else b""
            block = block[: len(block) - len(held)]
            if b"\r" in block:
                block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            yield block
    if held:
        yield b"\n"


def _whole_rows(
    blocks: Iterator[bytes], columns: int | None, delimiter: str, *, keep_header: bool = False
) -> Iterator[bytes]:
    """Regroup blocks so that each ends with a row; drops the header row and checks every row's column count."""
    rest = b""
    header_pending = not keep_header
    next_row = 1
    for block in blocks:
        data = rest + block
        ends = _row_ends(data)
        if not len(ends):
            rest = data
            continue
        cut = int(ends[-1]) + 1
        whole, rest = data[:cut], data[cut:]
        next_row = _check_columns(whole, ends, columns, delimiter, next_row)
        if header_pending:
            whole, header_pending = whole[int(ends[0]) + 1 :], False
        if whole:
            yield whole
    if rest.strip():
        if rest.count(b'"') % 2:
            raise UnbalancedQuote
        last = rest + b"\n"
        _check_columns(last, _row_ends(last), columns, delimiter, next_row)
        if not header_pending:
            yield last


def _row_ends(data: bytes) -> np.ndarray:
    """Positions of the line feeds that end a row: those outside quotation marks."""
    characters = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(characters == 10)
    if b'"' not in data:
        return ends
    quotes = np.flatnonzero(characters == 34)
    outside: np.ndarray = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return outside


def _check_columns(data: bytes, ends: np.ndarray, columns: int | None, delimiter: str, first_row: int) -> int:
    if columns is None:
        return first_row + len(ends)
    characters = np.frombuffer(data, np.uint8)
    separators = np.flatnonzero(characters == ord(delimiter))
    if b'"' in data:
        quotes = np.flatnonzero(characters == 34)
        separators = separators[np.searchsorted(quotes, separators) % 2 == 0]
    upto = np.searchsorted(separators, ends)
    counts = np.diff(upto, prepend=0) + 1
    starts = np.concatenate(([0], ends[:-1] + 1))
    wrong = np.flatnonzero((counts != columns) & (ends > starts))
    if len(wrong):
        row = int(wrong[0])
        raise RaggedRows(row=first_row + row, found=int(counts[row]), expected=columns)
    return first_row + len(ends)


def _frame(
    data: bytes, names: tuple[str, ...] | None, delimiter: str, *, header: bool = False
) -> pl.DataFrame:
    frame = pl.read_csv(
        BytesIO(data),
        has_header=False,
        separator=delimiter,
        infer_schema=False,
        empty_string_is_null=not header,
        raise_if_empty=False,
    )
    return frame if names is None else frame.rename(dict(zip(frame.columns, names, strict=True)))
