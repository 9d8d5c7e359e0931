"""Verifying a whole exported log: nothing lost, changed, moved, added behind or rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anxin.audit.tree.hashing import SHA256, SM3
from anxin.audit.verifier.compact import entry_files
from anxin.audit.verifier.export import leaf_files, portions
from anxin.audit.verifier.faults import Fault, Kind
from anxin.audit.verifier.hashed import Hashed, Wanted, hash_all
from anxin.audit.verifier.history import History, read_history
from anxin.audit.verifier.roots import Claim, Roots
from anxin.audit.verifier.times import Times
from anxin.audit.verifier.trust import Seen, Trust, check_log_signature, see


@dataclass(slots=True)
class Verified:
    """What was found. `witnessed`: how many entries the latest cosigned checkpoint covers, `root`: its own; `erased`: places."""

    origin: str
    size: int = 0
    witnessed: int = 0
    root: bytes = b""
    checkpoints: int = 0
    times: dict[str, int] = field(default_factory=dict)
    erased: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.faults


def verify_log(
    folder: Path, trusted: Trust, *, since: Sequence[str] = (), sm3: bool = False, processes: int = 1
) -> Verified:
    """Check an export. `since`: checkpoints that the auditor kept from before. `sm3`: the second roots too."""
    history = read_history(folder, trusted)
    kept = [one for number, text in enumerate(since, 1) if (one := _kept(text, trusted, number, history))]
    claims = [Claim(one.checkpoint) for one in history.seen]
    if history.latest is not None:
        claims.append(Claim(history.latest.checkpoint))
    claims += [Claim(one.checkpoint, Kind.SINCE_FORK) for one in kept]
    wanted = Wanted(tuple(sorted({one.checkpoint.size for one in claims})), sm3)
    found = Verified(trusted.origin, checkpoints=len(history.seen), faults=history.faults)
    roots = Roots((SHA256, SM3) if sm3 else (SHA256,))
    times, distance = Times(history.seen, trusted), 0
    for portion in hash_all(portions(folder), wanted, processes):
        roots.add(portion)
        found.faults += portion.faults
        found.erased += portion.erased
        if all(place == index for place, index in portion.marks):
            # Entries that stand in other places cannot be held against the trees of theirs.
            found.faults += times.differences(portion)
        distance = _gaps(portion, distance, found.faults)
    found.size = roots.size
    found.faults += roots.differences(claims, sm3=sm3)
    _compare_sizes(found, history, kept, folder)
    found.faults.sort(key=lambda one: one.first or 0)
    return found


def _kept(text: str, trusted: Trust, number: int, history: History) -> Seen | None:
    """A checkpoint the auditor kept: worth nothing unless the log signed it."""
    label = f"since {number}"
    one = see(text, trusted, label, history.faults)
    if one is not None:
        history.faults += check_log_signature(one, trusted, one.moment(trusted), label)
    return one


def _gaps(portion: Hashed, distance: int, faults: list[Fault]) -> int:
    """Where the lines' own numbers leave their places: gaps, repetitions, other orders."""
    for place, index in portion.marks:
        if index - place == distance:
            continue
        expected = place + distance
        distance = index - place
        if index > expected:
            faults.append(Fault(Kind.MISSING, expected, index))
        else:
            faults.append(Fault(Kind.OUT_OF_PLACE, index, expected))
    return distance


def _compare_sizes(found: Verified, history: History, kept: Iterable[Seen], folder: Path) -> None:
    signed = history.size
    if found.size < signed:
        found.faults.append(Fault(Kind.LEAVES_MISSING, found.size, signed))
    if found.size > signed:
        found.faults.append(Fault(Kind.LEAVES_BEYOND, signed, found.size))
    lines, compact = leaf_files(folder), entry_files(folder)
    if lines and compact:
        # Only one form is checked: what stands in the other must not be taken for checked.
        found.faults.append(Fault(Kind.FILE, detail=compact[0].name))
    if not lines and not compact and signed:
        found.faults.append(Fault(Kind.FILE, detail="leaves-000000.jsonl"))
    for one in kept:
        if one.checkpoint.size > signed:
            found.faults.append(Fault(Kind.SINCE_LARGER, signed, one.checkpoint.size))
    if history.latest is not None:
        found.witnessed, found.times = history.latest.checkpoint.size, history.latest.times
        found.root = history.latest.checkpoint.root
