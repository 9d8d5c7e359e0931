"""Keys for one purpose, made from the key ring: who holds one can open nothing of another purpose."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from anxin.subjects.keys import load_key_ring


@lru_cache(maxsize=16)
def current_key(path: str, purpose: str) -> tuple[str, bytes]:
    """Name and 32 bytes of the key that encrypts now."""
    name = load_key_ring(path).current
    return name, derived_key(path, purpose, name)


@lru_cache(maxsize=64)
def derived_key(path: str, purpose: str, name: str) -> bytes:
    """The 32 bytes under a name of the ring (HKDF, RFC 5869). Raises `KeyError` for a name that the ring lacks."""
    secret = load_key_ring(path).encryption[name]
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"anxin {purpose}".encode()).derive(secret)
