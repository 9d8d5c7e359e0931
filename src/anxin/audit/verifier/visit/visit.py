"""The whole visit: the log against its witnesses, then everything that the snapshot shows against the log."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from anxin.audit.verifier.log import Verified, verify_log
from anxin.audit.verifier.trust import Trust
from anxin.audit.verifier.visit.effects import Chain, Chains, check_sources, trace_effects
from anxin.audit.verifier.visit.entries import Entries, read_entries
from anxin.audit.verifier.visit.findings import Finding, Wrong
from anxin.audit.verifier.visit.people import People, check_erasures, check_reports
from anxin.audit.verifier.visit.snapshot import Snapshot, read_snapshot

SAMPLE = 50
MICROSECONDS = 1_000_000
# An act is sealed, and the tree cosigned, at most so long after it happened.
SEALED_WITHIN_SECONDS = 60
# An export of a large log takes a while after the latest cosigned checkpoint; more says that witnesses are silent.
STALE_SECONDS = 3_600


@dataclass(slots=True)
class Visited:
    """What a visit found. `root`: of the latest cosigned tree, in hexadecimal, from which the sample follows."""

    log: Verified
    taken_at: datetime | None = None
    snapshot_digest: str = ""
    root: str = ""
    readings: int = 0
    acts: int = 0
    effects: int = 0
    uncovered: int = 0
    sample: list[Chain] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.log.whole and not self.findings


def visit(
    folder: Path, trusted: Trust, *, since: Sequence[str] = (), sample: int = SAMPLE, processes: int = 1
) -> Visited:
    """Check an export with its snapshot, without network or database. `since`: checkpoints that the auditor kept."""
    log = verify_log(folder, trusted, since=since, sm3=True, processes=processes)
    snapshot = read_snapshot(folder)
    found = Visited(log, snapshot.taken_at, snapshot.digest, log.root.hex(), findings=snapshot.findings)
    if snapshot.taken_at is None:
        return found
    entries = read_entries(
        folder, frozenset(row["entry"] for row in snapshot.tables["report"]), processes=processes
    )
    found.readings, found.acts = entries.number_of_readings, entries.number_of_acts
    found.findings += entries.findings
    try:
        chains = _hold_against_log(found, snapshot, entries)
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError):
        # The digests hold, so that is how it was written: no snapshot of ours.
        found.findings.append(Finding(Wrong.TABLE, "snapshot"))
        return found
    found.effects, found.uncovered = len(chains.all), chains.uncovered
    found.sample = choose(chains.all, log.root, sample)
    return found


def _hold_against_log(found: Visited, snapshot: Snapshot, entries: Entries) -> Chains:
    assert snapshot.taken_at is not None
    seen = min(found.log.times.values(), default=0)
    taken = snapshot.taken_at.timestamp()
    if not seen - STALE_SECONDS <= taken <= seen + STALE_SECONDS:
        found.findings.append(Finding(Wrong.SNAPSHOT_TIME, snapshot.taken_at.isoformat()))
    # Where nothing of the tree waits for witnesses, the log that was exported reaches up to the snapshot.
    latest = taken if snapshot.sealed == found.log.witnessed else seen
    until = int((latest - SEALED_WITHIN_SECONDS) * MICROSECONDS)
    erased = frozenset(row["act"] for row in snapshot.tables["erasure"])
    chains = trace_effects(snapshot, entries, until, erased)
    found.findings += chains.findings
    found.findings += check_sources(chains, snapshot, entries)
    found.findings += People(snapshot, entries, until).findings()
    found.findings += check_reports(snapshot, entries, until)
    found.findings += check_erasures(snapshot, entries, found.log.erased)
    return chains


def choose(chains: Sequence[Chain], root: bytes, number: int) -> list[Chain]:
    """The sample: by a hash of the cosigned root and the effect, so that nobody can choose and everybody gets the same."""
    return sorted(chains, key=lambda one: hashlib.sha256(root + one.name.encode()).digest())[:number]
