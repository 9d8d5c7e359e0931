"""How far the log keeps its promises, and what everyone may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from anxin.audit.models import Checkpoint, Cosignature, LogKey, Recheck, Witness
from anxin.audit.stored_tree import Cursor, prove_inclusion
from anxin.audit.tree.hashing import SHA256, SM3
from anxin.audit.tree.keys import encode
from anxin.audit.tree.notes import parse_note, parse_signature
from anxin.prepared import prepared_rows

LONGEST_UNWITNESSED = timedelta(hours=4)
SHOWN_COSIGNATURES = 10
# The public site's connection: it may read the tree, which holds nothing of anybody.
SITE = "site"


@dataclass(frozen=True, slots=True)
class CheckpointNote:
    """The latest checkpoint that stands: `note` with the log's signatures and every cosignature there is so far."""

    size: int
    root_sha256: bytes
    root_sm3: bytes
    signed_at: datetime
    note: str
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where an entry stands in the tree, with the proofs of both trees under the latest checkpoint."""

    index: int
    commitment: bytes
    sha256: tuple[bytes, ...]
    sm3: tuple[bytes, ...]
    checkpoint: CheckpointNote


def latest_checkpoint(*, using: str = "default") -> CheckpointNote | None:
    """The latest checkpoint that a witness cosigned; where none was, the latest at all; None for an empty log."""
    checkpoints = Checkpoint.objects.using(using).order_by("-size")
    cosigned = (
        Cosignature.objects.using(using).order_by("-checkpoint__size").values_list("checkpoint_id").first()
    )
    found = checkpoints.filter(pk=cosigned[0]).first() if cosigned else checkpoints.first()
    return None if found is None else _note_of(found, using)


def has_checkpoint(size: int, root: bytes) -> bool:
    """Whether the log has a checkpoint of this size and SHA-256 root."""
    return Checkpoint.objects.using(SITE).filter(size=size, root_sha256=root).exists()


def reading_of_persons_allowed(at: datetime) -> bool:
    """Whether someone outside has witnessed the log lately enough, and nothing about it stands unreconciled."""
    since, stopped = _state()
    return not stopped and (since is None or at - since <= LONGEST_UNWITNESSED)


def unwitnessed_since() -> datetime | None:
    """Since when something in the log has been under no witness's cosignature; None where all is."""
    return _state()[0]


def unsealed_since() -> datetime | None:
    """When the oldest entry was written that has no place in the tree yet; None where all have."""
    found: datetime | None = _one("SELECT audit_unsealed_since()")[0]
    return found


def prove_entry(kind: str, number: int, *, using: str = SITE) -> Inclusion | None:
    """The proofs that entry `number` of a log (`q` or `e`) is under the latest checkpoint; None where it isn't yet."""
    checkpoint = latest_checkpoint(using=using)
    if checkpoint is None:
        return None
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT index FROM audit_leaf WHERE kind = %s AND entry_id = %s", [kind, number])
        row = cursor.fetchone()
        if row is None or row[0] >= checkpoint.size:
            return None
        return _inclusion(cursor, row[0], checkpoint)


def public_state(at: datetime) -> dict[str, Any]:
    """What the public page shows: checkpoint, keys, witnesses with their latest cosignature, last re-check, open alarms."""
    return {
        "checkpoint": latest_checkpoint(using=SITE),
        "log_keys": _newest_keys(),
        "witnesses": _witnesses(),
        "recheck": Recheck.objects.using(SITE).order_by("-began_at").first(),
        "alarms": _open_alarms(),
        "at": at,
    }


def _inclusion(cursor: Cursor, index: int, checkpoint: CheckpointNote) -> Inclusion:
    sha256 = prove_inclusion(cursor, index, checkpoint.size, SHA256)
    sm3 = prove_inclusion(cursor, index, checkpoint.size, SM3)
    return Inclusion(index, sha256.commitment, sha256.hashes, sm3.hashes, checkpoint)


def _note_of(found: Checkpoint, using: str) -> CheckpointNote:
    lines = Cosignature.objects.using(using).filter(checkpoint_id=found.pk).order_by("id")
    signatures = [parse_signature(line.rstrip("\n")) for line in lines.values_list("line", flat=True)]
    return CheckpointNote(
        size=found.size,
        root_sha256=bytes(found.root_sha256),
        root_sm3=bytes(found.root_sm3),
        signed_at=found.signed_at,
        note=str(parse_note(found.note).with_signatures(signatures)),
        witnesses=tuple(one.name for one in signatures),
    )


def _newest_keys() -> list[LogKey]:
    newest = LogKey.objects.using(SITE).order_by("verifier_key", "-id").distinct("verifier_key")
    return sorted(newest, key=lambda key: key.begins_at, reverse=True)


def _witnesses() -> list[dict[str, Any]]:
    """Each witness key with its latest cosignature and how much that covers."""
    told = []
    for witness in Witness.objects.using(SITE).order_by("name", "-id"):
        latest = (
            Cosignature.objects.using(SITE)
            .filter(witness=witness)
            .select_related("checkpoint")
            .order_by("-checkpoint__size")
            .first()
        )
        size = latest.checkpoint.size if latest else 0
        told.append(
            {"name": witness.name, "key": witness.verifier_key, "at": latest and latest.at, "size": size}
        )
    return told


def _open_alarms() -> list[dict[str, Any]]:
    """Codes and moments; nothing else of an alarm is public. A witness's silence is over once it has spoken again."""
    with connections[SITE].cursor() as cursor:
        cursor.execute(
            "SELECT a.code, a.at FROM audit_alarm a WHERE NOT EXISTS ("
            " SELECT FROM audit_reconciliation r WHERE r.alarm_id = a.id AND r.approved_at IS NOT NULL)"
            " AND (a.code <> 'witnesses_silent' OR a.at > coalesce((SELECT max(received_at) FROM audit_cosignature),"
            " '-infinity')) ORDER BY a.at DESC LIMIT 20"
        )
        return [{"code": code, "at": at} for code, at in cursor.fetchall()]


def _state() -> tuple[datetime | None, bool]:
    since, stopped = _one("SELECT audit_unwitnessed_since(), audit_signing_stopped()")
    return since, stopped


def _one(statement: str) -> tuple[Any, ...]:
    [row] = prepared_rows(statement)
    return row


def root_text(root: bytes) -> str:
    """A root as checkpoints write it."""
    return encode(root)
