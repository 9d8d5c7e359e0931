"""Invariant 6: every row of both logs gets one place in the tree, in order, and what is signed grows only."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection

from anxin.audit.models import Checkpoint, EventLogEntry, Leaf, QueryLogEntry, Tile
from anxin.audit.sealing import SealRefused, seal, seal_everything
from anxin.audit.stored_tree import prove_growth, prove_inclusion, stored_root
from anxin.audit.tree.checkpoints import parse_checkpoint
from anxin.audit.tree.hashing import SHA256, SM3
from anxin.audit.tree.merkle import nodes_of, tree_root
from anxin.audit.tree.notes import is_signed, parse_note
from anxin.audit.tree.proofs import verify_consistency, verify_inclusion
from tests.audit.sealed import (
    BEGUN,
    as_superuser,
    database_address,
    keys_of_the_log,
    sealing_connection,
    write_events,
    write_readings,
)

pytestmark = pytest.mark.django_db(transaction=True)


def commitments() -> list[bytes]:
    return [bytes(one) for one in Leaf.objects.order_by("index").values_list("commitment", flat=True)]


def test_invariant_6_what_is_sealed_is_what_was_written_and_each_size_contains_the_last() -> None:
    """Several passes over two levels of tiles; roots, proofs and signatures hold with a tree made from nothing."""
    keys, sizes = keys_of_the_log(), []
    with sealing_connection() as sealer:
        for moment, number in enumerate((3, 253, 1, 300, 700)):
            write_events(number // 2)
            write_readings(number - number // 2)
            sizes.append(seal_everything(sealer, keys, at=BEGUN + timedelta(seconds=moment), batch=400).size)
    assert sizes == [3, 256, 257, 557, 1257]
    leaves = commitments()
    stored = set(map(bytes, QueryLogEntry.objects.values_list("commitment", flat=True)))
    stored |= set(map(bytes, EventLogEntry.objects.values_list("commitment", flat=True)))
    assert set(leaves) == stored
    assert len(leaves) == len(stored) == 1257
    assert Tile.objects.filter(algorithm="sm3", level=0).count() == 1257 // 256
    noted = {one.size: one for one in Checkpoint.objects.all()}
    for algorithm, column in ((SHA256, "root_sha256"), (SM3, "root_sm3")):
        nodes = nodes_of([algorithm.leaf(one) for one in leaves], algorithm)
        for size, checkpoint in noted.items():
            assert bytes(getattr(checkpoint, column)) == tree_root(size, nodes, algorithm)
    for size, checkpoint in noted.items():
        note = parse_note(checkpoint.note)
        assert is_signed(note, keys.public(), moment=int(checkpoint.signed_at.timestamp()))
        said = parse_checkpoint(note.text)
        assert (said.size, said.root, said.sm3_root) == (
            size,
            bytes(checkpoint.root_sha256),
            bytes(checkpoint.root_sm3),
        )
    _prove(noted)


def _prove(noted: dict[int, Checkpoint]) -> None:
    with connection.cursor() as cursor:
        sizes = sorted(noted)
        for old in sizes:
            for new in (one for one in sizes if one >= old):
                verify_consistency(
                    size1=old,
                    size2=new,
                    root1=bytes(noted[old].root_sha256),
                    root2=bytes(noted[new].root_sha256),
                    proof=prove_growth(cursor, old, new),
                )
        for index, size in ((0, 3), (255, 256), (256, 257), (5, 1257), (1256, 1257), (1024, 1257)):
            for algorithm, column in ((SHA256, "root_sha256"), (SM3, "root_sm3")):
                proof = prove_inclusion(cursor, index, size, algorithm)
                verify_inclusion(
                    index=index,
                    size=size,
                    leaf_hash=algorithm.leaf(proof.commitment),
                    proof=proof.hashes,
                    root=bytes(getattr(noted[size], column)),
                    algorithm=algorithm,
                )


def test_invariant_6_a_long_transaction_holds_up_nobody_and_loses_nothing() -> None:
    """What it commits after others were sealed gets its place behind them."""
    keys = keys_of_the_log()
    with sealing_connection() as sealer, psycopg.connect(database_address()) as slow:
        slow.execute(
            "INSERT INTO audit_eventlogentry (act, clause, pack, details) VALUES ('slow', '', '', '{}')"
        )
        write_events(5)
        assert seal(sealer, keys, at=BEGUN).leaves == 5
        write_events(2)
        slow.commit()
        assert seal(sealer, keys, at=BEGUN).leaves == 3
        assert seal(sealer, keys, at=BEGUN).leaves == 0
    assert Leaf.objects.count() == EventLogEntry.objects.count() == 8
    assert Checkpoint.objects.count() == 2


def test_invariant_6_a_full_batch_is_followed_by_the_rest() -> None:
    write_events(25)
    with sealing_connection() as sealer:
        keys = keys_of_the_log()
        assert [seal(sealer, keys, at=BEGUN, batch=10).leaves for _ in range(4)] == [10, 10, 5, 0]
    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == list(
        EventLogEntry.objects.order_by("id").values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_leaf VALUES (4, 'q', 99, '\\x00')",
        "INSERT INTO audit_leaf VALUES (3, 'q', 99, '\\x00'), (5, 'q', 100, '\\x00')",
        "INSERT INTO audit_leaf VALUES (2, 'q', 99, '\\x00')",
        "INSERT INTO audit_leaf SELECT 3, kind, entry_id, commitment FROM audit_leaf WHERE index = 0",
        "INSERT INTO audit_leaf VALUES (3, 'x', 99, '\\x00')",
        "DELETE FROM audit_leaf WHERE index = 2",
        "UPDATE audit_leaf SET commitment = '\\x00'",
        "TRUNCATE audit_leaf",
        "TRUNCATE audit_tile",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint SET note = ''",
        "INSERT INTO audit_checkpoint (size, root_sha256, root_sm3, note, horizon, signed_at)"
        " SELECT 2, root_sha256, root_sm3, note, horizon, signed_at FROM audit_checkpoint",
        "INSERT INTO audit_checkpoint (size, root_sha256, root_sm3, note, horizon, signed_at)"
        " SELECT 4, root_sha256, root_sm3, note, horizon, signed_at FROM audit_checkpoint",
    ],
)
def test_invariant_6_the_database_refuses_gaps_doubles_and_going_back(statement: str) -> None:
    write_events(3)
    with sealing_connection() as sealer:
        seal(sealer, keys_of_the_log(), at=BEGUN)

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Leaf.objects.count() == 3
    assert Checkpoint.objects.get().size == 3


def _falsify_commitment(entry: int) -> None:
    """A stored row whose commitment isn't that of its text: as after a flipped bit on the disk."""
    with sealing_connection() as opened:
        source = opened.execute("SELECT pg_get_functiondef('audit_commitment'::regproc)").fetchone()
        assert source is not None
        opened.execute("SET session_replication_role = replica")
        opened.execute(
            "CREATE OR REPLACE FUNCTION audit_commitment(salt bytea, canonical text) RETURNS bytea LANGUAGE sql"
            " IMMUTABLE PARALLEL SAFE RETURN sha256(convert_to(canonical, 'UTF8'))"
        )
        try:
            opened.execute("UPDATE audit_eventlogentry SET pack = pack WHERE id = %s", [entry])
        finally:
            opened.execute(source[0])


