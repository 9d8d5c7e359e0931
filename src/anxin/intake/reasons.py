"""Keeping why rows went back, with COPY: a hundred thousand reasons are one statement."""

from __future__ import annotations

from typing import Any

import polars as pl
from psycopg import Cursor

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks import Checked
from anxin.intake.samples import reason_rows

_COPY = (
    "COPY intake_returnedreason (submission_id, row_number, field, code, rule, sample)"
    " FROM STDIN (FORMAT csv, FORCE_NOT_NULL (rule, sample))"
)


def reason_lines(submission: int, raw: pl.DataFrame, checked: Checked, item: ItemDefinition) -> bytes:
    """Every reason of a frame's rows, ready for `copy_reasons`. `raw`: columns are field names, as sent."""
    if not checked.reasons:
        return b""
    lines = reason_rows(raw, checked, item).select(pl.lit(submission).alias("submission"), pl.all())
    return lines.write_csv(include_header=False, quote_style="non_numeric").encode()


def copy_reasons(cursor: Cursor[Any], lines: bytes) -> None:
    """Write them down."""
    if lines:
        with cursor.copy(_COPY) as copy:
            copy.write(lines)
