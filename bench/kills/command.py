"""`./anxin bench kills [--times 200] [--seed N] [--control]`: kill at random under load, then look for what was lost.

PostgreSQL (one session's process, its first process, all of them at once), website, worker and sealing job are killed with
`kill -9` and started again, while clients hand files in by the interface, look organizations up at the desk, have their own
reports issued, and open public pages. One JSON line for each kill, one for the whole. Afterwards: each acknowledged file is
there with all its rows, once; each answer of non-public information has its row in the log; an export of the log verifies with
the witnesses' keys against every checkpoint that was published meanwhile; `anxin fsck` finds nothing.

`--control` runs the same without `synchronous_commit`: the harness must find loss then, or it could not find any.
Ends with 0 where all is as it must be. Results are kept beside those of the benches, and `docs/reliability.md` is written from them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from bench.frame import ROOT
from bench.frame import machine as this_machine
from bench.kills.checking import check, is_clean, settle
from bench.kills.load import Load
from bench.kills.machine import Machine
from bench.kills.page import write_page

# How often each is killed, of a hundred.
SHARES = {"postgres": 45, "web": 20, "worker": 15, "seal": 20}
LONGEST_PAUSE_SECONDS = 1.5
# The next kill waits for as many new promises, so that each has something to lose.
PROMISES_BETWEEN, PROMISED_WITHIN_SECONDS = 6, 60.0
LONG_TIMES = 200


def main(argv: list[str]) -> int:
    """0 where nothing was lost (with `--control`: where loss was found)."""
    given = _arguments(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    # A short name: the database's socket lies in it.
    folder = given.data or Path(tempfile.mkdtemp(prefix="anxin-kills-"))
    machine = Machine(folder, forgetful=given.control)
    began = time.monotonic()
    try:
        machine.start()
        found = run(machine, times=given.times, seed=given.seed)
    finally:
        machine.stop()
        if given.data is None:
            shutil.rmtree(folder, ignore_errors=True)
    found["seconds"] = round(time.monotonic() - began)
    passed = found["lost"] > 0 if given.control else is_clean(found)
    found["passed"] = passed
    print(json.dumps(found, ensure_ascii=False), flush=True)
    _keep(found, "control" if given.control else "kills", given.times)
    return 0 if passed else 1


def run(machine: Machine, *, times: int, seed: int) -> dict[str, Any]:
    """The series on a machine that was started; the summary."""
    draw = Random(seed)
    load = Load(machine.port, machine.provider_key, machine.codes, seed)
    load.start()
    kills = []
    for number in range(1, times + 1):
        _wait_for_promises(load)
        pause = draw.uniform(0.0, LONGEST_PAUSE_SECONDS)
        time.sleep(pause)
        kills.append(_kill(machine, load, number, draw))
        print(json.dumps(kills[-1]), flush=True)
    _wait_for_promises(load)
    notes = load.stop()
    settled = settle(machine)
    if settled is not None:
        load.hand_in_rest()
        again = settle(machine)
        settled = None if again is None else settled + again
    found = check(machine, notes)
    return {
        "moment": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": this_machine(),
        "kills": times,
        "seed": seed,
        "without_synchronous_commit": machine.forgetful,
        **found,
        "settled_seconds": None if settled is None else round(settled, 1),
        "ended_alone": dict(machine.ended_alone),
        "by_kind": _by_kind(kills),
        "answers": dict(sorted(notes.statuses.items())),
    }


def _kill(machine: Machine, load: Load, number: int, draw: Random) -> dict[str, Any]:
    kinds = machine.kinds
    [what] = draw.choices(list(kinds), [SHARES[kind] for kind in kinds])
    how = draw.choice(kinds[what])
    promised = load.notes.promises
    back = machine.kill(what, how, draw)
    return {
        "kill": number,
        "what": what,
        "how": how,
        "promised_before": promised,
        "back_seconds": round(back, 2),
    }


def _wait_for_promises(load: Load) -> None:
    wanted = load.notes.promises + PROMISES_BETWEEN
    until = time.monotonic() + PROMISED_WITHIN_SECONDS
    while load.notes.promises < wanted:
        if time.monotonic() > until:
            raise RuntimeError(f"nothing was promised any more: {dict(load.notes.statuses)}")
        time.sleep(0.02)


def _by_kind(kills: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    found: dict[str, list[float]] = {}
    for one in kills:
        found.setdefault(f"{one['what']} {one['how']}", []).append(one["back_seconds"])
    return {
        kind: {"kills": len(seconds), "longest_back_seconds": max(seconds)}
        for kind, seconds in sorted(found.items())
    }


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./anxin bench kills", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=LONG_TIMES, help="kills; the page is written from 20 on")
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--control", action="store_true", help="without synchronous_commit: must find loss")
    parser.add_argument("--data", type=Path, help="folder to keep, with the processes' logs; a short name")
    return parser.parse_args(argv)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _keep(found: dict[str, Any], name: str, times: int) -> None:
    results = Path(os.environ.get("ANXIN_STORE", ROOT / ".anxin")) / "bench" / "reliability"
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    if times >= 20 or name == "control":
        write_page(results, ROOT / "docs" / "reliability.md")
