"""Writes `docs/reliability.md` from the results that are kept. Nothing in that page is written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HEAD = """# Reliability

Written by `./anxin bench kills` from its results; not by hand. The demonstration runs on durable storage (PostgreSQL, website with
two processes, two workers, sealing job, two witnesses) while clients hand files in by the interface under idempotency keys, look
organizations up at the desk, have their own reports issued, open public pages, and keep every checkpoint that is published. At
random moments one part is killed with `kill -9` and started again. Clients note what they were told, from the status line on.

    ./anxin bench kills               200 kills, some twenty minutes
    ./anxin bench kills --times 20    fewer
    ./anxin bench kills --control     without synchronous_commit: the same checks must find loss
"""
ROWS = (
    ("kills", "kills"),
    ("files acknowledged", "files"),
    ("rows in them", "rows"),
    ("reports issued", "reports"),
    ("answers of non-public information", "readings"),
    ("acknowledged writes lost", "lost"),
    ("rows there more than once", "twice"),
    ("second acknowledgements that differed from the first", "contradicted"),
    ("answers without a row in the log", "unlogged"),
    ("checkpoints kept by a client", "checkpoints"),
    ("export of the log against those checkpoints and the witnesses", "log"),
    ("`anxin fsck`", "invariants"),
    ("seconds until every open file was worked on and the log witnessed", "settled_seconds"),
)


def write_page(results: Path, page: Path) -> None:
    """Write the page from `results/kills.json` and `results/control.json`, whichever there is."""
    parts = [HEAD]
    for name, title in (
        ("kills", "Killed at random"),
        ("control", "Positive control: without synchronous_commit"),
    ):
        path = results / f"{name}.json"
        if path.is_file():
            parts.append(_section(title, json.loads(path.read_text(encoding="utf-8"))))
    page.write_text("\n".join(parts), encoding="utf-8")


def _section(title: str, found: dict[str, Any]) -> str:
    rows = [["", "found"], *([label, _cell(found[name])] for label, name in ROWS)]
    kinds = [["killed", "times", "longest until it answered again, s"]]
    kinds += [
        [kind, str(one["kills"]), f"{one['longest_back_seconds']:.1f}"]
        for kind, one in found["by_kind"].items()
    ]
    machine = found["machine"]
    verdict = "As it must be." if found["passed"] else "**Not as it must be.**"
    return "\n".join(
        [
            f"## {title}",
            verdict,
            "",
            _table(rows),
            _table(kinds),
            "Answers by client: "
            + ", ".join(f"{kind}: {number:,}" for kind, number in found["answers"].items())
            + ".",
            f"\nRun {found['moment']}, seed {found['seed']}, {found['seconds']} s, on {machine['cores']} cores "
            f"({machine['processor']}), {machine['memory']}, {machine['system']}.\n",
        ]
    )


def _cell(value: Any) -> str:
    if value is None:
        return "not within its time"
    if isinstance(value, int):
        return f"{value:,}"
    return " ".join(str(value).split())[:160].replace("|", "/")


def _table(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"
