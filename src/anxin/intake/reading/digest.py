"""The SHA-256 of a file, and whether it is the one that was declared."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from anxin.intake.refusals import WrongDigest


def file_digest(path: Path) -> bytes:
    """The 32 bytes of the file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def check_digest(path: Path, declared: str | None) -> bytes:
    """The file's digest. Raises `WrongDigest` where `declared` (hexadecimal, perhaps after `sha256:`) is another."""
    digest = file_digest(path)
    if declared is not None:
        stated = declared.strip().lower().removeprefix("sha256:")
        if not hmac.compare_digest(stated.encode(), digest.hex().encode()):
            raise WrongDigest
    return digest
