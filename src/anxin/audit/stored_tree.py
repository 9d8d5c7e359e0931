"""Reading the tree as the database holds it: tiles, nodes, roots, proofs.

Works on any cursor, of Django or of psycopg. Tiles that are not full are made from the roots of the tiles below, or from
the leaves themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from anxin.audit.tree.hashing import SHA256, Algorithm
from anxin.audit.tree.merkle import ReadNode, consistency_proof, inclusion_proof, tree_root
from anxin.audit.tree.tiles import WIDTH, ReadTile, node_reader, split

_FULL = "SELECT hashes FROM audit_tile WHERE algorithm = %s AND level = %s AND index = %s"
_ROOTS = """
SELECT string_agg(root, ''::bytea ORDER BY index) FROM audit_tile
WHERE algorithm = %s AND level = %s AND index >= %s AND index < %s
"""
_LEAVES = """
SELECT string_agg(commitment, ''::bytea ORDER BY index) FROM audit_leaf WHERE index >= %s AND index < %s
"""


class Cursor(Protocol):
    """What a database cursor does."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...

    def fetchone(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Proof:
    """That the leaf at `index` is in the tree of `size`: the hashes of RFC 9162."""

    index: int
    size: int
    commitment: bytes
    hashes: tuple[bytes, ...]


def tile_reader(cursor: Cursor, algorithm: Algorithm = SHA256) -> ReadTile:
    """Reads tiles, full or not."""

    def read(level: int, index: int, width: int) -> bytes:
        first = index * WIDTH
        if width == WIDTH:
            return _one(cursor, _FULL, algorithm.name, level, index)
        if level:
            return _one(cursor, _ROOTS, algorithm.name, level - 1, first, first + width)
        return b"".join(map(algorithm.leaf, read_commitments(cursor, first, first + width)))

    return read


def stored_nodes(cursor: Cursor, size: int, algorithm: Algorithm = SHA256) -> ReadNode:
    """Reads the nodes of the first `size` leaves."""
    return node_reader(size, tile_reader(cursor, algorithm), algorithm)


def stored_root(cursor: Cursor, size: int, algorithm: Algorithm = SHA256) -> bytes:
    """The root of the first `size` leaves, from their tiles."""
    return tree_root(size, stored_nodes(cursor, size, algorithm), algorithm)


def prove_growth(cursor: Cursor, old: int, new: int) -> list[bytes]:
    """The consistency proof between two sizes; none from an empty tree."""
    return consistency_proof(old, new, stored_nodes(cursor, new)) if 0 < old < new else []


def prove_inclusion(cursor: Cursor, index: int, size: int, algorithm: Algorithm = SHA256) -> Proof:
    """The proof for one leaf."""
    (commitment,) = read_commitments(cursor, index, index + 1)
    hashes = inclusion_proof(index, size, stored_nodes(cursor, size, algorithm), algorithm)
    return Proof(index, size, commitment, tuple(hashes))


def read_commitments(cursor: Cursor, start: int, end: int) -> Sequence[bytes]:
    """The commitments of leaves `start` to `end` (not included)."""
    return split(_one(cursor, _LEAVES, start, end))


def _one(cursor: Cursor, statement: str, *values: object) -> bytes:
    cursor.execute(statement, values)
    row = cursor.fetchone()
    return b"" if row is None or row[0] is None else bytes(row[0])
