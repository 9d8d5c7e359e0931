"""The generated rows hold exactly the faults that they say they hold."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
from bench.generate import AS_OF, Recipe, generate
from bench.product import penalty_item

from anxin.intake.checks import check_frame
from anxin.intake.header import load_mapping, match_header
from anxin.intake.reading import ROW_NUMBER, open_table

RECIPE = Recipe(rows=3_000, faults=0.2, repeats=0.02)


def found_in(path: Path, *, as_of: date = AS_OF) -> tuple[int, int, dict[str, int]]:
    """Rows read, rows returned, reasons by code."""
    item, table = penalty_item(), open_table(path)
    fields = match_header(table.header, item, load_mapping("double-publicity"))
    read = returned = 0
    reasons: Counter[str] = Counter()
    for raw in table.frames():
        chosen = raw.select(ROW_NUMBER, *[pl.col(column).alias(name) for column, name in fields.items()])
        checked = check_frame(chosen, item, as_of=as_of)
        read += raw.height
        returned += int(checked.rejected.sum())
        for positions, _, code in checked.reasons:
            reasons[code] += len(positions)
    return read, returned, dict(sorted(reasons.items()))


def test_checks_find_every_fault_and_no_other(tmp_path: Path) -> None:
    expected = generate(RECIPE, tmp_path / "rows.csv")
    assert found_in(tmp_path / "rows.csv") == (3_000, 600, expected.reasons())
    assert all(expected.faults.values())


def test_the_same_seed_gives_the_same_bytes_and_the_same_rows_in_others(tmp_path: Path) -> None:
    for name, recipe in (("a", RECIPE), ("b", RECIPE), ("c", Recipe(**(vars(RECIPE) | {"crlf": True})))):
        generate(recipe, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a").read_bytes() == (tmp_path / "c").read_bytes().replace(b"\r\n", b"\n")