def test_f7_a_row_that_is_not_what_it_commits_to_is_never_signed_over() -> None:
    first, wrong, _last = write_events(3)
    _falsify_commitment(wrong)

    with sealing_connection() as sealer, pytest.raises(SealRefused) as refused:
        seal(sealer, keys_of_the_log(), at=BEGUN)

    assert (refused.value.code, refused.value.entry) == ("commitment_differs", f"e{wrong}")
    assert Leaf.objects.count() == Checkpoint.objects.count() == 0
    assert first < wrong


@pytest.mark.parametrize(
    "falsified",
    [
        "UPDATE audit_leaf SET commitment = sha256(commitment) WHERE index = 256",
        "UPDATE audit_tile SET root = sha256(root) WHERE algorithm = 'sm3'",
        "DELETE FROM audit_tile",
        "DELETE FROM audit_leaf WHERE index = 256",
    ],
)
def test_f7_a_tree_that_no_longer_gives_the_signed_root_is_never_signed_over(falsified: str) -> None:
    write_readings(257)
    with sealing_connection() as sealer:
        keys = keys_of_the_log()
        seal(sealer, keys, at=BEGUN)
        as_superuser(falsified)
        write_events(1)
        with pytest.raises(SealRefused) as refused:
            seal(sealer, keys, at=BEGUN)
    assert refused.value.code == "tree_differs"
    assert Checkpoint.objects.count() == 1


def test_the_root_is_that_of_rfc_9162_for_a_known_small_log() -> None:
    """Two leaves by hand: no code of the tree."""
    write_events(2)
    with sealing_connection() as sealer, sealer.cursor() as cursor:
        seal(sealer, keys_of_the_log(), at=BEGUN)
        root = stored_root(cursor, 2)
    left, right = (hashlib.sha256(b"\x00" + one).digest() for one in commitments())
    assert root == hashlib.sha256(b"\x01" + left + right).digest()
