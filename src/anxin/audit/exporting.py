"""The whole log as a folder that anyone can check offline (`audit.verifier`). Reads the log and the tree, nothing else.

The lines are written by the database as they will be read; what was erased is marked, and its salt is gone with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import IsolationLevel

from anxin.audit.columns import EVENT_CANONICAL, QUERY_CANONICAL
from anxin.audit.tree.notes import parse_note, parse_signature

LINES_A_FILE = 1_000_000
_FIELDS = "LEFT JOIN LATERAL (SELECT {canonical} AS entry, n.salt FROM {table} n WHERE n.id = l.entry_id) {name} ON l.kind = '{kind}'"
# Neither mark occurs in JSON, so that CSV leaves every line as it is.
_LINES = r"""
COPY (
    SELECT CASE WHEN x.id IS NOT NULL THEN
        format('{"index":%%s,"kind":"%%s","erased":true,"commitment":"%%s"}', l.index, l.kind, encode(l.commitment, 'base64'))
    ELSE
        format('{"index":%%s,"kind":"%%s","salt":"%%s","entry":%%s,"commitment":"%%s"}', l.index, l.kind,
               encode(coalesce(q.salt, e.salt, ''), 'base64'), to_json(coalesce(q.entry, e.entry, '')),
               encode(l.commitment, 'base64'))
    END
    {rows}
    ORDER BY l.index
) TO STDOUT (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')
"""
# The compact form, from the same joins: texts as lines, a mark where the row is gone, nothing where it was erased; and salt
# with commitment as records of 48 bytes, many together.
_TEXTS = r"""
COPY (
    SELECT CASE WHEN x.id IS NULL THEN coalesce(q.entry, e.entry, '?') END
    {rows}
    ORDER BY l.index
) TO STDOUT (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')
"""
_RECORDS = """
COPY (
    SELECT string_agg(
        CASE WHEN x.id IS NULL THEN coalesce(q.salt, e.salt, decode(repeat('00', 16), 'hex'))
             ELSE decode(repeat('00', 16), 'hex') END || l.commitment, ''::bytea ORDER BY l.index)
    {rows}
    GROUP BY l.index / 8192 ORDER BY l.index / 8192
) TO STDOUT (FORMAT binary)
"""
_NOTES = """
SELECT c.size, c.signed_at, c.note,
       coalesce(array_agg(s.line ORDER BY s.id) FILTER (WHERE s.id IS NOT NULL), '{}')
FROM audit_checkpoint c LEFT JOIN audit_cosignature s ON s.checkpoint_id = c.id
GROUP BY c.id ORDER BY c.size
"""
# As many witnesses as saw any checkpoint of the last while must have seen the one that an export ends with.
_LAST = """
WITH lately AS (
    SELECT c.size, count(s.id) AS witnesses FROM audit_checkpoint c
    LEFT JOIN audit_cosignature s ON s.checkpoint_id = c.id
    WHERE c.signed_at > (SELECT max(signed_at) FROM audit_checkpoint) - interval '10 minutes'
    GROUP BY c.id
)
SELECT max(size), (SELECT max(size) FROM lately) FROM lately WHERE witnesses = (SELECT max(witnesses) FROM lately)
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """How many entries and checkpoints were written, and how many sealed entries wait for as many witnesses as others have.

    `added`: what the caller's own addition said of itself.
    """

    entries: int
    checkpoints: int
    waiting: int
    added: str = ""


Addition = Callable[[psycopg.Connection[Any], Path], str]


def export_log(
    connection: psycopg.Connection[Any], folder: Path, *, compact: bool = False, also: Addition | None = None
) -> Exported:
    """Write `checkpoint`, `checkpoints` and `leaves-NNNNNN.jsonl`, all of one moment. Raises FileExistsError.

    `compact`: the form that is checked twice as fast (`verifier/compact.py`); `also`: writes more into the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        row = connection.execute(_LAST).fetchone()
        size, signed = (row[0] or 0, row[1] or 0) if row else (0, 0)
        notes = 0
        with (folder / "checkpoints").open("w", encoding="utf-8") as file:
            for last in _notes(connection, size):
                file.write(last)
                notes += 1
        if notes:
            (folder / "checkpoint").write_text(last, encoding="utf-8")
        write = _write_compact if compact else _write_lines
        for start in range(0, size, LINES_A_FILE):
            bounds = {"start": start, "end": min(start + LINES_A_FILE, size)}
            write(connection, folder / f"leaves-{start // LINES_A_FILE:06d}", bounds)
        added = also(connection, folder) if also else ""
    return Exported(size, notes, signed - size, added)


def _notes(connection: psycopg.Connection[Any], size: int) -> Iterator[str]:
    with connection.cursor(name="notes") as cursor:
        for own, _at, note, lines in cursor.execute(_NOTES):
            if own > size:
                return
            signatures = [parse_signature(line.rstrip("\n")) for line in lines]
            yield str(parse_note(note).with_signatures(signatures))


def _write_lines(connection: psycopg.Connection[Any], path: Path, bounds: dict[str, int]) -> None:
    _copy_text(connection, _LINES, path.with_suffix(".jsonl"), bounds)


def _write_compact(connection: psycopg.Connection[Any], path: Path, bounds: dict[str, int]) -> None:
    texts = path.with_name(path.name.replace("leaves-", "entries-")).with_suffix(".txt")
    _copy_text(connection, _TEXTS, texts, bounds)
    with (
        path.with_suffix(".bin").open("wb") as file,
        connection.cursor() as cursor,
        cursor.copy(_statement(_RECORDS), bounds) as copy,
    ):
        copy.set_types(["bytea"])
        for (records,) in copy.rows():
            file.write(records)


def _copy_text(
    connection: psycopg.Connection[Any], statement: str, path: Path, bounds: dict[str, int]
) -> None:
    with (
        path.open("wb") as file,
        connection.cursor() as cursor,
        cursor.copy(_statement(statement), bounds) as copy,
    ):
        for block in copy:
            file.write(block)


def _join(kind: str, table: str, canonical: str) -> str:
    return _FIELDS.format(kind=kind, table=table, canonical=canonical, name=kind)


def _statement(template: str) -> bytes:
    return template.replace("{rows}", _ROWS).encode()


_ROWS = f"""
    FROM audit_leaf l
    {_join("q", "audit_querylogentry", QUERY_CANONICAL)}
    {_join("e", "audit_eventlogentry", EVENT_CANONICAL)}
    LEFT JOIN audit_erasure x ON l.kind = 'e' AND x.event_id = l.entry_id AND x.approved_at IS NOT NULL
    WHERE l.index >= %(start)s AND l.index < %(end)s
"""
