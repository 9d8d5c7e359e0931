"""Which state of the log a report rests on: the newest checkpoint at the moment it was issued (Art. 45)."""

from __future__ import annotations

from anxin.audit import queries
from anxin.audit.tree.checkpoints import parse_checkpoint
from anxin.audit.tree.keys import Malformed
from anxin.audit.tree.notes import parse_note


def latest_checkpoint() -> str | None:
    """The newest checkpoint note that a witness cosigned, with its signatures; None for an empty log."""
    found = queries.latest_checkpoint()
    return None if found is None else found.note


def is_in_log(note: str) -> bool:
    """Whether our log has a checkpoint of this size and root. If not, the log is not the one that the report was printed from."""
    try:
        checkpoint = parse_checkpoint(parse_note(note).text)
    except Malformed:
        return False
    return queries.has_checkpoint(checkpoint.size, checkpoint.root)
