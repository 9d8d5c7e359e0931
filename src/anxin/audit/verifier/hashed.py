"""One portion of the log hashed, in a process of its own where the log is long."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, pairwise

from anxin.audit.tree.hashing import LEAF, SHA256, SM3, Algorithm
from anxin.audit.tree.merkle import Frontier
from anxin.audit.verifier.compact import CompactPiece, read_compact
from anxin.audit.verifier.export import PORTION, Portion
from anxin.audit.verifier.faults import Fault
from anxin.audit.verifier.lines import Read, read_lines

# Below this many lines another process costs more than it gives.
FEW = 4 * PORTION
AHEAD = 3
Moments = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Hashed:
    """What the tree needs to know of a portion.

    `tails`: for each checkpoint's size within it, and for its end, the root over its leaves up to there, by algorithm.
    `moments`: between two such sizes (by the latter), the earliest and the latest moment, each with its place.
    """

    first: int
    count: int
    tails: dict[str, dict[int, bytes]]
    moments: dict[int, Moments]
    erased: tuple[int, ...]
    marks: tuple[tuple[int, int], ...]
    faults: tuple[Fault, ...]
    leaves: tuple[bytes, ...] = ()

    @property
    def end(self) -> int:
        """The place after its last line."""
        return self.first + self.count


@dataclass(frozen=True, slots=True)
class Wanted:
    """`sizes` of checkpoints, ascending; `sm3`: the second root too.

    `leaf`: to prove this one in a tree of `tail` leaves, so that both ends' portions hand their leaves over.
    """

    sizes: tuple[int, ...] = ()
    sm3: bool = False
    leaf: int | None = None
    tail: int = 0

    def within(self, portion: Portion) -> list[int]:
        """The checkpoints' sizes that end inside of the portion or with it."""
        begin = bisect_right(self.sizes, portion.first)
        return list(self.sizes[begin : bisect_right(self.sizes, portion.first + portion.count)])

    def hands_over(self, portion: Portion) -> bool:
        """Whether the single leaves of the portion are needed."""
        if self.leaf is None:
            return False
        end = portion.first + portion.count
        return portion.first <= self.leaf < end or portion.first < self.tail <= end


def hash_portion(portion: Portion, sizes: Sequence[int], sm3: bool, leaves: bool) -> Hashed:
    """Read a portion's lines and hash them."""
    read = Read()
    for piece in portion.pieces:
        quick = read_compact(piece) if isinstance(piece, CompactPiece) else None
        read.extend(quick or read_lines(piece.read(), portion.first + len(read.commitments), piece.count))
    stops = sorted({*sizes, portion.first + portion.count})
    tails = {SHA256.name: _tails(read.commitments, portion.first, stops, SHA256)}
    if sm3:
        tails[SM3.name] = _tails(read.commitments, portion.first, stops, SM3)
    return Hashed(
        portion.first,
        portion.count,
        tails,
        _moments(read.moments, portion.first, stops),
        tuple(read.erased),
        tuple(read.marks),
        tuple(read.faults),
        tuple(map(SHA256.leaf, read.commitments)) if leaves else (),
    )


def hash_all(portions: Iterable[Portion], wanted: Wanted, processes: int) -> Iterator[Hashed]:
    """Every portion in order."""
    waiting = iter(portions)
    begun = [portion for _, portion in zip(range(FEW // PORTION), waiting, strict=False)]
    if processes < 2 or len(begun) < FEW // PORTION:
        yield from (hash_portion(*_task(one, wanted)) for one in chain(begun, waiting))
        return
    with ProcessPoolExecutor(processes) as pool:
        held: list[Future[Hashed]] = []
        for portion in chain(begun, waiting):
            held.append(pool.submit(hash_portion, *_task(portion, wanted)))
            if len(held) > processes * AHEAD:
                yield held.pop(0).result()
        for one in held:
            yield one.result()


def _task(portion: Portion, wanted: Wanted) -> tuple[Portion, list[int], bool, bool]:
    return portion, wanted.within(portion), wanted.sm3, wanted.hands_over(portion)


def _tails(
    commitments: Sequence[bytes], first: int, stops: Sequence[int], algorithm: Algorithm
) -> dict[int, bytes]:
    new = algorithm.new
    hashes = [new(LEAF + one).digest() for one in commitments]
    tree, found = Frontier(algorithm), dict[int, bytes]()
    for stop in stops:
        tree.extend(hashes[tree.size : stop - first])
        found[stop] = tree.root()
    return found


def _moments(moments: Sequence[int | None], first: int, stops: Sequence[int]) -> dict[int, Moments]:
    found = {}
    for begin, end in pairwise([first, *stops]):
        part = moments[begin - first : end - first]
        known = [one for one in part if one is not None]
        if known:
            low, high = min(known), max(known)
            found[end] = ((low, begin + part.index(low)), (high, begin + part.index(high)))
    return found
