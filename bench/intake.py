"""End to end: a file to checked, linked, stored records and the workbook of what goes back, against a bare COPY."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from bench.databases import Databases, copy_in, copy_out, served
from bench.frame import Contender, Figure, Result, Run, Scale, in_child, race
from bench.generate import Expected, Recipe, generate
from bench.web import Visitor, visit, website

TITLE = "Intake end to end"
OURS = "bench.intake_work:take_in_file"
PARENTS = ("subjects_subject", "subjects_organization", "intake_submission")
RECORDS = ("records_creditrecord", "records_recordversion")
LOOKED_UP = 200


def run(scale: Scale) -> Result:
    """1 M rows: first time, again, again in other bytes, with visitors meanwhile; 10 M rows with `long`."""
    rows = scale.size(1_000_000, 10_000)
    result = Result("intake", TITLE)
    first, other = scale.file("rows.csv"), scale.file("other.csv")
    expected = generate(Recipe(rows=rows), first)
    generate(Recipe(rows=rows, crlf=True), other)
    with served(scale.folder / "database") as databases:
        runs = _rounds(scale, databases, first, other, expected, result)
        _judge(result, runs, rows)
        try:
            _visited(scale, databases, other, result, runs[0].median)
        except RuntimeError as problem:
            result.notes.append(f"Look-ups meanwhile were not measured: {problem}")
        if scale.long:
            _long(scale, databases, rows, runs[0].median, result)
    first.unlink()
    other.unlink()
    return result


def _rounds(
    scale: Scale, databases: Databases, first: Path, other: Path, expected: Expected, result: Result
) -> list[Run]:
    """Ours into an empty database, bare COPY of what it stored, the same file again, the same rows in other bytes."""
    runs = [Run("first time"), Run("bare COPY"), Run("same file again"), Run("same rows, other bytes")]
    copies: dict[str, str] = {}
    for number in range(scale.rounds):
        # In turns: every second round begins with the COPY, once there is something to copy.
        if copies and number % 2:
            _copy(databases, copies, runs[1])
        environment = databases.environment | {"DATABASE_URL": databases.fresh("ours")}
        arguments = {"environment": environment, "returned": str(scale.file("returned.xlsx"))}
        for run, file in ((runs[0], first), (runs[2], first), (runs[3], other)):
            databases.settle()
            [again] = race([Contender(run.name, OURS, {"path": str(file), **arguments})], 1)
            _add(run, again)
        if not copies:
            _compare(result, runs, expected)
            copies = _copy_base(scale, databases)
        if not number % 2:
            _copy(databases, copies, runs[1])
        databases.drop("ours")
    return runs


def _add(run: Run, again: Run) -> None:
    if again.failed:
        raise RuntimeError(f"{run.name}: {again.failed}")
    run.seconds += again.seconds
    run.peak_mb = max(run.peak_mb, again.peak_mb)
    run.answer = again.answer


def _copy_base(scale: Scale, databases: Databases) -> dict[str, str]:
    """A database that holds what the records refer to, and the records as files that COPY reads."""
    source = databases.address("ours")
    files = {table: scale.file(f"{table}.copy") for table in (*PARENTS, *RECORDS)}
    for table, file in files.items():
        copy_out(source, table, file)
    with psycopg.connect(databases.fresh("base")) as connection, connection.cursor() as cursor:
        for table in PARENTS:
            copy_in(cursor, table, files[table])
    return {table: str(files[table]) for table in RECORDS}


def _copy(databases: Databases, copies: dict[str, str], run: Run) -> None:
    address = databases.fresh("copied", template="base")
    databases.settle()
    [again] = race(
        [Contender(run.name, "bench.intake_work:bare_copy", {"address": address, "files": copies})], 1
    )
    _add(run, again)
    databases.drop("copied")


def _compare(result: Result, runs: list[Run], expected: Expected) -> None:
    """Say where the outcome differs from what the file was made to give."""
    outcome = runs[0].answer["outcome"]
    wanted = {
        "read": expected.rows,
        "returned": expected.faulty,
        "duplicates": expected.repeats,
        "queued": expected.renamed,
    }
    for name, number in wanted.items():
        if outcome[name] != number:
            result.notes.append(f"{name}: {outcome[name]:,} rows, where the file was made for {number:,}.")
    again = runs[3].answer["outcome"]
    if again["accepted"]:
        result.notes.append(f"The same rows in other bytes stored {again['accepted']:,} rows once more.")


def _judge(result: Result, runs: list[Run], rows: int) -> None:
    ours, copy, replay, other = runs
    result.race_table(f"{rows:,} rows", runs, copy, rows)
    result.figures += [
        Figure(
            "first time, as a multiple of a bare COPY of the accepted rows",
            ours.median / copy.median,
            "×",
            2.5,
        ),
        Figure("first time", ours.median, "s"),
        Figure("same file again, as a part of the first time", replay.median / ours.median, "×", 0.5),
        Figure("same rows in other bytes, as a part of the first time", other.median / ours.median, "×", 0.5),
        Figure("peak memory of the process that takes in", ours.peak_mb, "MB"),
    ]
    for run in (ours, other):
        places = [["where", "s", "share"]]
        places += [[place, f"{s:.2f}", f"{s / run.median:.0%}"] for place, s in run.answer["stages"]]
        result.tables[f"Where the time goes: {run.name}"] = places
    for run in (ours, other, copy):
        used = run.answer["processor"]
        result.notes.append(
            f"{run.name}: {used['here']:.1f} s of processor in the process itself (its start included),"
            f" {used['database']:.1f} s in its database backend."
        )
    parts = ", ".join(f"{table} {seconds:.1f} s" for table, seconds in copy.answer["parts"].items())
    result.notes.append(f"Bare COPY: {parts}; subjects and submission stood there before it began.")


def _visited(scale: Scale, databases: Databases, file: Path, result: Result, usual: float) -> None:
    """Look organizations up at a steady pace, first idle, then while the file is taken in."""
    small = scale.file("small.csv")
    generate(Recipe(rows=max(500, scale.size(1_000_000, 10_000) // 50), seed=7), small)
    environment = databases.environment | {"DATABASE_URL": databases.fresh("visited")}
    answer, _, problem = in_child(OURS, {"path": str(small), "environment": environment})
    if problem:
        raise RuntimeError(problem)
    paths = [f"/api/organizations/{code}" for code in _public_codes(environment["DATABASE_URL"])]
    with website(scale.folder / "web", environment) as port:
        visit(port, paths, 1.0)
        idle = visit(port, paths, 3.0 if scale.quick else 15.0)
        visitor = Visitor(port, paths)
        visitor.start()
        answer, _, problem = in_child(OURS, {"path": str(file), "environment": environment})
        busy = visitor.stop()
    if problem:
        raise RuntimeError(problem)
    ratio = busy.percentile(0.95) / idle.percentile(0.95)
    result.figures += [
        Figure("web look-ups during intake: p95 as a multiple of idle", ratio, "×", 2.0),
        Figure("intake with visitors, as a multiple of without", answer["seconds"] / usual, "×"),
    ]
    head = ["look-ups (25 a second)", "answers", "p50 ms", "p95 ms", "p99 ms", "failed"]
    result.tables["Web look-ups"] = [head] + [
        [
            name,
            str(len(one.seconds)),
            *[f"{one.percentile(share):.1f}" for share in (0.5, 0.95, 0.99)],
            str(one.failed),
        ]
        for name, one in (("idle", idle), ("during intake", busy))
    ]
    databases.drop("visited")


def _public_codes(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT uscc FROM published_organization ORDER BY uscc LIMIT %s", [LOOKED_UP]
        )
        return [row[0] for row in rows.fetchall()]


def _long(scale: Scale, databases: Databases, rows: int, seconds: float, result: Result) -> None:
    """Ten times the rows, once: the same rows a second, nearly the same memory."""
    many = 10 * rows
    file = scale.file("long.csv")
    expected = generate(Recipe(rows=many), file)
    environment = databases.environment | {"DATABASE_URL": databases.fresh("long")}
    databases.settle()
    answer, peak, problem = in_child(
        OURS, {"path": str(file), "environment": environment, "returned": str(scale.file("returned.xlsx"))}
    )
    databases.drop("long")
    file.unlink()
    if problem:
        result.notes.append(f"{many:,} rows: {problem}")
        return
    result.figures += [
        Figure(
            f"{many:,} rows: time a row, as a multiple of {rows:,} rows",
            _slower(answer, many, rows, seconds),
            "×",
            1.25,
        ),
        Figure(f"{many:,} rows", answer["seconds"], "s"),
        Figure(f"{many:,} rows: peak memory of the process that takes in", peak, "MB"),
    ]
    result.tables[f"Where the time goes: {many:,} rows"] = [
        ["where", "s", "share"],
        *[[place, f"{s:.2f}", f"{s / answer['seconds']:.0%}"] for place, s in answer["stages"]],
    ]
    if answer["outcome"]["returned"] != expected.faulty:
        result.notes.append(
            f"{many:,} rows: {answer['outcome']['returned']} returned, not {expected.faulty}."
        )


def _slower(answer: dict[str, Any], many: int, rows: int, seconds: float) -> float:
    return float((answer["seconds"] / many) / (seconds / rows))
