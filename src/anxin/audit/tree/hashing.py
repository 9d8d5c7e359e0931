"""The two hash functions of the tree, and how RFC 9162 (2.1.1) keeps leaves and nodes apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cryptography.hazmat.primitives import hashes

SIZE = 32
LEAF, NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A hash function of 32 bytes. `new(data)` gives an object with `.digest()`, which hot loops call themselves."""

    name: str
    new: Callable[..., hashlib._Hash]

    def digest(self, data: bytes) -> bytes:
        """The hash of the data, 32 bytes."""
        return self.new(data).digest()

    def leaf(self, data: bytes) -> bytes:
        """The hash of a leaf that holds `data`."""
        return self.new(LEAF + data).digest()

    def node(self, left: bytes, right: bytes) -> bytes:
        """The hash of a node over its two children."""
        return self.new(NODE + left + right).digest()


class _Sm3:
    """SM3 (GB/T 32905) where Python's own OpenSSL was built without it."""

    def __init__(self, data: bytes = b"") -> None:
        self._hash = hashes.Hash(hashes.SM3())
        self._hash.update(data)

    def digest(self) -> bytes:
        return self._hash.copy().finalize()


def _sm3() -> Callable[..., hashlib._Hash]:
    try:
        hashlib.new("sm3")
    except ValueError:
        return _Sm3  # type: ignore[return-value]
    return partial(hashlib.new, "sm3")


SHA256 = Algorithm("sha256", hashlib.sha256)
SM3 = Algorithm("sm3", _sm3())


def commit(salt: bytes, entry: str) -> bytes:
    """What the tree holds of a log row: SHA-256 over its 16 bytes of salt and its canonical text."""
    return hashlib.sha256(salt + entry.encode()).digest()
