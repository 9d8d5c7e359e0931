"""The SHA-256 of a file, and whether it is the one that was declared."""

from __future__ import annotations

import hashlib
import hmac
import re

from anxin.intake.reading.source import Source
from anxin.intake.refusals import WrongDigest

_WRITTEN = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def file_digest(source: Source) -> bytes:
    """The 32 bytes of the file's SHA-256."""
    digest = hashlib.sha256()
    for block in source.blocks():
        digest.update(block)
    return digest.digest()


def written_digest(text: str) -> bytes | None:
    """The 32 bytes of a digest as people write it (hexadecimal, perhaps after `sha256:`), None where it is none."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    return bytes.fromhex(found[1]) if found else None


def check_digest(digest: bytes, declared: bytes | None) -> None:
    """Hold a unit to the digest it declared. Raises `WrongDigest`."""
    if declared is not None and not hmac.compare_digest(digest, declared):
        raise WrongDigest
