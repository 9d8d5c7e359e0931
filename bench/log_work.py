"""What the bench of the log measures: the tree alone, proofs out of tiles, sealing, re-checking, exporting, verifying."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.frame import timed
from bench.product import prepare_django

ORIGIN = "bench.example/log"
WITNESS = "witness.bench.example"
SEED = b"b" * 32
# Tiles of a tree are written so many leaves at a time.
PORTION = 1 << 18
PROOFS = 500


def append_one_by_one(number: int) -> dict[str, Any]:
    """Append leaf hashes to a tree that keeps its right edge only."""
    from anxin.audit.tree.merkle import Frontier

    leaves = [sha256(place.to_bytes(8, "big")).digest() for place in range(number)]
    tree = Frontier()

    def work() -> None:
        for leaf in leaves:
            tree.append(leaf)
        tree.root()

    return {"seconds": timed(work)[0]}


def append_together(number: int) -> dict[str, Any]:
    """The same leaves in portions of a sealing batch."""
    from anxin.audit.tree.merkle import Frontier

    leaves = [sha256(place.to_bytes(8, "big")).digest() for place in range(number)]
    tree = Frontier()

    def work() -> None:
        for start in range(0, number, PORTION):
            tree.extend(leaves[start : start + PORTION])
        tree.root()

    return {"seconds": timed(work)[0]}


def prove_from_tiles(address: str, number: int) -> dict[str, Any]:
    """Store the tiles of a tree of `number` leaves, then prove leaves at random places and verify each proof."""
    prepare_django()
    from anxin.audit.stored_tree import prove_inclusion, stored_root
    from anxin.audit.tree.hashing import SHA256
    from anxin.audit.tree.proofs import verify_inclusion

    chosen = random.Random(7)
    places = [chosen.randrange(number) for _ in range(PROOFS)]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        _store_tree(connection, number, {*places, *range(number - number % 256, number)})
        connection.execute("ANALYZE audit_tile, audit_leaf")
        took = []
        with connection.cursor(binary=True) as cursor:
            root = stored_root(cursor, number)
            for place in places:
                seconds, proof = timed(lambda place=place: prove_inclusion(cursor, place, number))
                took.append(seconds)
                verify_inclusion(
                    index=place,
                    size=number,
                    leaf_hash=SHA256.leaf(proof.commitment),
                    proof=proof.hashes,
                    root=root,
                )
    took.sort()
    return {
        "seconds": sum(took),
        "median": median(took),
        "p99": took[int(len(took) * 0.99)],
        "most": took[-1],
    }


def _store_tree(connection: psycopg.Connection[Any], number: int, kept: set[int]) -> None:
    """All tiles, and of the leaves those that proofs ask for."""
    from anxin.audit.sealing import _store_tiles
    from anxin.audit.tree.hashing import SHA256
    from anxin.audit.tree.tiles import TileWriter

    writer = TileWriter()
    with connection.cursor() as cursor:
        for start in range(0, number, PORTION):
            end = min(start + PORTION, number)
            data = [sha256(place.to_bytes(8, "big")).digest() for place in range(start, end)]
            _store_tiles(cursor, SHA256, writer.extend(list(map(SHA256.leaf, data))))
        with cursor.copy("COPY audit_leaf (index, kind, entry_id, commitment) FROM STDIN") as copy:
            for place in sorted(kept):
                data_of = sha256(place.to_bytes(8, "big")).digest()
                copy.write_row((place, "q", place + 1, data_of))


def seal_everything(address: str) -> dict[str, Any]:
    """Seal all new rows with both trees, as the job does, and have a witness's line under the last checkpoint."""
    prepare_django()
    from anxin.audit import sealing

    keys = _keys()
    with psycopg.connect(address, autocommit=True) as connection:
        began = time.perf_counter()
        done = sealing.seal_everything(connection, keys, at=datetime.now(UTC))
        seconds = time.perf_counter() - began
        _cosign(connection)
    return {"seconds": seconds, "leaves": done.leaves}


def _keys() -> Any:
    from anxin.audit.log_keys import LogKeys
    from anxin.audit.tree.keys import LOG, SigningKey

    return LogKeys(ORIGIN, (SigningKey.make(ORIGIN, LOG, SEED),))


def _witness() -> Any:
    from anxin.audit.tree.keys import WITNESS as KIND
    from anxin.audit.tree.keys import SigningKey

    return SigningKey.make(WITNESS, KIND, SEED)


def _cosign(connection: psycopg.Connection[Any]) -> None:
    from anxin.audit.tree.notes import cosign, parse_note

    row = connection.execute("SELECT id, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    assert row is not None
    checkpoint, note = row
    key, now = _witness(), datetime.now(UTC)
    line = cosign(parse_note(note).text, key, at=int(now.timestamp())).line
    connection.execute(
        "WITH w AS (INSERT INTO audit_witness (name, verifier_key) VALUES (%s, %s) RETURNING id)"
        " INSERT INTO audit_cosignature (checkpoint_id, witness_id, line, at) SELECT %s, id, %s, %s FROM w",
        [WITNESS, str(key.verifier), checkpoint, line, now],
    )


def recheck(address: str, environment: dict[str, str]) -> dict[str, Any]:
    """`anxin fsck`; what it found wrong in the tree."""
    os.environ.update(environment | {"DATABASE_URL": address})
    prepare_django()
    from anxin.jobs.rechecks.run import recheck_invariants

    seconds, done = timed(lambda: recheck_invariants(clock=lambda: datetime.now(UTC)))
    return {"seconds": seconds, "wrong": [one.name for one in done.findings if one.count]}


def export(address: str, folder: str, compact: bool) -> dict[str, Any]:
    """`anxin export-log`, in either form."""
    prepare_django()
    from anxin.audit.exporting import export_log

    with psycopg.connect(address) as connection:
        seconds, done = timed(lambda: export_log(connection, Path(folder), compact=compact))
    return {"seconds": seconds, "entries": done.entries}


def verify(folder: str, processes: int, sm3: bool) -> dict[str, Any]:
    """`anxin verify log`: every line against its commitment, the tree, every root, every signature."""
    from anxin.audit.verifier.log import verify_log
    from anxin.audit.verifier.trust import trust

    keys = [*_keys().public(), _witness().verifier]
    trusted = trust(keys, quorum=None, now=int(time.time()))
    seconds, found = timed(lambda: verify_log(Path(folder), trusted, sm3=sm3, processes=processes))
    faults = sorted({one.kind.value for one in found.faults})
    return {"seconds": seconds, "entries": found.size, "faults": faults}
