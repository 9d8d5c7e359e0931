"""Columns into a table by COPY, without a loop over rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from psycopg import Cursor

NULL = "\\N"


def copy_frame(cursor: Cursor[Any], table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table whose columns are named as the frame's; `Binary` becomes bytea."""
    copy_in(cursor, table, frame.columns, copy_text(frame))


def copy_in(cursor: Cursor[Any], table: str, columns: Sequence[str], text: bytes) -> None:
    """Append what `copy_text` gave for these columns."""
    if text:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.write(text)


def copy_out(cursor: Cursor[Any], query: str, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The rows of a query as columns, named and typed as in `schema`; empty text stays text."""
    parts = bytearray()
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)") as copy:
        for part in copy:
            parts += part
    if not parts:
        return pl.DataFrame(schema=dict(schema))
    return pl.read_csv(bytes(parts), has_header=False, schema=dict(schema), empty_string_is_null=False)


def copy_text(frame: pl.DataFrame) -> bytes:
    """The rows in COPY's text format: tabs between values, `\\N` for null, backslashes doubled."""
    escaped = [_escaped(frame[name]) for name in frame.columns]
    return (
        pl.DataFrame(escaped)
        .write_csv(include_header=False, separator="\t", quote_style="never", null_value=NULL)
        .encode()
    )


def _escaped(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Binary:
        return ("\\\\x" + column.bin.encode("hex")).alias(column.name)
    if column.dtype != pl.String:
        return column
    for character, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        if column.str.contains(character, literal=True).any():
            column = column.str.replace_all(character, written, literal=True)
    return column
