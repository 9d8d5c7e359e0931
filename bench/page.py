"""Writes `docs/benchmarks.md` from the results that are kept. Nothing in that page is written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HEAD = """# Benchmarks

Written by `./anxin bench` from its results; not by hand. Every contender ran in a process of its own, in turns with the others
(A B C A B C), on the same generated rows, in the same run. Figures are medians; memory is the peak of the contender's process
(a database server's is not in it). Where a contender worked on a sample, its seconds are scaled up and marked so.

    ./anxin bench all                     every bench at full scale: 1 M rows in intake, 10 M in linking; about an hour
    ./anxin bench checks intake           some of them; the others keep their last results
    ./anxin bench checks intake --long    with 10 M rows as well: half an hour more, 60 GB of disk
    ./anxin bench all --quick             a smoke run of some minutes; writes nothing here

`wrk` makes the HTTP load where it is installed (Debian has it), else Python processes do, at lower rates.
"""
BUSY = 0.7
BENCHES = (
    "kernel",
    "checks",
    "intake",
    "batch",
    "linking",
    "site",
    "readings",
    "person_look_up",
    "report_pdf",
    "log",
)


def write_page(results: Path, page: Path) -> None:
    """Write the page from `results/*.json`; does nothing where there are none."""
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("*.json"))
    }
    if not found:
        return
    names = [name for name in BENCHES if name in found] + [name for name in found if name not in BENCHES]
    parts = [HEAD, _overview([found[name] for name in names])]
    parts += [_section(found[name]) for name in names]
    page.write_text("\n".join(parts), encoding="utf-8")


def _overview(results: list[dict[str, Any]]) -> str:
    rows = [["bench", "figure", "measured", "target", "verdict"]]
    for result in results:
        for figure in result["figures"]:
            if figure["target"] is not None:
                rows.append([result["title"], *_figure(figure)])
    return "## Targets\n" + _table(rows)


def _figure(figure: dict[str, Any]) -> list[str]:
    value, target, unit = figure["value"], figure["target"], figure["unit"]
    sign = "≤" if figure["at_most"] else "≥"
    if target is None:
        return [figure["name"], f"{_number(value)} {unit}", "", ""]
    met = value <= target if figure["at_most"] else value >= target
    verdict = "met" if met else "**short**"
    if not met and target:
        far = (value / target - 1 if figure["at_most"] else 1 - value / target) * 100
        verdict = f"**short by {far:.0f} %**"
    return [figure["name"], f"{_number(value)} {unit}", f"{sign} {_number(target)} {unit}", verdict]


def _number(value: float) -> str:
    if value == int(value) or value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _section(result: dict[str, Any]) -> str:
    machine = result["machine"]
    lines = [f"\n## {result['title']}"]
    lines.append(_table([["figure", "measured", "target", "verdict"], *map(_figure, result["figures"])]))
    for title, rows in result["tables"].items():
        lines += [f"\n### {title}", _table(rows)]
    lines += [f"- {note}" for note in result["notes"]]
    rounds = "1 round" if result["rounds"] == 1 else f"{result['rounds']} rounds"
    lines.append(
        f"\nMeasured {result['moment']} in {result['seconds']:.0f} s, {rounds}, on {machine['cores']} cores"
        f" ({machine['processor']}), {machine['memory']}, {machine['system']}; load before the run {machine['load before']};"
        f" {machine['versions']}."
    )
    if float(machine["load before"]) > BUSY:
        lines.append(
            "\n**The machine was busy with other things when this began: the figures are worse than they would be.**"
        )
    return "\n".join(lines)


def _table(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"
