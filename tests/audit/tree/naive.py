"""The tree as RFC 9162 defines it, by plain recursion over lists: slow, and independent of the product's code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hypothesis import strategies as st


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(b"\x00" + str(one).encode()).digest() for one in range(count)]


def half(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    middle = half(len(hashes))
    return node(root(hashes[:middle]), root(hashes[middle:]))


def inclusion(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    middle = half(len(hashes))
    if index < middle:
        return [*inclusion(index, hashes[:middle]), root(hashes[middle:])]
    return [*inclusion(index - middle, hashes[middle:]), root(hashes[:middle])]


def consistency(size: int, hashes: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    if size == len(hashes):
        return [] if whole else [root(hashes)]
    middle = half(len(hashes))
    if size <= middle:
        return [*consistency(size, hashes[:middle], whole=whole), root(hashes[middle:])]
    return [*consistency(size - middle, hashes[middle:], whole=False), root(hashes[:middle])]


MOST = 700
LEAVES = leaves(MOST)
sizes = st.integers(1, MOST)


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    larger = draw(sizes)
    return draw(st.integers(1, larger)), larger
