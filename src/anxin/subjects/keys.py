"""The key ring for personal numbers: a file outside the database (Art. 8, 14).

Numbers are encrypted with AES-SIV (equal inputs give equal outputs only under the same key and context) and found by
HMAC-SHA256. A new key is added after the old ones; `current` encrypts, all decrypt, and the oldest one marks what makes
two rows the same.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

# What a person's number is encrypted under: the column that holds it.
IDENTIFIER_CONTEXT = "subjects_personalidentifier.encrypted"


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(key)


@dataclass(frozen=True)
class KeyRing:
    """Keys by name; `current` is the one new values are encrypted under. No key stands in a traceback or a log."""

    current: str
    encryption: dict[str, bytes] = field(repr=False)
    search: dict[str, bytes] = field(repr=False)

    def encrypt(self, plain: bytes, context: str) -> bytes:
        """Ciphertext under the current key; `context` (such as a table's name) must be the same to decrypt."""
        return _cipher(self.encryption[self.current]).encrypt(plain, [context.encode()])

    def decrypt(self, encrypted: bytes, context: str, key_name: str) -> bytes:
        """The plain bytes. Raises `cryptography.exceptions.InvalidTag` where key or context are not the same."""
        return _cipher(self.encryption[key_name]).decrypt(encrypted, [context.encode()])

    def digest(self, number: str) -> bytes:
        """32 bytes by which a number is found without being readable."""
        return hmac.digest(self.search[self.current], number.encode(), "sha256")

    def mark(self, text: str) -> bytes:
        """32 bytes that tell equal texts without being readable; they stay the same when a key is added to the ring."""
        return hmac.digest(next(iter(self.search.values())), text.encode(), "sha256")

    def digests(self, number: str) -> dict[str, bytes]:
        """The same under every key by its name: a number stored before the last change of keys is found too."""
        return {name: hmac.digest(key, number.encode(), "sha256") for name, key in self.search.items()}


@lru_cache(maxsize=4)
def load_key_ring(path: str) -> KeyRing:
    """Read a ring: `{"current": name, "keys": {name: {"encryption": base64 of 64 bytes, "search": base64}}}`."""
    ring = json.loads(Path(path).read_text(encoding="utf-8"))
    keys = ring["keys"]
    return KeyRing(
        current=ring["current"],
        encryption={name: base64.b64decode(key["encryption"]) for name, key in keys.items()},
        search={name: base64.b64decode(key["search"]) for name, key in keys.items()},
    )
