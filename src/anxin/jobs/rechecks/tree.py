"""The tree recomputed from its leaves: every stored tile, every signed root, both hash functions (invariant 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from anxin.audit.stored_tree import Cursor, read_commitments
from anxin.audit.tree.checkpoints import parse_checkpoint
from anxin.audit.tree.hashing import SHA256, SM3, Algorithm
from anxin.audit.tree.keys import Malformed, parse_verifier_key
from anxin.audit.tree.merkle import Frontier
from anxin.audit.tree.notes import SignatureRefused, is_signed, parse_note
from anxin.audit.tree.tiles import WIDTH, Tile, TileWriter
from anxin.jobs.rechecks.check import SHOWN, Check, Finding, finding_of

TREE = Check(
    "tree_as_signed",
    6,
    "日志树与每个已签名的检查点相符（SHA-256 与 SM3）",
    "The tree is what every checkpoint signed (SHA-256 and SM3)",
    "",
)
NOTES = Check(
    "checkpoints_are_signed",
    6,
    "检查点的签名都是真的",
    "Every checkpoint bears the log's own signature",
    "",
)
STRIDE = WIDTH * 256
LATEST_NOTES = 2_000
_TILES = """
SELECT level, index, hashes, root FROM audit_tile
WHERE algorithm = %s AND index >= %s AND index < %s AND level = %s ORDER BY index
"""


@dataclass(slots=True)
class _Wrong:
    """What differs: how many places, and the first of them."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(place)


def check_tree(cursor: Cursor) -> Finding:
    """Recompute everything in portions of 65,536 leaves."""
    wrong = _Wrong()
    for algorithm, column in ((SHA256, "root_sha256"), (SM3, "root_sm3")):
        _check_algorithm(cursor, algorithm, column, wrong)
    return finding_of(TREE, wrong.count, wrong.first)


def check_notes(cursor: Cursor) -> Finding:
    """The latest checkpoints' notes say what their rows say, under a signature of a published key of that time."""
    wrong = _Wrong()
    cursor.execute(
        "SELECT DISTINCT ON (verifier_key) verifier_key, begins_at, ends_at FROM audit_logkey ORDER BY 1, id DESC"
    )
    keys = [
        parse_verifier_key(text, begins=int(begins.timestamp()), ends=ends and int(ends.timestamp()))
        for text, begins, ends in _rows(cursor)
    ]
    cursor.execute(
        f"SELECT size, root_sha256, root_sm3, note, signed_at FROM audit_checkpoint ORDER BY size DESC LIMIT {LATEST_NOTES}"
    )
    for size, sha256, sm3, text, signed_at in list(_rows(cursor)):
        try:
            note = parse_note(text)
            said, moment = parse_checkpoint(note.text), int(signed_at.timestamp())
            holding = [key for key in keys if key.held_at(moment)]
            genuine = is_signed(note, holding, moment=moment)
        except (Malformed, SignatureRefused):
            wrong.add(f"checkpoint {size}")
            continue
        if not genuine or (said.size, said.root, said.sm3_root) != (size, bytes(sha256), bytes(sm3)):
            wrong.add(f"checkpoint {size}")
    return finding_of(NOTES, wrong.count, wrong.first)


def _check_algorithm(cursor: Cursor, algorithm: Algorithm, column: str, wrong: _Wrong) -> None:
    cursor.execute(f"SELECT size, {column} FROM audit_checkpoint ORDER BY size")
    signed = [(size, bytes(root)) for size, root in _rows(cursor)]
    cursor.execute("SELECT count(*) FROM audit_tile WHERE algorithm = %s", [algorithm.name])
    (stored,) = cursor.fetchone()
    writer, frontier, leaf, tiles, place = TileWriter(algorithm), Frontier(algorithm), algorithm.leaf, 0, 0
    while leaves := [leaf(one) for one in read_commitments(cursor, place, place + STRIDE)]:
        full = writer.extend(leaves)
        tiles += len(full)
        _compare_tiles(cursor, algorithm, full, wrong)
        place = _compare_roots(frontier, leaves, full, signed, wrong)
    for size, _ in signed:
        wrong.add(f"checkpoint {size}: {algorithm.name}")
    if stored != tiles:
        wrong.add(f"tiles {algorithm.name}: {stored} instead of {tiles}")


def _compare_roots(
    frontier: Frontier, leaves: list[bytes], full: list[Tile], signed: list[tuple[int, bytes]], wrong: _Wrong
) -> int:
    """Grow the tree tile by tile, and within a tile where a checkpoint ends; what was compared leaves `signed`."""
    roots = {tile.index: tile.root for tile in full if tile.level == 0}
    for start in range(0, len(leaves), WIDTH):
        part, inner, done = leaves[start : start + WIDTH], frontier.copy(), 0
        first = frontier.size
        while signed and signed[0][0] <= first + len(part):
            size, root = signed.pop(0)
            inner.extend(part[done : size - first])
            done = size - first
            if inner.root() != root:
                wrong.add(f"checkpoint {size}: {frontier.algorithm.name}")
        if len(part) == WIDTH:
            frontier.extend([roots[first // WIDTH]], level=8)
        else:
            frontier.extend(part)
    return frontier.size


def _compare_tiles(cursor: Cursor, algorithm: Algorithm, full: list[Tile], wrong: _Wrong) -> None:
    for level in {tile.level for tile in full}:
        made = {tile.index: tile for tile in full if tile.level == level}
        cursor.execute(_TILES, [algorithm.name, min(made), max(made) + 1, level])
        found = {index: (bytes(hashes), bytes(root)) for _, index, hashes, root in _rows(cursor)}
        for index, tile in made.items():
            if found.get(index) != (tile.hashes, tile.root):
                wrong.add(f"tile {algorithm.name} {level}/{index}")


def _rows(cursor: Cursor) -> Iterator[tuple[Any, ...]]:
    while row := cursor.fetchone():
        yield row
