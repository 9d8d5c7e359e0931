"""The generated rows hold exactly the faults that they say they hold."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from bench.generate import AS_OF, Recipe, generate
from bench.product import checked_frames

RECIPE = Recipe(rows=3_000, faults=0.2, repeats=0.02)


def found_in(path: Path, *, as_of: date = AS_OF) -> tuple[int, int, dict[str, int]]:
    """Rows read, rows returned, reasons by code."""
    read = returned = 0
    reasons: Counter[str] = Counter()
    for checked in checked_frames(path, as_of):
        read += checked.typed.height
        returned += int(checked.rejected.sum())
        for reason in checked.reasons:
            reasons[reason.code] += len(reason.rows)
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
