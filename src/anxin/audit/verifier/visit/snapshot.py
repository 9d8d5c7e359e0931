"""The snapshot beside an exported log: `manifest.json` and a file of JSON lines for each table."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from anxin.audit.verifier.visit.findings import Finding, Wrong

FORMAT = 1
MANIFEST = "manifest.json"
# table: the columns that its lines are sorted by
TABLES = {
    "effect": "subject, record",
    "record-event": "id",
    "submission": "id",
    "item": "id",
    "decision": "id",
    "account": "id",
    "report": "number",
    "erasure": "index",
}
Row = dict[str, Any]
SHANGHAI = timedelta(hours=8)


@dataclass(slots=True)
class Snapshot:
    """`tables`: rows by table, empty where a file is not what it must be. `digest`: the manifest's, in hexadecimal.

    `sealed`: the size of the platform's tree when the snapshot was taken.
    """

    taken_at: datetime | None = None
    sealed: int = 0
    digest: str = ""
    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})
    findings: list[Finding] = field(default_factory=list)

    def by_id(self, table: str) -> dict[int, Row]:
        """Its rows by their number."""
        return {row["id"]: row for row in self.tables[table]}


def read_snapshot(folder: Path) -> Snapshot:
    """Read all of it, each file against the manifest's digest."""
    found = Snapshot()
    try:
        text = (folder / MANIFEST).read_bytes()
        manifest = json.loads(text)
        found.taken_at = moment(manifest["taken_at"])
        found.sealed, unsealed = int(manifest["sealed"]), int(manifest["unsealed"])
        files = {name: str(manifest["files"][name]["sha256"]) for name in TABLES}
        if manifest["format"] != FORMAT:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        found.findings.append(Finding(Wrong.MANIFEST, MANIFEST))
        return found
    found.digest = hashlib.sha256(text).hexdigest()
    if unsealed:
        found.findings.append(Finding(Wrong.UNSEALED, str(unsealed)))
    for name, digest in files.items():
        try:
            data = (folder / f"{name}.jsonl").read_bytes()
            if hashlib.sha256(data).hexdigest() != digest:
                raise ValueError
            found.tables[name] = [json.loads(line) for line in data.splitlines()]
        except (OSError, ValueError):
            found.findings.append(Finding(Wrong.TABLE, f"{name}.jsonl"))
    return found


def moment(text: str) -> datetime:
    """A moment as the database writes it. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    return at


def day(text: str | None) -> date | None:
    """A day, None where there is none."""
    return None if text is None else date.fromisoformat(text)


def local_day(at: datetime) -> date:
    """The day in the city at that moment."""
    return (at.astimezone(UTC) + SHANGHAI).date()
