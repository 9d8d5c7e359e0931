"""Verifying proofs, step by step as RFC 9162 (2.1.3.2 and 2.1.4.2) says; shares no code with making them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from anxin.audit.tree.hashing import SHA256, SIZE, Algorithm
from anxin.kernel.text import Bilingual

LARGEST_SIZE = 2**64 - 1
LONGEST_PROOF = 64


class ProofInvalid(Exception):
    """A proof that proves nothing, and why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.why = Bilingual(zh, en)
        super().__init__(en)


def verify_inclusion(
    *,
    index: int,
    size: int,
    leaf_hash: bytes,
    proof: Sequence[bytes],
    root: bytes,
    algorithm: Algorithm = SHA256,
) -> None:
    """Return where the tree of `size` under `root` holds the leaf at `index`; else raise `ProofInvalid`."""
    _check_sizes(index, size)
    if index >= size:
        raise ProofInvalid("序号不在树内", "the index is not below the tree's size")
    _check_hashes([leaf_hash, *proof])
    place, last, found = index, size - 1, leaf_hash
    for one in proof:
        if last == 0:
            raise _too_long()
        if place & 1 or place == last:
            found = algorithm.node(one, found)
            place, last = _rise_to_odd(place, last)
        else:
            found = algorithm.node(found, one)
        place, last = place >> 1, last >> 1
    if last:
        raise _too_short()
    if not hmac.compare_digest(found, root):
        raise ProofInvalid("算出的根与所给的根不同", "the computed root is not the given root")


def verify_consistency(
    *,
    size1: int,
    size2: int,
    root1: bytes,
    root2: bytes,
    proof: Sequence[bytes],
    algorithm: Algorithm = SHA256,
) -> None:
    """Return where the tree of `size2` begins with that of `size1`; else raise `ProofInvalid`."""
    _check_sizes(size1, size2)
    if size1 == 0:
        raise ProofInvalid("从空树出发什么也证明不了", "a proof from size 0 proves nothing")
    if size1 > size2:
        raise ProofInvalid("旧树比新树大", "the older tree is larger than the newer")
    _check_hashes(proof)
    if size1 == size2:
        _check_equal(root1, root2, proof)
        return
    if not proof:
        raise _too_short()
    found1, found2 = _both_roots(size1, size2, root1, proof, algorithm)
    if not hmac.compare_digest(found1, root1):
        raise ProofInvalid("算出的旧根与所给的不同", "the computed older root is not the given one")
    if not hmac.compare_digest(found2, root2):
        raise ProofInvalid("算出的新根与所给的不同", "the computed newer root is not the given one")


def _both_roots(
    size1: int, size2: int, root1: bytes, proof: Sequence[bytes], algorithm: Algorithm
) -> tuple[bytes, bytes]:
    # Where the older tree is perfect its root is a node of the newer one, and the proof leaves it out.
    path = list(proof) if size1 & (size1 - 1) else [root1, *proof]
    place, last = size1 - 1, size2 - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found1 = found2 = path[0]
    for one in path[1:]:
        if last == 0:
            raise _too_long()
        if place & 1 or place == last:
            found1, found2 = algorithm.node(one, found1), algorithm.node(one, found2)
            place, last = _rise_to_odd(place, last)
        else:
            found2 = algorithm.node(found2, one)
        place, last = place >> 1, last >> 1
    if last:
        raise _too_short()
    return found1, found2


def _rise_to_odd(place: int, last: int) -> tuple[int, int]:
    """On the right edge: skip the levels where this node has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _check_equal(root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise _too_long()
    if not hmac.compare_digest(root1, root2):
        raise ProofInvalid("同样大小的两棵树根不同", "two trees of one size have different roots")


def _check_sizes(*numbers: int) -> None:
    if any(not 0 <= number <= LARGEST_SIZE for number in numbers):
        raise ProofInvalid("序号或者大小超出范围", "an index or size is out of range")


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > LONGEST_PROOF + 1:
        raise _too_long()
    if any(len(one) != SIZE for one in hashes):
        raise ProofInvalid("哈希值不是 32 字节", "a hash is not of 32 bytes")


def _too_long() -> ProofInvalid:
    return ProofInvalid("证明过长", "the proof is too long")


def _too_short() -> ProofInvalid:
    return ProofInvalid("证明过短", "the proof is too short")
