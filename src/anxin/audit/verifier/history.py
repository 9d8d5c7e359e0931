"""All checkpoints of an export, in order: who signed and cosigned them, and whether the log only grew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from anxin.audit.tree.checkpoints import split_notes
from anxin.audit.verifier.export import ALL, LATEST
from anxin.audit.verifier.faults import Fault, Kind
from anxin.audit.verifier.trust import Seen, Trust, check_log_signature, missing_witnesses, see

# A witness's clock may be ahead of the auditor's by so much.
AHEAD_SECONDS = 3_600


@dataclass(slots=True)
class History:
    """`seen`: every checkpoint that can be read, in the order of the file; `latest`: the last cosigned one."""

    seen: list[Seen] = field(default_factory=list)
    latest: Seen | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The largest size signed."""
        return max((one.checkpoint.size for one in self.seen), default=0)


def read_history(folder: Path, trusted: Trust) -> History:
    """Read and check `checkpoints` and `checkpoint`."""
    history = History()
    for number, text in enumerate(split_notes(read_text(folder / ALL, history.faults)), 1):
        one = see(text, trusted, f"{ALL} {number}", history.faults)
        if one is not None:
            history.seen.append(one)
    _place_faults(history, trusted)
    history.faults += _order_faults(history.seen)
    history.faults += _time_faults(history.seen, trusted)
    _read_latest(history, folder, trusted)
    return history


def read_text(path: Path, faults: list[Fault]) -> str:
    """A file of the export; where it is not there or no UTF-8, nothing and a fault."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        faults.append(Fault(Kind.FILE, detail=path.name))
        return ""


def moments(seen: Sequence[Seen], trusted: Trust) -> list[int | None]:
    """When witnesses had seen each checkpoint: itself, or the next later one that they saw."""
    found: list[int | None] = []
    later: int | None = None
    for one in reversed(seen):
        own = one.moment(trusted)
        later = own if own is not None else later
        found.append(later)
    return found[::-1]


def _place_faults(history: History, trusted: Trust) -> None:
    """The log's signatures, each fault with the entries that its checkpoint added."""
    before = 0
    for number, (one, moment) in enumerate(zip(history.seen, moments(history.seen, trusted), strict=True), 1):
        size = one.checkpoint.size
        for fault in check_log_signature(one, trusted, moment, f"{ALL} {number}"):
            history.faults.append(replace(fault, first=min(before, size), end=max(before, size)))
        before = size


def _order_faults(seen: Sequence[Seen]) -> Iterator[Fault]:
    for older, newer in pairwise(one.checkpoint for one in seen):
        if newer.size < older.size:
            yield Fault(Kind.SHRUNK, newer.size, older.size)
        elif newer.size == older.size and (newer.root, newer.sm3_root) != (older.root, older.sm3_root):
            yield Fault(Kind.FORK, 0, newer.size)


def _time_faults(seen: Sequence[Seen], trusted: Trust) -> Iterator[Fault]:
    last: dict[str, tuple[int, int]] = {}
    for one in seen:
        for name, time in one.times.items():
            before, size = last.get(name, (0, 0))
            if time < before:
                yield Fault(Kind.TIME_BACK, size, one.checkpoint.size, name)
            if time > trusted.now + AHEAD_SECONDS:
                yield Fault(Kind.TIME_AHEAD, size, one.checkpoint.size, name)
            last[name] = (time, one.checkpoint.size)


def _read_latest(history: History, folder: Path, trusted: Trust) -> None:
    text = read_text(folder / LATEST, history.faults)
    latest = see(text, trusted, LATEST, history.faults) if text else None
    if latest is None:
        return
    found = check_log_signature(latest, trusted, latest.moment(trusted), LATEST)
    found += missing_witnesses(latest, trusted, LATEST)
    if not _is_last(latest, history.seen, trusted):
        found.append(Fault(Kind.NOT_LAST, detail=LATEST))
    history.faults += [replace(fault, first=0, end=latest.checkpoint.size) for fault in found]
    history.latest = latest


def _is_last(latest: Seen, seen: Sequence[Seen], trusted: Trust) -> bool:
    """Whether it stands among all checkpoints, and none that as many witnesses cosigned is larger."""
    cosigned = [
        one for one in seen if one.moment(trusted) is not None and len(one.times) >= len(latest.times)
    ]
    among = any(one.checkpoint == latest.checkpoint for one in seen)
    return among and all(one.checkpoint.size <= latest.checkpoint.size for one in cosigned)
