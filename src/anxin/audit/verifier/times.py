"""What entries say of their own time, held against when witnesses saw the trees before and after them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from anxin.audit.verifier.faults import Fault, Kind
from anxin.audit.verifier.hashed import Hashed
from anxin.audit.verifier.history import moments
from anxin.audit.verifier.trust import Seen, Trust

MICROSECONDS = 1_000_000
# Two machines' clocks may differ by so much.
SKEW_SECONDS = 300
# A row is written inside its act's transaction, which may take a while until the tree can have it.
LATE_SECONDS = 3_600


class Times:
    """The checkpoints' sizes and when each had been seen."""

    def __init__(self, seen: Sequence[Seen], trusted: Trust) -> None:
        ordered = sorted(seen, key=lambda one: one.checkpoint.size)
        self._sizes = [one.checkpoint.size for one in ordered]
        self._by_then = moments(ordered, trusted)
        cosigned = [(one.checkpoint.size, one.moment(trusted)) for one in ordered]
        known = [(size, moment) for size, moment in cosigned if moment is not None]
        self._cosigned, self._when = [size for size, _ in known], [moment for _, moment in known]

    def differences(self, portion: Hashed) -> Iterator[Fault]:
        """Entries whose time cannot be true."""
        for end, ((low, low_place), (high, high_place)) in portion.moments.items():
            covered = bisect_left(self._sizes, end)
            seen = self._by_then[covered] if covered < len(self._sizes) else None
            if seen is not None and high > (seen + SKEW_SECONDS) * MICROSECONDS:
                yield Fault(Kind.TOO_LATE, high_place, high_place + 1)
            before = bisect_right(self._cosigned, low_place) - 1
            if before >= 0 and low < (self._when[before] - LATE_SECONDS) * MICROSECONDS:
                yield Fault(Kind.TOO_EARLY, low_place, low_place + 1)
