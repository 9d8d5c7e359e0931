"""Batch reading: a million identifiers logged one by one and answered together, against single readings and a bare join."""

from __future__ import annotations

from bench.batch_fill import fill, write_identifiers
from bench.databases import served
from bench.frame import Contender, Figure, Result, Run, Scale, race

WORK = "bench.batch_work:"
# Of ten identifiers, four are on file.
ON_FILE = 0.4


def run(scale: Scale) -> Result:
    """Ours, a sample of single readings scaled up, and what the database takes without any duty."""
    rows = scale.size(1_000_000, 10_000)
    organizations, sample = int(rows * ON_FILE), min(rows, 100 if scale.quick else 1_000)
    file = scale.file("identifiers.csv")
    write_identifiers(rows, file)
    with served(scale.folder / "batch") as databases:
        address = databases.fresh("batch")
        fill(address, organizations)
        databases.settle()
        path = {"path": str(file)}
        product = path | {"environment": databases.environment | {"DATABASE_URL": address}}
        contenders = [
            Contender("ours", WORK + "ours", product),
            Contender("one by one", WORK + "one_by_one", product | {"number": sample}, part=sample / rows),
            Contender("bare COPY and join", WORK + "bare", path | {"address": address, "logged": False}),
            Contender(
                "the same with bare log rows", WORK + "bare", path | {"address": address, "logged": True}
            ),
        ]
        runs = race(contenders, scale.rounds)
    file.unlink()
    return _judged(runs, rows, organizations)


def _judged(runs: list[Run], rows: int, organizations: int) -> Result:
    ours, single, bare, logged = runs
    for one in runs:
        if one.failed:
            raise RuntimeError(f"{one.name}: {one.failed}")
    if (ours.answer["lines"], ours.answer["found"]) != (rows, organizations):
        raise RuntimeError(f"answered {ours.answer['lines']:,} lines, {ours.answer['found']:,} found")
    result = Result("batch", f"Batch reading: {rows:,} identifiers against {organizations:,} organizations")
    whole = rows == 1_000_000
    result.figures = [
        Figure("answer and log rows", ours.median, "s", 12.0 if whole else None),
        Figure("peak memory", ours.peak_mb, "MB", 1_024.0 if whole else None),
        Figure("ahead of single readings", single.median / ours.median, "×", 50.0, at_most=False),
        Figure("of a bare join with bare log rows", ours.median / logged.median, "×"),
    ]
    result.race_table("Identifiers, checked, logged, answered", runs, bare, rows)
    stages = [(name, [answer["stages"][name] for answer in ours.answers]) for name in ours.answer["stages"]]
    result.tables["Where the time of ours goes"] = [
        ["stage", "s in each round"],
        *[[name, ", ".join(f"{value:.2f}" for value in values)] for name, values in stages],
    ]
    result.notes += [
        "Ours checks each identifier, writes a log row with a salted commitment for each hit and miss, and answers a hit with its"
        " records, fields and dispute marks; the answer lies encrypted on the disk. The bare ones answer with a name.",
        "Log rows stay: the log of a later round holds those of the rounds before it.",
    ]
    return result
