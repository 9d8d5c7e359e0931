"""The tree of RFC 9162: growing it, and the hashes that a proof needs. Verification: `proofs.py`.

A *perfect* subtree of level n spans 2^n leaves from a multiple of 2^n; its root never changes as the tree grows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anxin.audit.tree.hashing import NODE, SHA256, Algorithm

# (level, index) of a perfect subtree -> its root. Raises LookupError where it has none.
ReadNode = Callable[[int, int], bytes]
Span = tuple[int, int]


class Frontier:
    """A growing tree that keeps only the roots of its perfect subtrees: O(log n) memory whatever its size."""

    def __init__(self, algorithm: Algorithm = SHA256) -> None:
        self.algorithm = algorithm
        self.size = 0
        # At level n the root that still waits for a right sibling, or None.
        self._waiting: list[bytes | None] = []

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf by its hash."""
        carried, level, size, node = leaf_hash, 0, self.size, self.algorithm.node
        while size & 1:
            carried = node(self._waiting[level] or b"", carried)
            self._waiting[level] = None
            size, level = size >> 1, level + 1
        if level == len(self._waiting):
            self._waiting.append(None)
        self._waiting[level] = carried
        self.size += 1

    def extend(self, leaf_hashes: Sequence[bytes], level: int = 0) -> None:
        """Add leaves by their hashes, or the roots of perfect subtrees of a level; the size must be a multiple of 2^level."""
        if self.size & ((1 << level) - 1):
            raise ValueError("the tree's size is not a multiple of the subtrees' width")
        self.size += len(leaf_hashes) << level
        hashes = list(leaf_hashes)
        while hashes:
            while len(self._waiting) <= level:
                self._waiting.append(None)
            waiting = self._waiting[level]
            if waiting is not None:
                hashes.insert(0, waiting)
            self._waiting[level] = hashes.pop() if len(hashes) & 1 else None
            hashes = pair_up(hashes, self.algorithm)
            level += 1

    def root(self, tail: bytes | None = None) -> bytes:
        """The root of the tree as it stands; of an empty tree the hash of nothing.

        `tail`: the root over further leaves, fewer than the smallest perfect subtree here spans.
        """
        roots = [one for one in [tail, *self._waiting] if one is not None]
        if not roots:
            return self.algorithm.digest(b"")
        root = roots[0]
        for left in roots[1:]:
            root = self.algorithm.node(left, root)
        return root

    def copy(self) -> Frontier:
        """The same tree, to grow apart."""
        other = Frontier(self.algorithm)
        other.size, other._waiting = self.size, list(self._waiting)
        return other


def pair_up(hashes: Sequence[bytes], algorithm: Algorithm) -> list[bytes]:
    """One level up: the nodes over each two neighbors. An even number of hashes."""
    new = algorithm.new
    return [new(NODE + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=True)]


def perfect_root(hashes: Sequence[bytes], algorithm: Algorithm = SHA256) -> bytes:
    """The root over a number of hashes that is a power of two."""
    while len(hashes) > 1:
        hashes = pair_up(hashes, algorithm)
    return hashes[0]


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans of leaves whose roots prove leaf `index` in a tree of `size`, lowest first (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    start, end, spans = 0, size, list[Span]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(size1: int, size2: int) -> list[Span]:
    """The spans of leaves whose roots prove that a tree of `size2` begins with one of `size1` (RFC 9162, 2.1.4.1)."""
    if not 0 < size1 <= size2:
        raise ValueError("a tree proves consistency only with a smaller one that is not empty")
    start, end, spans = 0, size2, list[Span]()
    while size1 != end:
        middle = start + _split(end - start)
        if size1 <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return spans[::-1]


def span_root(span: Span, read: ReadNode, algorithm: Algorithm = SHA256) -> bytes:
    """The root over a span that begins where a perfect subtree of at least its width begins."""
    start, end = span
    roots = []
    while start < end:
        level = (end - start).bit_length() - 1
        roots.append(read(level, start >> level))
        start += 1 << level
    root = roots.pop()
    while roots:
        root = algorithm.node(roots.pop(), root)
    return root


def tree_root(size: int, read: ReadNode, algorithm: Algorithm = SHA256) -> bytes:
    """The root of the first `size` leaves."""
    return span_root((0, size), read, algorithm) if size else algorithm.digest(b"")


def inclusion_proof(index: int, size: int, read: ReadNode, algorithm: Algorithm = SHA256) -> list[bytes]:
    """The hashes that prove leaf `index` in a tree of `size`."""
    return [span_root(span, read, algorithm) for span in inclusion_spans(index, size)]


def consistency_proof(size1: int, size2: int, read: ReadNode, algorithm: Algorithm = SHA256) -> list[bytes]:
    """The hashes that prove that the tree of `size2` begins with the tree of `size1`; none where they are equal."""
    return [span_root(span, read, algorithm) for span in consistency_spans(size1, size2)]


def nodes_of(leaf_hashes: Sequence[bytes], algorithm: Algorithm = SHA256) -> ReadNode:
    """Reads nodes from leaf hashes held in memory; every level is kept, about 2 hashes a leaf."""
    levels = [list(leaf_hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(pair_up(below[: len(below) & ~1], algorithm))
    return lambda level, index: levels[level][index]


def _split(width: int) -> int:
    """The largest power of two below the width, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)
