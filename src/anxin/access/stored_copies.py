"""The issued content, kept encrypted: opened only for who presents the report itself or its whole code.

AES-256-GCM under a key of its own from the ring, bound to number and digest. The database gives the sealed bytes only
for the right digest (`report_standing`), and whoever knows the digest holds the report already: nothing new is told.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from anxin.subjects.derived_keys import current_key, derived_key

PURPOSE = "stored report"


@dataclass(frozen=True, slots=True)
class SealedCopy:
    """`sealed`: 12 bytes of nonce, then the ciphertext with its tag."""

    key_name: str
    sealed: bytes


def seal_copy(payload: bytes, *, number: str, digest: bytes) -> SealedCopy:
    """The canonical bytes of a report, as they are stored."""
    name, key = current_key(settings.KEY_RING, PURPOSE)
    nonce = secrets.token_bytes(12)
    return SealedCopy(name, nonce + AESGCM(key).encrypt(nonce, payload, _bound(number, digest)))


def open_copy(copy: SealedCopy, *, number: str, digest: bytes) -> bytes | None:
    """The canonical bytes again; None where they were changed, moved or sealed under a key that is gone."""
    try:
        key = derived_key(settings.KEY_RING, PURPOSE, copy.key_name)
        payload = AESGCM(key).decrypt(copy.sealed[:12], copy.sealed[12:], _bound(number, digest))
    except (InvalidTag, KeyError, ValueError):
        return None
    return payload if hashlib.sha256(payload).digest() == digest else None


def _bound(number: str, digest: bytes) -> bytes:
    return number.encode() + b"\0" + digest
