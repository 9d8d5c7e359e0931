"""Identifier rows: what the rows of many files say of persons' documents. One line a document of a row.

A person has a resident ID and some other documents; a row names one to three of them. Of the passports, one in 200 stands in
a row of another person: where that row and the person's own rows name their primary numbers, two of these meet, which is a
contradiction for an officer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.codes import as_text

KINDS = ("resident_id_number", "passport", "social_security_card", "driving_license")
# How many rows there are for a person, and how often a row names each kind.
ROWS_PER_PERSON = 2.5
NAMED = (0.8, 0.3, 0.45, 0.15)
CROSSED = 0.005
RESIDENT_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.frombuffer(b"10X98765432", np.uint8)


@dataclass(frozen=True)
class Rows:
    """Size of a file of identifier rows."""

    lines: int
    persons: int


def write_identifier_rows(lines: int, out: Path, seed: int = 12) -> Rows:
    """Write `row`, `kind`, `number`, `primary` as Parquet, rows together; about that many lines."""
    draw = np.random.default_rng(seed)
    rows = int(lines / sum(NAMED))
    persons = max(10, int(rows / ROWS_PER_PERSON))
    person = draw.integers(0, persons, rows)
    named = draw.random((rows, len(KINDS))) < np.array(NAMED)
    place, kind = np.nonzero(named)
    holder = person[place]
    # A crossed document: the row of one person names the passport of the next one.
    crossed = (kind == 1) & (draw.random(len(place)) < CROSSED)
    holder = np.where(crossed, (holder + 1) % persons, holder)
    numbers = _numbers(holder, kind)
    frame = pl.DataFrame(
        {
            "row": place.astype(np.int64),
            "kind": pl.Series(KINDS).gather(kind),
            "number": numbers,
            "primary": kind == 0,
        }
    )
    frame.write_parquet(out, compression="lz4")
    return Rows(frame.height, persons)


def _numbers(holder: NDArray[np.int64], kind: NDArray[np.int64]) -> pl.Series:
    """Resident IDs in the division that nobody lives in; the others by a letter and the holder."""
    people = np.arange(int(holder.max()) + 1)
    years, days, order = 1950 + people % 50, people // 50 % 336, people // 16_800
    body = (*(np.full(len(people), 210_399), years, days // 28 % 12 + 1, days % 28 + 1, order % 1_000),)
    digits = np.hstack([_digits(part, width) for part, width in zip(body, (6, 4, 2, 2, 3), strict=True)])
    # More persons than numbers of one division: the division counts on, as districts do.
    digits[:, :6] = _digits(210_399 + order // 1_000, 6)
    check = CHECKS[digits @ RESIDENT_WEIGHTS % 11]
    resident = as_text(np.hstack([(digits + 48).astype(np.uint8), check[:, None]]))
    other = pl.select(
        pl.concat_str(
            pl.Series(["R", "E", "S", "D"]).gather(kind), pl.Series(holder).cast(pl.String).str.zfill(9)
        )
    ).to_series()
    return pl.select(pl.when(pl.Series(kind == 0)).then(resident.gather(holder)).otherwise(other)).to_series()


def _digits(values: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    return values[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10
