"""The SHA-256 of a file, and whether it is the one that was declared."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from anxin.intake.refusals import WrongDigest

_WRITTEN = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def file_digest(path: Path) -> bytes:
    """The 32 bytes of the file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def written_digest(text: str) -> bytes | None:
    """The 32 bytes of a digest as people write it (hexadecimal, perhaps after `sha256:`), None where it is none."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    return bytes.fromhex(found[1]) if found else None


def check_digest(digest: bytes, declared: bytes | None) -> None:
    """Hold a unit to the digest it declared. Raises `WrongDigest`."""
    if declared is not None and not hmac.compare_digest(digest, declared):
        raise WrongDigest
