"""The body of `POST /add-checkpoint` (C2SP tlog-witness)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anxin.audit.tree.checkpoints import Checkpoint, parse_checkpoint
from anxin.audit.tree.keys import Malformed, decode
from anxin.audit.tree.notes import Note, parse_note

LARGEST_BODY = 128 * 1024
LONGEST_PROOF = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,19})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint to cosign, the size of the one before it, and the proof from that one."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def parse_submission(body: bytes) -> Submission:
    """Raises `Malformed`."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Malformed("请求不是 UTF-8", "the request is not UTF-8") from error
    head, blank, signed = text.partition("\n\n")
    old, *lines = head.split("\n")
    found = _OLD.fullmatch(old)
    if not blank or not found:
        raise Malformed("请求没有旧大小或者空行", "the request has no old size or no empty line")
    if len(lines) > LONGEST_PROOF:
        raise Malformed("证明过长", "the proof is too long")
    note = parse_note(signed)
    return Submission(int(found[1]), tuple(map(decode, lines)), note, parse_checkpoint(note.text))
