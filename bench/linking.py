"""Linking: documents that belong to one person, over ten million identifier rows, with contradictions found."""

from __future__ import annotations

import contextlib
from pathlib import Path

from bench.databases import served
from bench.frame import Contender, Figure, Result, Run, Scale, race
from bench.identifier_rows import write_identifier_rows

WORK = "bench.linking_work:"


def run(scale: Scale) -> Result:
    """Ours, DuckDB and Splink on all rows; the slower ones on a sample, all of them on that sample for equality."""
    lines = scale.size(10_000_000, 100_000)
    sample = max(1_000, lines // 20)
    whole, part = scale.file("identifiers.parquet"), scale.file("sample.parquet")
    made, made_part = write_identifier_rows(lines, whole), write_identifier_rows(sample, part)
    result = Result(
        "linking", "Linking: which documents belong to one person, and where that is contradictory"
    )
    share = made_part.lines / made.lines
    with contextlib.ExitStack() as stack:
        contenders = [Contender("ours", WORK + "ours", {"path": str(whole)})]
        if scale.peers:
            address = stack.enter_context(served(scale.folder / "linking")).address("anxin")
            contenders += _peers(whole, part, share, address)
        runs = race(contenders, scale.rounds)
        small = race([Contender("ours, on the sample", WORK + "ours", {"path": str(part)})], 1)
    whole.unlink()
    part.unlink()
    result.race_table(
        f"{made.lines:,} identifier rows of {made.persons:,} persons", runs, runs[0], made.lines
    )
    result.figures.append(
        Figure("identifier rows a second", made.lines / runs[0].median, "/s", 1_000_000, at_most=False)
    )
    result.figures.append(Figure("peak memory", runs[0].peak_mb, "MB"))
    for one in runs[1:]:
        if one.seconds:
            ahead = one.median / runs[0].median
            result.figures.append(Figure(f"ahead of {one.name}", ahead, "×", 1.0, at_most=False))
    _compare(result, [*runs, *small])
    return result


def _peers(whole: Path, part: Path, share: float, address: str) -> list[Contender]:
    return [
        Contender("DuckDB SQL", WORK + "with_duckdb", {"path": str(whole)}),
        Contender("Splink's clustering on DuckDB", WORK + "with_splink", {"path": str(whole)}),
        Contender("Python dictionary", WORK + "with_dictionary", {"path": str(part)}, part=share),
        Contender("PostgreSQL", WORK + "with_postgres", {"path": str(part), "address": address}, part=share),
    ]


def _compare(result: Result, runs: list[Run]) -> None:
    """Everybody on the same rows must find the same groups and contradictions."""
    rows = [["contender", "on", "groups", "contradictions"]]
    for run in runs:
        if run.answer:
            on = "sample" if run.part < 1 or "sample" in run.name else "all"
            rows.append([run.name, on, f"{run.answer['groups']:,}", f"{run.answer['conflicts']:,}"])
    result.tables["What they found"] = rows
    for on in ("all", "sample"):
        if len({tuple(row[2:]) for row in rows[1:] if row[1] == on}) > 1:
            result.notes.append(f"The contenders on {on} do not agree.")
