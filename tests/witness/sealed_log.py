"""A log that a test seals by itself: leaves, checkpoints, and what is sent to a witness."""

from __future__ import annotations

import hashlib

from anxin.audit.tree.checkpoints import Checkpoint
from anxin.audit.tree.hashing import SHA256, SM3
from anxin.audit.tree.keys import LOG, SigningKey, encode
from anxin.audit.tree.merkle import consistency_proof, nodes_of, tree_root
from anxin.audit.tree.notes import Note, sign

ORIGIN = "example.org/log"
KEY = SigningKey.make(ORIGIN, LOG, b"k" * 32)


class SealedLog:
    """`fork_at`: from this leaf on the log differs from the one of another `branch`."""

    def __init__(self, count: int, *, branch: str = "", fork_at: int = 0, key: SigningKey = KEY) -> None:
        self.key = key
        data = [
            hashlib.sha256(f"{one}{branch if one >= fork_at else ''}".encode()).digest()
            for one in range(count)
        ]
        self._nodes = nodes_of([SHA256.leaf(one) for one in data])
        self._second = nodes_of([SM3.leaf(one) for one in data], SM3)

    def checkpoint(self, size: int) -> Checkpoint:
        second = tree_root(size, self._second, SM3)
        return Checkpoint(self.key.verifier.name, size, tree_root(size, self._nodes), second)

    def note(self, size: int) -> Note:
        text = self.checkpoint(size).text
        return Note(text).with_signatures([sign(text, self.key)])

    def submission(self, old: int, size: int, note: Note | None = None) -> str:
        proof = consistency_proof(old, size, self._nodes) if 0 < old <= size else []
        lines = "".join(f"{encode(one)}\n" for one in proof)
        return f"old {old}\n{lines}\n{note or self.note(size)}"
