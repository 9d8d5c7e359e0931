"""The log that proves itself: writing, sealing, proving, re-checking, verifying."""

from __future__ import annotations

import os
from statistics import median

import psycopg

from bench.databases import Databases, served
from bench.frame import Contender, Figure, Result, Run, Scale, race
from bench.log_inserts import BARE, CHAINED, CLIENTS, INSERT, OURS, inserts_a_second, make_tables
from bench.log_lag import in_environment, measure_lag

WORK = "bench.log_work:"
FILL = (
    INSERT.partition("\n")[2]
    .format(table=OURS)
    .replace("VALUES (", "SELECT ")
    .replace(":subject", "1 + n %% 400000")
    .replace("}');", "}' FROM generate_series(1, %s) n")
)
RATE = 500
FORMS = {"compact": "compact form", "lines": "form for reading"}


def run(scale: Scale) -> Result:
    """1 M entries written, sealed, re-checked, exported and verified; proofs at 10 M; inserts at 1, 8 and 32 clients."""
    result = Result("log", "The log that proves itself")
    number = scale.size(1_000_000, 20_000)
    _tree(scale, result, number)
    with served(scale.folder / "log") as databases:
        _inserts(scale, databases, result)
        _lag(scale, databases, result)
        _proofs(scale, databases, result, scale.size(10_000_000, 100_000))
        _sealed(scale, databases, result, number)
    result.notes.append(
        "Peers for proofs are left out: the one library there is (pymerkle) is under the GPL and is not part of any environment here."
    )
    return result


def _tree(scale: Scale, result: Result, number: int) -> None:
    arguments = {"number": number}
    runs = race(
        [
            Contender("one leaf after another", WORK + "append_one_by_one", arguments),
            Contender("in portions, as sealing does", WORK + "append_together", arguments),
        ],
        scale.rounds,
    )
    result.race_table(f"A tree of {number:,} leaves in memory", runs, per=number)
    result.figures.append(Figure("plain tree, appends", number / runs[0].median, "/s"))


def _inserts(scale: Scale, databases: Databases, result: Result) -> None:
    """In turns, so that a slow minute meets all; every client commits every row, with fsync."""
    address, seconds = databases.fresh("inserts"), 2 if scale.quick else 10
    make_tables(address)
    rows = [["clients", "with commitment, rows/s", "bare, rows/s", "×", "chained row by row, rows/s", "×"]]
    for clients in CLIENTS:
        rates: dict[str, list[float]] = {OURS: [], BARE: [], CHAINED: []}
        for number in range(scale.rounds):
            for table in (OURS, BARE, CHAINED)[:: -1 if number % 2 else 1]:
                databases.settle()
                script = scale.file("insert.sql")
                rates[table].append(inserts_a_second(address, table, clients, seconds, script))
        ours, bare, chained = (median(rates[table]) for table in (OURS, BARE, CHAINED))
        texts = [str(clients), *(f"{one:,.0f}" for one in (ours, bare))]
        rows.append([*texts, f"{ours / bare:.2f}", f"{chained:,.0f}", f"{chained / bare:.2f}"])
        name = (
            f"inserts with commitment, {clients} client{'s' if clients > 1 else ''}, as a share of bare ones"
        )
        result.figures.append(Figure(name, ours / bare, "×", 0.8, at_most=False))
    result.tables["Rows of the query log, each its own commit (pgbench, fsync on)"] = rows
    databases.drop("inserts")


def _lag(scale: Scale, databases: Databases, result: Result) -> None:
    seconds = 5 if scale.quick else 60
    environment = in_environment({**os.environ, **databases.environment})
    found = measure_lag(
        databases.fresh("lag"), environment, scale.folder / "witnesses", rate=RATE, seconds=seconds
    )
    databases.drop("lag")
    result.figures += [
        Figure("checkpoint lag, 99th of 100", found["p99"], "s", 10),
        Figure("checkpoint lag, longest", found["most"], "s", 60),
        Figure("entries written meanwhile", found["rate"], "/s", RATE * 0.99, at_most=False),
    ]
    result.tables[f"{RATE} entries a second for {seconds} s, two witnesses"] = [
        ["entries", "checkpoints", "median s", "p99 s", "max s"],
        [
            *(f"{found[one]:,}" for one in ("entries", "checkpoints")),
            *(f"{found[one]:.2f}" for one in ("median", "p99", "most")),
        ],
    ]


