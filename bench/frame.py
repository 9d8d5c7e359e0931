"""How a bench is run: every contender in a process of its own, in turns, with its peak memory and the median of its times."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (
    "polars",
    "numpy",
    "psycopg",
    "django",
    "duckdb",
    "pandera",
    "pydantic",
    "splink",
    "typst",
    "granian",
)


@dataclass(frozen=True)
class Scale:
    """How large and how often. `folder` holds generated files and databases; `peers` off leaves others' tools out."""

    folder: Path
    quick: bool = False
    long: bool = False
    rounds: int = 3
    rows: int | None = None
    peers: bool = True

    def size(self, full: int, quick: int) -> int:
        """The number of rows asked for, or the usual one at this scale."""
        return self.rows or (quick if self.quick else full)

    def file(self, name: str) -> Path:
        """A file in the folder of this run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / name


@dataclass(frozen=True)
class Contender:
    """`call` is `module:function`; it is given `arguments` as keywords and returns a dictionary with `seconds`.

    `part`: the share of the rows it works on, where the whole would take too long; its seconds are scaled up by it.
    """

    name: str
    call: str
    arguments: dict[str, Any] = field(default_factory=dict)
    part: float = 1.0


@dataclass
class Run:
    """What one contender did: seconds of each round (scaled), peak memory, and its answers, the last one apart."""

    name: str
    seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    answer: dict[str, Any] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)
    part: float = 1.0
    failed: str = ""

    @property
    def median(self) -> float:
        """Median of the rounds; infinite where it failed."""
        return median(self.seconds) if self.seconds else float("inf")

    def middle(self, name: str) -> float:
        """Median of another number in its answers."""
        return median(answer[name] for answer in self.answers)


@dataclass
class Figure:
    """One measured number beside its target; `target` None where there is none to meet."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_most: bool = True

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass
class Result:
    """What a bench found. `tables`: title → rows of text, the first being the head. `notes`: what a reader must know."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def race_table(
        self, title: str, runs: Sequence[Run], base: Run | None = None, per: int | None = None
    ) -> None:
        """Add a table of runs: seconds, ratio to `base`, peak memory, rows per second of `per` rows."""
        head = ["contender", "median s", "min–max s", *(["× base"] if base else []), "peak MB"]
        rows = [head + (["rows/s"] if per else [])]
        for run in runs:
            if not run.seconds:
                rows.append([run.name, f"not run: {run.failed[:80]}", *[""] * (len(rows[0]) - 2)])
                continue
            row = [run.name + (f" (scaled from {run.part:.2%})" if run.part < 1 else ""), f"{run.median:.3f}"]
            row.append(f"{min(run.seconds):.3f}–{max(run.seconds):.3f}")
            row += [f"{run.median / base.median:.2f}"] if base else []
            row.append(f"{run.peak_mb:.0f}")
            rows.append(row + ([f"{per / run.median:,.0f}"] if per else []))
        self.tables[title] = rows


def race(contenders: Sequence[Contender], rounds: int) -> list[Run]:
    """Every contender `rounds` times, in turns (A B C A B C), so that a slow minute of the machine meets all of them."""
    runs = [Run(one.name, part=one.part) for one in contenders]
    for _ in range(rounds):
        for one, run in zip(contenders, runs, strict=True):
            if not run.failed:
                _once(one, run)
    return runs


def _once(contender: Contender, run: Run) -> None:
    began = time.perf_counter()
    answer, peak, problem = in_child(contender.call, contender.arguments)
    print(f"  {contender.name}: {answer.get('seconds', 0):.3f} s, {peak:.0f} MB", file=sys.stderr, flush=True)
    if problem:
        run.failed = problem
        print(f"  {contender.name} failed: {problem}", file=sys.stderr, flush=True)
        return
    run.seconds.append(answer.get("seconds", time.perf_counter() - began) / contender.part)
    run.peak_mb = max(run.peak_mb, peak)
    run.answer = answer
    run.answers.append(answer)


def in_child(call: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], float, str]:
    """Run `module:function` in a fresh process: its answer, its peak memory in MB, and what went wrong (or "")."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-P", "-m", "bench.child", call, json.dumps(arguments)]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    said, complaint = child.communicate()
    lines = said.decode().strip().splitlines()
    if child.returncode or not lines:
        return {}, 0.0, _reason(complaint.decode(errors="replace"), child.returncode)
    report = json.loads(lines[-1])
    return report["answer"], report["peak_mb"], ""


def _reason(complaint: str, code: int) -> str:
    """The line of a traceback that names the error: what follows it may be a picture of the statement."""
    lines = complaint.strip().splitlines()
    named = [line for line in lines if re.match(r"[A-Za-z_.]+\w*: ", line)]
    return (named or lines or [f"ended with {code} and no word"])[-1]


def machine() -> dict[str, str]:
    """What the figures were measured on, and how busy it was with other things."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.1f} GB",
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "versions": ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name))),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result of `work`."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
