"""Reading and checking a file: ours against the mere reading of it, and against other tools with the same rules."""

from __future__ import annotations

from bench.frame import Contender, Figure, Result, Run, Scale, race
from bench.generate import Expected, Recipe, generate

TITLE = "Checks alone: file in, typed columns and every reason of every row out"
SAMPLE = 100_000
COLUMN_PEERS = {
    "DuckDB SQL": "bench.peers.columns:with_duckdb",
    "pandera on Polars": "bench.peers.columns:with_pandera",
}
ROW_PEERS = {
    "Python, row by row": "bench.peers.rowwise:plain",
    "pydantic": "bench.peers.model:check",
    "Great Expectations": "bench.peers.columns:with_great_expectations",
    "frictionless": "bench.peers.rowwise:with_frictionless",
}


def run(scale: Scale) -> Result:
    """1 M rows (and 10 M with `long`); the row-wise peers on a tenth of them."""
    rows = scale.size(1_000_000, 20_000)
    sample = min(rows, SAMPLE if not scale.quick else 2_000)
    whole, part = scale.file("rows.csv"), scale.file("sample.csv")
    expected = generate(Recipe(rows=rows), whole)
    expected_part = generate(Recipe(rows=sample), part)
    result = Result("checks", TITLE)
    own = [
        Contender("reading: Polars stream", "bench.ours:polars_reading", {"path": str(whole)}),
        Contender("reading: our reader", "bench.ours:reading", {"path": str(whole)}),
        Contender("ours: reading and checks", "bench.ours:checks", {"path": str(whole)}),
    ]
    others = []
    if scale.peers:
        own.insert(1, Contender("reading: DuckDB", "bench.ours:duckdb_reading", {"path": str(whole)}))
        others = [Contender(name, call, {"path": str(whole)}) for name, call in COLUMN_PEERS.items()]
        others += [
            Contender(name, call, {"path": str(part)}, part=sample / rows) for name, call in ROW_PEERS.items()
        ]
    runs = race([*own, *others], scale.rounds)
    _judge(result, runs, rows, len(own))
    _compare_findings(result, runs, expected, expected_part)
    if scale.long:
        _long(result, scale, runs)
    whole.unlink()
    part.unlink()
    return result


def _judge(result: Result, runs: list[Run], rows: int, own: int) -> None:
    by_name = {run.name: run for run in runs}
    base, ours = by_name["reading: Polars stream"], by_name["ours: reading and checks"]
    result.race_table(f"{rows:,} rows", runs, base, rows)
    result.figures = [
        Figure(
            "checks, reading included, as a multiple of reading (Polars stream)",
            ours.median / base.median,
            "×",
            4.5,
        ),
        Figure("peak memory", ours.peak_mb, "MB", 400.0),
        Figure("rows checked", rows / ours.median, "rows/s"),
    ]
    for run in runs[own:]:
        least = 1.0 if run.name in COLUMN_PEERS else 13.0
        if run.seconds:
            result.figures.append(
                Figure(f"ahead of {run.name}", run.median / ours.median, "×", least, at_most=False)
            )


def _compare_findings(result: Result, runs: list[Run], whole: Expected, part: Expected) -> None:
    """Say who rejected other rows than those that were made faulty."""
    result.notes.append(
        f"Of the rows, {whole.faulty / whole.rows:.0%} have one or more of 26 kinds of fault. Ours also looks into every other "
        "column for length, control characters, personal numbers and prohibited statements; the peers check the 26 rules only."
    )
    by_name = {run.name: run for run in runs}
    ours, reader = by_name["ours: reading and checks"], by_name["reading: our reader"]
    if ours.seconds and reader.seconds:
        result.notes.append(
            f"Reading alone takes our reader {reader.median:.2f} s of the {ours.median:.2f} s (encoding of the whole file first, quotation "
            "marks, column counts, text frames). With the checks it runs on a thread of its own, a frame ahead, so that the two overlap "
            "where a second processor is free."
        )
    for run in runs:
        wanted = part.faulty if run.part < 1 else whole.faulty
        if "rejected" in run.answer and run.answer["rejected"] != wanted:
            result.notes.append(
                f"{run.name} rejects {run.answer['rejected']:,.0f} rows; {wanted:,} are faulty."
            )


def _long(result: Result, scale: Scale, runs: list[Run]) -> None:
    file = scale.file("long.csv")
    rows = 10 * scale.size(1_000_000, 20_000)
    expected = generate(Recipe(rows=rows), file)
    found = race(
        [
            Contender("reading: Polars stream", "bench.ours:polars_reading", {"path": str(file)}),
            Contender("ours: reading and checks", "bench.ours:checks", {"path": str(file)}),
        ],
        1,
    )
    file.unlink()
    result.race_table(f"{rows:,} rows", found, found[0], rows)
    short = next(run for run in runs if run.name == "ours: reading and checks")
    result.figures += [
        Figure(f"peak memory at {rows:,} rows", found[1].peak_mb, "MB", 900.0),
        Figure("ten times the rows, as a multiple of the time", found[1].median / short.median, "×"),
    ]
    if found[1].answer.get("rejected") != expected.faulty:
        result.notes.append(
            f"At {rows:,} rows ours rejects {found[1].answer.get('rejected')}, not {expected.faulty}."
        )