def _proofs(scale: Scale, databases: Databases, result: Result, number: int) -> None:
    arguments = {"address": databases.fresh("proofs"), "number": number}
    [run] = race([Contender("proofs out of tiles", WORK + "prove_from_tiles", arguments)], 1)
    _refuse_failed(run)
    databases.drop("proofs")
    result.figures.append(
        Figure(f"inclusion proof at {number:,} leaves", run.answer["median"] * 1000, "ms", 5)
    )
    result.tables[f"500 proofs in a tree of {number:,} leaves, from the database's tiles"] = [
        ["median ms", "p99 ms", "max ms"],
        [f"{run.answer[one] * 1000:.2f}" for one in ("median", "p99", "most")],
    ]


def _sealed(scale: Scale, databases: Databases, result: Result, number: int) -> None:
    filled = databases.fresh("filled")
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(FILL.encode(), [number])
        connection.execute("VACUUM ANALYZE audit_querylogentry")
    sealing = Run("seal, both trees")
    for _ in range(scale.rounds):
        address = databases.fresh("sealed", template="filled")
        databases.settle()
        [again] = race([Contender("seal", WORK + "seal_everything", {"address": address})], 1)
        _refuse_failed(again)
        sealing.seconds += again.seconds
        sealing.peak_mb = max(sealing.peak_mb, again.peak_mb)
    recheck, exports = _rechecked_and_exported(scale, databases, address)
    verified = _verified(scale)
    runs = [sealing, recheck, *exports, *verified]
    for one in runs:
        _refuse_failed(one)
    result.race_table(f"{number:,} entries from the database to the auditor", runs, per=number)
    result.figures += [
        Figure("sealing from PostgreSQL, both trees", number / sealing.median, "/s", 250_000, at_most=False),
        Figure(f"fsck over {number:,} leaves", recheck.median, "s", 60),
        Figure("full verification", number / verified[0].median, "leaves/s", 500_000, at_most=False),
        Figure("full verification of the form for reading", number / verified[2].median, "leaves/s"),
    ]
    result.notes.append(
        "Full verification reads every entry's text, recomputes its salted commitment, grows the tree from the commitments, and "
        "compares every signed root and every signature; in the compact form all of it, twice as fast."
    )
    _say_wrong(result, number, recheck, verified)


def _rechecked_and_exported(scale: Scale, databases: Databases, address: str) -> tuple[Run, list[Run]]:
    contenders = [
        Contender("fsck", WORK + "recheck", {"address": address, "environment": databases.environment})
    ]
    for form, name in FORMS.items():
        arguments = {"address": address, "folder": str(scale.file(form)), "compact": form == "compact"}
        contenders.append(Contender(f"export-log, {name}", WORK + "export", arguments))
    recheck, *exports = race(contenders, 1)
    return recheck, exports


def _verified(scale: Scale) -> list[Run]:
    """The compact form on all cores and on one, the form for reading, and the compact one with the second tree."""
    cores = os.cpu_count() or 1
    ways = (
        ("compact", cores, False),
        ("compact", 1, False),
        ("lines", cores, False),
        ("compact", cores, True),
    )
    return race(
        [
            Contender(
                f"verify log, {FORMS[form]}, processes: {processes}{', SM3 too' if sm3 else ''}",
                WORK + "verify",
                {"folder": str(scale.file(form)), "processes": processes, "sm3": sm3},
            )
            for form, processes, sm3 in ways
        ],
        scale.rounds,
    )


def _say_wrong(result: Result, number: int, recheck: Run, verified: list[Run]) -> None:
    """What was measured counts only where it found everything in order."""
    if recheck.answer["wrong"]:
        result.notes.append(f"fsck found something wrong: {', '.join(recheck.answer['wrong'])}.")
    for one in verified:
        if one.answer["faults"] or one.answer["entries"] != number:
            result.notes.append(
                f"{one.name} found {one.answer['faults']} in {one.answer['entries']} entries."
            )


def _refuse_failed(run: Run) -> None:
    if run.failed:
        raise RuntimeError(f"{run.name}: {run.failed}")
