"""Sealing: new rows of both logs become leaves, leaves become tiles, and a checkpoint over them is signed.

One transaction for all of it, so that a kill at any moment leaves the tree as it was or grown. Which rows are new: those of
transactions from the last checkpoint's horizon on that have no leaf. The horizon is the oldest transaction that still ran:
whatever it commits later is found by the next pass, and a long one holds up nobody else's rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import IsolationLevel

from anxin.audit.columns import EVENT_CANONICAL, QUERY_CANONICAL
from anxin.audit.log_keys import LogKeys
from anxin.audit.stored_tree import Cursor, read_commitments, stored_root, tile_reader
from anxin.audit.tree.checkpoints import Checkpoint
from anxin.audit.tree.hashing import SHA256, SM3, Algorithm
from anxin.audit.tree.tiles import Tile, TileWriter

BATCH = 200_000
_NEW = """
    (SELECT n.transaction_id, '{kind}' AS kind, n.id, n.commitment,
            n.commitment IS NOT DISTINCT FROM audit_commitment(n.salt, {canonical}) AS whole
     FROM {table} n
     WHERE n.transaction_id >= audit_horizon()
       AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = '{kind}' AND l.entry_id = n.id)
     ORDER BY n.transaction_id, n.id LIMIT %(batch)s)
"""
_TAKE = f"""
WITH fresh AS (
    {_NEW.format(kind="e", table="audit_eventlogentry", canonical=EVENT_CANONICAL)}
    UNION ALL
    {_NEW.format(kind="q", table="audit_querylogentry", canonical=QUERY_CANONICAL)}
), taken AS MATERIALIZED (
    SELECT * FROM fresh ORDER BY transaction_id, kind, id LIMIT %(batch)s
), added AS (
    INSERT INTO audit_leaf (index, kind, entry_id, commitment)
    SELECT %(size)s + row_number() OVER (ORDER BY transaction_id, kind, id) - 1, kind, id, commitment FROM taken
)
SELECT count(*), array_agg(kind || id) FILTER (WHERE NOT whole),
       CASE WHEN count(*) = %(batch)s THEN least(max(transaction_id), pg_snapshot_xmin(pg_current_snapshot()))
            ELSE pg_snapshot_xmin(pg_current_snapshot()) END::text
FROM taken
"""
_LAST = "SELECT size, root_sha256, root_sm3 FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_SIGNED = """
INSERT INTO audit_checkpoint (size, root_sha256, root_sm3, note, horizon, signed_at)
SELECT %s, %s, %s, %s, %s::text::xid8, greatest(%s, (SELECT max(signed_at) FROM audit_checkpoint))
"""
_RECONCILED = """
SELECT a.entry_kind || a.entry_id FROM audit_alarm a
JOIN audit_reconciliation r ON r.alarm_id = a.id AND r.approved_at IS NOT NULL
WHERE a.code = 'commitment_differs' AND a.entry_kind || a.entry_id = ANY(%s)
"""


class SealRefused(Exception):
    """Nothing may be signed. `code` of the alarm; `entry`: kind and number of the row that is wrong, or empty."""

    def __init__(self, code: str, entry: str = "", **details: Any) -> None:
        self.code, self.entry, self.details = code, entry, details
        super().__init__(f"{code} {entry}")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did: how many leaves it added, and the size of the tree since."""

    leaves: int
    size: int


def seal(connection: psycopg.Connection, keys: LogKeys, *, at: datetime, batch: int = BATCH) -> Sealed:
    """Seal at most `batch` new rows and sign. Raises `SealRefused`; then nothing was changed.

    The connection must not be inside a transaction.
    """
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    with connection.transaction(), connection.cursor(binary=True) as cursor:
        cursor.execute("SELECT audit_signing_stopped()")
        if _row(cursor)[0]:
            raise SealRefused("stopped")
        size = _checked_size(cursor)
        cursor.execute(_TAKE, {"batch": batch, "size": size})
        added, differing, horizon = _row(cursor)
        _refuse_differing(cursor, differing or [])
        if added:
            roots = [_grow(cursor, algorithm, size, size + added) for algorithm in (SHA256, SM3)]
            note = keys.signed(Checkpoint(keys.name, size + added, *roots).text, at)
            cursor.execute(_SIGNED, [size + added, *roots, str(note), horizon, at])
    return Sealed(added, size + added)


def seal_everything(
    connection: psycopg.Connection, keys: LogKeys, *, at: datetime, batch: int = BATCH
) -> Sealed:
    """Pass after pass until nothing is new."""
    total = 0
    while True:
        done = seal(connection, keys, at=at, batch=batch)
        total += done.leaves
        if done.leaves < batch:
            return Sealed(total, done.size)


def _checked_size(cursor: Cursor) -> int:
    """The size of the tree so far, whose right edge must still give the roots that were signed."""
    cursor.execute(_LAST)
    row = cursor.fetchone()
    if row is None:
        return 0
    size, *roots = row
    for algorithm, root in zip((SHA256, SM3), roots, strict=True):
        try:
            whole = stored_root(cursor, size, algorithm) == bytes(root)
        except LookupError:
            whole = False
        if not whole:
            raise SealRefused("tree_differs", size=size, algorithm=algorithm.name)
    return int(size)


def _refuse_differing(cursor: Cursor, entries: list[str]) -> None:
    """Refuse where a row's commitment isn't that of its own text, unless two people have reconciled it."""
    if not entries:
        return
    cursor.execute(_RECONCILED, [entries])
    known = set()
    while row := cursor.fetchone():
        known.add(row[0])
    for entry in entries:
        if entry not in known:
            raise SealRefused("commitment_differs", entry)


def _grow(cursor: psycopg.Cursor[Any], algorithm: Algorithm, old: int, new: int) -> bytes:
    """Store the tiles that became full; the root, read back from what is stored."""
    writer = TileWriter.resume(old, tile_reader(cursor, algorithm), algorithm)
    leaf = algorithm.leaf
    _store_tiles(cursor, algorithm, writer.extend([leaf(one) for one in read_commitments(cursor, old, new)]))
    return stored_root(cursor, new, algorithm)


def _store_tiles(cursor: psycopg.Cursor[Any], algorithm: Algorithm, tiles: list[Tile]) -> None:
    if not tiles:
        return
    with cursor.copy(
        "COPY audit_tile (algorithm, level, index, hashes, root) FROM STDIN (FORMAT binary)"
    ) as copy:
        copy.set_types(["text", "int2", "int8", "bytea", "bytea"])
        for tile in tiles:
            copy.write_row((algorithm.name, tile.level, tile.index, tile.hashes, tile.root))


def _row(cursor: Cursor) -> Any:
    return cursor.fetchone()
