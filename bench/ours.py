"""Our own reading and checking as contenders."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from bench.peers.rules import AS_OF
from bench.product import checked_frames, penalty_item


def reading(path: str) -> dict[str, Any]:
    """Only our reader: encoding, row ends, column counts, frames of text."""
    penalty_item()
    from anxin.intake.reading import open_table

    began = time.perf_counter()
    rows = sum(frame.height for frame in open_table(Path(path)).frames())
    return {"seconds": time.perf_counter() - began, "rows": rows}


def checks(path: str) -> dict[str, Any]:
    """Reading and every check of the item, with reasons by row and typed columns."""
    penalty_item()
    import_module("anxin.intake.checks")
    import_module("anxin.intake.header")
    began = time.perf_counter()
    rows = rejected = reasons = 0
    for checked in checked_frames(Path(path), AS_OF):
        rows += checked.typed.height
        rejected += int(checked.rejected.sum())
        reasons += sum(len(reason.rows) for reason in checked.reasons)
    return {"seconds": time.perf_counter() - began, "rows": rows, "rejected": rejected, "reasons": reasons}


def polars_reading(path: str) -> dict[str, Any]:
    """The physical limit: every column of the file streamed as text, and nothing kept of it."""
    began = time.perf_counter()
    lengths = pl.scan_csv(path, infer_schema=False).select(pl.all().str.len_bytes().sum())
    lengths.collect(engine="streaming")
    return {"seconds": time.perf_counter() - began}


def duckdb_reading(path: str) -> dict[str, Any]:
    """The same with DuckDB."""
    import duckdb

    began = time.perf_counter()
    duckdb.sql(f"SELECT sum(strlen(COLUMNS(*))) FROM read_csv('{path}', all_varchar = true)").fetchall()
    return {"seconds": time.perf_counter() - began}
