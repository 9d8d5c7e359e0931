"""The snapshot that an auditor's visit takes along beside the exported log, read with the auditor's login.

A file of JSON lines for each of the auditor's views, and `manifest.json` with the digest of each, so that what was taken
away can be told from what is checked later. What stands in the views is said where they are made.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg

from anxin.audit.verifier.visit.snapshot import FORMAT, MANIFEST, TABLES

# Neither mark occurs in JSON, so that CSV leaves every line as it is.
_ROWS = r"""
COPY (SELECT row_to_json(x) FROM {view} x ORDER BY {order}) TO STDOUT (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')
"""
_MANY = 1 << 20
_STATE = """
SELECT now(), session_user::text, (SELECT coalesce(max(size), 0) FROM audit_checkpoint),
       (SELECT count(*) FROM audit_querylogentry q WHERE q.at < now() - interval '60 seconds'
        AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'q' AND l.entry_id = q.id))
       + (SELECT count(*) FROM audit_eventlogentry e WHERE e.at < now() - interval '60 seconds'
          AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'e' AND l.entry_id = e.id))
"""


def write_snapshot(connection: psycopg.Connection[Any], folder: Path) -> str:
    """Write every view and the manifest, within the caller's transaction; the manifest's SHA-256 in hexadecimal."""
    connection.execute("SET LOCAL timezone TO 'UTC'")
    row = connection.execute(_STATE).fetchone()
    assert row is not None
    taken_at, login, sealed, unsealed = row
    files = {name: _write_rows(connection, folder, name, order) for name, order in TABLES.items()}
    manifest = {
        "format": FORMAT,
        "taken_at": taken_at.isoformat(),
        "login": login,
        "sealed": sealed,
        "unsealed": unsealed,
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def _write_rows(
    connection: psycopg.Connection[Any], folder: Path, name: str, order: str
) -> dict[str, str | int]:
    statement = _ROWS.format(view="visit_" + name.replace("-", "_"), order=order).encode()
    digest, lines = hashlib.sha256(), 0
    with (
        (folder / f"{name}.jsonl").open("wb", buffering=_MANY) as file,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for block in copy:
            digest.update(block)
            lines += bytes(block).count(b"\n")
            file.write(block)
    return {"sha256": digest.hexdigest(), "lines": lines}
