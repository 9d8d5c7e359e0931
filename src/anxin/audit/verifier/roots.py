"""The tree grown from the export's lines, held against every root that somebody signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from anxin.audit.tree.checkpoints import Checkpoint
from anxin.audit.tree.hashing import SHA256, SM3, Algorithm
from anxin.audit.tree.merkle import Frontier
from anxin.audit.verifier.export import LEVEL, PORTION
from anxin.audit.verifier.faults import Fault, Kind
from anxin.audit.verifier.hashed import Hashed


@dataclass(frozen=True, slots=True)
class Claim:
    """A root that the tree must have. `kind`: the fault where it has not."""

    checkpoint: Checkpoint
    kind: Kind = Kind.ROOT


@dataclass(slots=True)
class Roots:
    """Takes the portions in order; `computed`: the roots of the sizes asked for, by algorithm."""

    algorithms: tuple[Algorithm, ...]
    size: int = 0
    computed: dict[str, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    trees: dict[str, Frontier] = field(default_factory=dict)

    def add(self, portion: Hashed) -> None:
        """Grow by one portion."""
        for algorithm in self.algorithms:
            tree = self.trees.setdefault(algorithm.name, Frontier(algorithm))
            tails = portion.tails[algorithm.name]
            for size, tail in tails.items():
                self.computed[algorithm.name][size] = tree.root(tail)
            if portion.count == PORTION:
                tree.extend([tails[portion.end]], LEVEL)
        self.size = portion.end

    def differences(self, claims: Iterable[Claim], *, sm3: bool) -> list[Fault]:
        """Where the tree is not what was signed: between the last root that holds and the first that does not."""
        faults: list[Fault] = []
        wrong: list[Fault] = []
        good: dict[Kind, int] = {}
        for claim in sorted(claims, key=lambda one: one.checkpoint.size):
            size = claim.checkpoint.size
            if size > self.size:
                continue
            if self._differs(SHA256, size, claim.checkpoint.root):
                wrong.append(Fault(claim.kind, good.get(claim.kind, 0), size))
                continue
            # A root that holds after one that did not: that one was wrong by itself, not the entries before it.
            faults, wrong = faults + wrong, []
            good[claim.kind] = size
            if sm3:
                faults += self._second(claim)
        return faults + _first_of_each(wrong)

    def _second(self, claim: Claim) -> list[Fault]:
        size, root = claim.checkpoint.size, claim.checkpoint.sm3_root
        if root is None:
            return [Fault(Kind.NO_SECOND_ROOT, 0, size)]
        return [Fault(Kind.SECOND_ROOT, 0, size)] if self._differs(SM3, size, root) else []

    def _differs(self, algorithm: Algorithm, size: int, root: bytes) -> bool:
        return (self.computed[algorithm.name][size] if size else algorithm.digest(b"")) != root


def _first_of_each(wrong: list[Fault]) -> list[Fault]:
    """Once an entry is wrong every later root is; the first says where."""
    found: dict[Kind, Fault] = {}
    for fault in wrong:
        found.setdefault(fault.kind, fault)
    return list(found.values())
