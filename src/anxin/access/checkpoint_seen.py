"""Whether the checkpoint on a report is one of the log's that witnesses saw: pure, with keys that the asker brings."""

from __future__ import annotations

from anxin.audit.verifier.faults import Fault
from anxin.audit.verifier.trust import Trust, check_log_signature, missing_witnesses, see

MISSING, WRONG = "checkpoint_missing", "checkpoint_not_in_log"


def checkpoint_fault(note: str | None, trusted: Trust) -> str | None:
    """What is wrong with the note that a report names; None where log and witnesses signed it."""
    if note is None:
        return MISSING
    faults: list[Fault] = []
    seen = see(note, trusted, "report", faults)
    if seen is None:
        return WRONG
    faults += check_log_signature(seen, trusted, seen.moment(trusted), "report")
    faults += missing_witnesses(seen, trusted, "report")
    return WRONG if faults else None
