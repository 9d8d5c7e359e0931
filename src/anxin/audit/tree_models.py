"""The tree of both logs in the database: leaves, tiles, signed checkpoints, what witnesses say of them.

Filled by the sealing job alone (`audit.sealing`). Nothing here is personal: a leaf holds a salted commitment.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from anxin.audit.columns import TransactionId
from anxin.audit.only_grows import append_only

ALGORITHMS = ("sha256", "sm3")
GAPLESS = pgtrigger.Trigger(
    name="gapless",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="added"),  # type: ignore[no-untyped-call]
    declare=[("smallest", "bigint"), ("largest", "bigint"), ("number", "bigint"), ("before", "bigint")],
    func="""
        SELECT min(index), max(index), count(*) INTO smallest, largest, number FROM added;
        IF number > 0 THEN
            SELECT coalesce(max(l.index) + 1, 0) INTO before FROM audit_leaf l WHERE l.index < smallest;
            IF smallest <> before OR largest <> smallest + number - 1 THEN
                RAISE EXCEPTION 'leaf % does not follow leaf %', smallest, before - 1
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
        RETURN NULL;
    """,
)
GROWING = pgtrigger.Trigger(
    name="growing",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NEW.size <> (SELECT coalesce(max(l.index) + 1, 0) FROM audit_leaf l)
           OR NEW.size <= (SELECT coalesce(max(c.size), 0) FROM audit_checkpoint c)
           OR NEW.signed_at < (SELECT max(c.signed_at) FROM audit_checkpoint c)
           OR NEW.horizon::text::numeric < (SELECT max(c.horizon::text::numeric) FROM audit_checkpoint c) THEN
            RAISE EXCEPTION 'a checkpoint of size % does not follow', NEW.size
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class Leaf(models.Model):
    """One entry's place in the tree: `kind` q (query log) or e (event log), its number, its commitment."""

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=1)
    entry_id = models.BigIntegerField()
    commitment = models.BinaryField(max_length=32)

    class Meta:
        triggers = [*append_only(), GAPLESS]
        constraints = [
            models.UniqueConstraint(fields=["kind", "entry_id"], name="entry_has_one_leaf"),
            models.CheckConstraint(
                name="leaf_is_of_a_log", condition=models.Q(kind__in=["e", "q"], index__gte=0)
            ),
        ]


class Tile(models.Model):
    """A full tile: 256 hashes one after another (`audit.tree.tiles`), and their root, which the next level is made of."""

    pk = models.CompositePrimaryKey("algorithm", "level", "index")
    algorithm = models.CharField(max_length=6)
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(max_length=8192)
    root = models.BinaryField(max_length=32)

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(name="tile_of_a_known_tree", condition=models.Q(algorithm__in=ALGORITHMS)),
        ]


class Checkpoint(models.Model):
    """A signed statement of size and roots. `note`: the C2SP note with the log's own signatures.

    `horizon`: every log row of an earlier transaction number is in the tree.
    """

    size = models.BigIntegerField(unique=True)
    root_sha256 = models.BinaryField(max_length=32)
    root_sm3 = models.BinaryField(max_length=32)
    note = models.TextField()
    horizon = TransactionId()
    signed_at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [*append_only(), GROWING]
        indexes = [models.Index(fields=["signed_at"], name="checkpoint_by_moment")]


class Witness(models.Model):
    """A witness that was configured, under the name and key it cosigns with; a new key is a new row."""

    name = models.CharField(max_length=200)
    verifier_key = models.CharField(max_length=300, unique=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = append_only()


class Cosignature(models.Model):
    """A witness's line under a checkpoint. `at`: when the witness says it signed; `received_at`: when we had it."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="+")
    line = models.TextField()
    at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="witness_cosigns_once"),
        ]


class LogKey(models.Model):
    """A public key of the log and its time, as the sealing job said it; the newest row of a key counts. For showing only."""

    verifier_key = models.CharField(max_length=300)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = append_only()
