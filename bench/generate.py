"""`./anxin bench generate --rows N --out FILE`: penalty rows in the national template, with known faults.

30 columns under their Chinese labels; 5 % of the rows have one or more faults (`bench.faults`), 1 % are repeats of an
earlier row, 0.1 % bear another name than the one on file. The same seed gives the same bytes. Prints one JSON object of
what a correct intake into an empty database must find: rows by outcome, faults by kind, reasons by code.

`--crlf` writes the same rows in other bytes. About 4 s and 0.5 GB a million rows; memory does not grow with the rows.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.faults import FAULTS, spoil
from bench.product import penalty_item
from bench.rows import World, draw_rows, make_world

ROWS_AT_ONCE = 100_000
AS_OF = date(2026, 11, 20)


@dataclass(frozen=True)
class Recipe:
    """What the file is to hold. Shares are of the rows."""

    rows: int
    seed: int = 2022
    organizations: int | None = None
    faults: float = 0.05
    repeats: float = 0.01
    renamed: float = 0.001
    identified: float = 0.1
    crlf: bool = False

    @property
    def number_of_organizations(self) -> int:
        """A fifth of the rows, but no more than a city has."""
        return self.organizations or max(20, min(200_000, self.rows // 5))


@dataclass
class Expected:
    """What a correct intake finds."""

    rows: int = 0
    faulty: int = 0
    repeats: int = 0
    renamed: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def reasons(self) -> dict[str, int]:
        """Number of reasons by code."""
        found: Counter[str] = Counter()
        for fault in FAULTS:
            for code in fault.found:
                found[code] += self.faults[fault.name]
        return dict(sorted(found.items()))

    def as_dict(self) -> dict[str, object]:
        """For one line of JSON."""
        return {
            "rows": self.rows,
            "accepted": self.rows - self.faulty - self.repeats - self.renamed,
            "returned": self.faulty,
            "duplicates": self.repeats,
            "queued": self.renamed,
            "reasons": self.reasons(),
            "faults": dict(self.faults),
        }


def labels() -> dict[str, str]:
    """Field name → Chinese label of the penalty template, in the order of its columns."""
    return {one.name: one.label.zh for one in penalty_item().fields if one.source_column}


def generate(recipe: Recipe, out: Path) -> Expected:
    """Write the file; returns what a correct intake into an empty database must find."""
    expected = Expected()
    world = make_world(recipe.number_of_organizations, AS_OF, recipe.seed)
    known = np.zeros(recipe.number_of_organizations, np.bool_)
    titles = labels()
    with out.open("wb") as file:
        _write(pl.DataFrame({title: [] for title in titles.values()}), file, recipe, header=True)
        for first in range(1, recipe.rows + 1, ROWS_AT_ONCE):
            number = min(ROWS_AT_ONCE, recipe.rows + 1 - first)
            rows = _chunk(recipe, world, known, first, number, expected)
            present = [
                pl.col(name).alias(title) if name in rows.columns else pl.lit(None, pl.String).alias(title)
                for name, title in titles.items()
            ]
            _write(rows.select(present), file, recipe, header=False)
    return expected


def _write(rows: pl.DataFrame, file: IO[bytes], recipe: Recipe, *, header: bool) -> None:
    rows.write_csv(file, include_header=header, line_terminator="\r\n" if recipe.crlf else "\n")


def _chunk(
    recipe: Recipe, world: World, known: NDArray[np.bool_], first: int, number: int, expected: Expected
) -> pl.DataFrame:
    draw = np.random.default_rng([recipe.seed, first])
    rows, chosen = draw_rows(world, draw, first, number, identified=recipe.identified)
    order = draw.permutation(number)
    faulty, rest = np.split(order, [round(recipe.faults * number)])
    repeated, rest = np.split(rest, [round(recipe.repeats * number)])
    rows, counts = spoil(rows, np.sort(faulty), draw)
    # A row whose organization came before, in this file, under its right name.
    good = np.sort(rest)
    _, newcomers = np.unique(chosen[good], return_index=True)
    follows = np.ones(len(good), np.bool_)
    follows[newcomers] = known[chosen[good[newcomers]]]
    # The first half may be copied, the second half renamed: a copy of a renamed row would be neither.
    sources, rest = np.split(good, [len(good) // 2])
    renamed = rest[follows[len(sources) :]][: round(recipe.renamed * number)]
    rows = _rename(rows, renamed)
    rows = _repeat(rows, np.sort(repeated), sources, draw)
    known[chosen[good]] = True
    expected.rows += number
    expected.faulty += len(faulty)
    expected.repeats += len(repeated)
    expected.renamed += len(renamed)
    expected.faults.update(counts)
    return rows


def _rename(rows: pl.DataFrame, places: NDArray[np.int64]) -> pl.DataFrame:
    if not len(places):
        return rows
    names = rows["subject_name"]
    return rows.with_columns(subject_name=names.clone().scatter(places, names.gather(places) + "(另名)"))


def _repeat(
    rows: pl.DataFrame, places: NDArray[np.int64], sources: NDArray[np.int64], draw: np.random.Generator
) -> pl.DataFrame:
    taken = np.arange(rows.height)
    if len(sources):
        taken[places] = draw.choice(sources, len(places))
    return rows[taken]


def main(argv: list[str]) -> int:
    """Write the file and say what is in it."""
    parser = argparse.ArgumentParser(prog="./anxin bench generate", description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--organizations", type=int, help="a fifth of the rows, at most 200,000")
    parser.add_argument("--fault-share", type=float, default=0.05)
    parser.add_argument("--repeat-share", type=float, default=0.01)
    parser.add_argument("--renamed-share", type=float, default=0.001)
    parser.add_argument("--identified-share", type=float, default=0.1, help="rows with a personal number")
    parser.add_argument("--crlf", action="store_true", help="the same rows in other bytes")
    given = parser.parse_args(argv)
    recipe = Recipe(
        rows=given.rows,
        seed=given.seed,
        organizations=given.organizations,
        faults=given.fault_share,
        repeats=given.repeat_share,
        renamed=given.renamed_share,
        identified=given.identified_share,
        crlf=given.crlf,
    )
    print(json.dumps(generate(recipe, given.out).as_dict(), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
