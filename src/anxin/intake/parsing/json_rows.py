"""From a JSON document to plain rows: an array of objects, or `{"rows": [...]}`.

The keys, in the order in which they first appear, are the header and count as row 1, so that the first object is row 2,
as in the same table sent as CSV.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from typing import IO, Any

from anxin.intake.parsing.json_refusals import DoubledKey, InexactNumber, TooDeep, WrongShape, WrongSyntax
from anxin.intake.refusals import EmptyFile, LongCell, MixedEncoding, NulByte, TooManyRows, WrongEncoding

MOST_ROWS = 200_000
MOST_CHARACTERS = 32_767
MOST_DIGITS = 15


def write_rows(source: IO[bytes], target: IO[str]) -> int:
    """Write the rows as CSV and return the header's row number, 1. Raises `FileRefused`."""
    rows = _rows_of(_parse(_text(source.read())))
    if len(rows) > MOST_ROWS:
        raise TooManyRows(found=len(rows), limit=MOST_ROWS)
    header = list(dict.fromkeys(key for row in rows for key in row))
    if not header:
        raise EmptyFile
    writer = csv.writer(target, lineterminator="\n")
    _write_row(writer.writerow, header, 1)
    for number, row in enumerate(rows, start=2):
        cells = [_cell(row.get(key), number, key) for key in header]
        if any(cells):
            _write_row(writer.writerow, cells, number)
        else:
            target.write("\n")
    return 1


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        raise MixedEncoding(offset=0)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongEncoding(offset=error.start) from None


def _parse(text: str) -> Any:
    finished = 0

    def whole_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal finished
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            doubled = next(key for key in keys if keys.count(key) > 1)
            raise DoubledKey(place=finished + 2, key=_shown(doubled))
        finished += 1
        return found

    def refuse(literal: str) -> Any:
        raise InexactNumber(place=finished + 2, number=literal[:6])

    def integer(literal: str) -> str:
        return refuse(literal) if len(literal.lstrip("-")) > MOST_DIGITS else literal

    try:
        return json.loads(
            text, object_pairs_hook=whole_object, parse_constant=refuse, parse_int=integer, parse_float=str
        )
    except json.JSONDecodeError as error:
        raise WrongSyntax(line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise TooDeep from None


def _rows_of(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        if set(document) != {"rows"}:
            raise WrongShape(place="/")
        document = document["rows"]
    if not isinstance(document, list):
        raise WrongShape(place="/")
    for number, row in enumerate(document, start=2):
        if not isinstance(row, dict):
            raise WrongShape(place=number)
    return document


def _cell(value: Any, row: int, key: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            if "\0" in value:
                raise NulByte(offset=f"{row}/{_shown(key)}")
            if len(value) > MOST_CHARACTERS:
                raise LongCell(place=f"{row}/{_shown(key)}")
            return value
        case _:
            raise WrongShape(place=f"{row}/{_shown(key)}")


def _write_row(write: Callable[[list[str]], Any], cells: list[str], row: int) -> None:
    try:
        write(cells)
    except UnicodeEncodeError:
        # Half of a surrogate pair, written as an escape: no character at all.
        raise WrongEncoding(offset=f"{row}") from None


def _shown(key: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in key)[:40]
