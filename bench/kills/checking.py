"""After the kills: is everything there that a client was told, once, and does the log agree with itself and its witnesses?"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from bench.kills.machine import Machine
from bench.kills.notes import Notes

# A dead worker's job is given to another after half a minute, looked for once a minute; a dead sender's file after ninety seconds.
SETTLED_WITHIN_SECONDS = 300.0
# A log that forgot contradicts its witnesses and is sealed no more: there is nothing to wait for.
FORGETFUL_SETTLES_WITHIN_SECONDS = 30.0
SHOWN = 5
_OPEN = "SELECT count(*) FROM intake_submission WHERE state IN ('received', 'processing')"
_UNWITNESSED = "SELECT audit_unwitnessed_since() IS NOT NULL"
_LOST = """
SELECT n.key FROM unnest(%s::text[], %s::bigint[], %s::int[]) AS n(key, submission, rows)
WHERE 1 <> (SELECT count(*) FROM intake_submission s WHERE s.idempotency_key = 'api-' || n.key AND s.id = n.submission
              AND s.state = 'closed' AND s.accepted_rows = n.rows)
   OR n.rows <> (SELECT count(*) FROM records_recordversion v WHERE v.submission_id = n.submission)
   OR NOT EXISTS (SELECT FROM audit_eventlogentry e
                  WHERE e.act = 'receive_submission' AND (e.details ->> 'submission')::bigint = n.submission)
"""
_MORE_THAN_ONCE = """
SELECT o.uscc FROM subjects_organization o JOIN records_recordversion v USING (subject_id)
WHERE o.uscc = ANY(%s) GROUP BY o.uscc HAVING count(*) > 1
"""
_WITHOUT_ROW = """
SELECT n FROM unnest(%s::text[]) AS n
WHERE NOT EXISTS (SELECT FROM audit_querylogentry q WHERE q.case_reference = n AND q.system = 'desk')
"""
_REPORT_LOST = """
SELECT n FROM unnest(%s::text[]) AS n
WHERE NOT EXISTS (SELECT FROM access_creditreport r JOIN audit_querylogentry q ON q.id = r.query_log_entry_id
                  WHERE r.number = n AND q.route = 'own_report')
"""


def settle(machine: Machine) -> float | None:
    """Wait until every file taken in was worked on and the log is witnessed; seconds that took, or None where it is not."""
    began = time.monotonic()
    longest = FORGETFUL_SETTLES_WITHIN_SECONDS if machine.forgetful else SETTLED_WITHIN_SECONDS
    while time.monotonic() - began < longest:
        with machine.administrator() as connection:
            if not _value(connection, _OPEN) and not _value(connection, _UNWITNESSED):
                return time.monotonic() - began
        time.sleep(0.5)
    return None


def check(machine: Machine, notes: Notes) -> dict[str, Any]:
    """Numbers of everything promised and of everything missed, with the first few of the latter."""
    with machine.administrator() as connection:
        found: dict[str, Any] = _missed(connection, notes)
    found["checkpoints"] = len(notes.checkpoints)
    found["log"] = _verified(machine, list(notes.checkpoints.values()))
    found["invariants"] = _rechecked(machine)
    return found


def is_clean(found: dict[str, Any]) -> bool:
    """Whether nothing at all was missed."""
    missed = ("lost", "twice", "contradicted", "unlogged")
    return (
        not any(found[name] for name in missed)
        and found["log"] == "whole"
        and found["invariants"] == "hold"
        and found["settled_seconds"] is not None
    )


def _missed(connection: psycopg.Connection[Any], notes: Notes) -> dict[str, Any]:
    files = notes.handed
    columns = [
        [one.key for one in files],
        [one.submission for one in files],
        [len(one.codes) for one in files],
    ]
    codes = [code for one in files for code in one.codes]
    own = _value(connection, "SELECT count(*) FROM audit_querylogentry WHERE route = 'own_report'")
    lost = [*_listed(connection, _LOST, columns), *_listed(connection, _REPORT_LOST, [notes.reports])]
    unlogged = _listed(connection, _WITHOUT_ROW, [notes.looked_up])
    unlogged += ["own report"] * max(0, notes.report_answers - own)
    return {
        "files": len(files),
        "rows": len(codes),
        "reports": len(notes.reports),
        "readings": len(notes.looked_up) + notes.report_answers,
        "lost": len(lost),
        "twice": len(_listed(connection, _MORE_THAN_ONCE, [codes])),
        "contradicted": len(notes.contradicted),
        "unlogged": len(unlogged),
        "first": [*lost[:SHOWN], *unlogged[:SHOWN]],
    }


def _verified(machine: Machine, seen: Sequence[str]) -> str:
    """`whole`, or what the outside verifier said of an export, given every checkpoint that a client saw."""
    with tempfile.TemporaryDirectory(dir=machine.folder) as folder:
        code, said = machine.command("export-log", f"{folder}/export", "--data", str(machine.folder))
        if code:
            return f"no export: {said[-300:]}"
        since = []
        for number, note in enumerate(seen):
            path = Path(folder) / f"seen-{number}"
            path.write_text(note, encoding="utf-8")
            since += ["--since", str(path)]
        trusted = ["--key", str(machine.folder / "log-trusted.txt")]
        trusted += ["--witness", str(machine.folder / "witness-keys.txt")]
        code, said = machine.command("verify", "log", f"{folder}/export", "--sm3", *trusted, *since)
    return said[-600:] if code else "whole"


def _rechecked(machine: Machine) -> str:
    """`hold`, or what `anxin fsck` found."""
    code, said = machine.command("fsck", "--json", "--data", str(machine.folder))
    if not code:
        return "hold"
    try:
        # Words on the error stream follow the line of results.
        results = json.loads(next(line for line in said.splitlines() if line.startswith("{")))["results"]
    except (ValueError, LookupError, StopIteration):
        return said[-300:]
    return "; ".join(str(one) for one in results if one.get("count"))[:600]


def _value(connection: psycopg.Connection[Any], statement: str) -> Any:
    row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
    return row[0] if row else None


def _listed(connection: psycopg.Connection[Any], statement: str, values: list[Any]) -> list[str]:
    return [str(row[0]) for row in connection.execute(statement, values).fetchall()]  # type: ignore[call-overload]
