"""`./anxin bench NAME…`: run benchmarks by name, keep their results, and write `docs/benchmarks.md`.

    ./anxin bench all                 every bench at full scale (1 M rows), about half an hour
    ./anxin bench checks intake       some of them
    ./anxin bench intake --long       with 10 M rows as well
    ./anxin bench all --quick         a smoke run at small scale; writes no page
    ./anxin bench report              only write the page again, from the results kept
    ./anxin bench generate --rows N --out FILE

Results are kept as JSON in `.anxin/bench/results/`; generated files and databases lie beside them and are removed at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import FrameType

from bench.frame import ROOT, Result, Scale, machine
from bench.page import BENCHES, write_page


def main(argv: list[str]) -> int:
    """0 where all benches ran, 1 where one ended with an error; a target that is missed is a finding, not an error."""
    parser = argparse.ArgumentParser(
        prog="./anxin bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", choices=[*BENCHES, "all", "report"])
    parser.add_argument("--quick", action="store_true", help="small scale, no page written")
    parser.add_argument("--long", action="store_true", help="10 M rows as well")
    parser.add_argument("--rounds", type=int, help="rounds of each race; 3, or 1 with --quick")
    parser.add_argument("--rows", type=int, help="another number of rows")
    parser.add_argument("--no-peers", action="store_true", help="leave others' tools out")
    parser.add_argument("--data", type=Path, help="folder for files and results")
    parser.add_argument("--keep", action="store_true", help="keep generated files and databases")
    given = parser.parse_args(argv)
    folder = given.data or Path(os.environ.get("ANXIN_STORE", ROOT / ".anxin")) / "bench"
    names = BENCHES if "all" in given.names else tuple(dict.fromkeys(given.names))
    scale = Scale(
        folder=folder.resolve() / "files",
        quick=given.quick,
        long=given.long,
        rounds=given.rounds or (1 if given.quick else 3),
        rows=given.rows,
        peers=not given.no_peers,
    )
    # As Ctrl-C does: the database servers of the benches stop on the way out.
    signal.signal(signal.SIGTERM, _interrupt)
    results = folder / ("quick" if given.quick else "results")
    try:
        failed = [name for name in names if name != "report" and not run_one(name, scale, results)]
    finally:
        if not given.keep:
            shutil.rmtree(scale.folder, ignore_errors=True)
    if not given.quick:
        write_page(results, ROOT / "docs" / "benchmarks.md")
    print("failed: " + ", ".join(failed) if failed else f"results: {results}")
    return 1 if failed else 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run_one(name: str, scale: Scale, results: Path) -> bool:
    """Run one bench, print its figures and keep its result; whether it ran to its end."""
    print(f"{name} …", file=sys.stderr, flush=True)
    before, began = machine(), time.monotonic()
    try:
        found: Result = import_module(f"bench.{name}").run(scale)
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        if os.environ.get("ANXIN_BENCH_TRACE"):
            raise
        return False
    found.seconds = round(time.monotonic() - began, 1)
    for figure in found.figures:
        verdict = {None: "", True: "met", False: "short"}[figure.met]
        print(f"{name}: {figure.name}: {figure.value:,.3f} {figure.unit} {verdict}")
    results.mkdir(parents=True, exist_ok=True)
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    kept = {"moment": moment, "machine": before, "rounds": scale.rounds, **asdict(found)}
    (results / f"{name}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    return True
