"""The code on a report's paper: where to check it, with the digest of its data. Pure.

    https://…/verify/NUMBER?h=DIGEST&k=KEY&c=CHECKPOINT

`h`: SHA-256 of the canonical data, base64url, 43 characters. `k`: name of the key that signed. `c`: digest of the checkpoint
note of the log, left out where there was none. Only the shortest writing of each is read, so that a cut or re-encoded code is
no code.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from anxin.access.issued_content import IssuedContent

_PARTS = {"h", "k", "c"}
_NUMBER = re.compile(r"[0-9]{14}[0-9A-Z]{8}")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class ReportCode:
    """What a code says; `checkpoint`: SHA-256 of the note, None where the report rests on none."""

    number: str
    digest: bytes
    signer: str
    checkpoint: bytes | None = None


def code_of(content: IssuedContent, digest: bytes) -> ReportCode:
    """The code of a report whose canonical data have this digest."""
    return ReportCode(content["number"], digest, content["signer"], checkpoint_digest(content["checkpoint"]))


def checkpoint_digest(note: str | None) -> bytes | None:
    """How a code names a checkpoint."""
    return None if note is None else hashlib.sha256(note.encode()).digest()


def write_code(code: ReportCode, verify_at: str) -> str:
    """The address that the code leads to."""
    end = "" if code.checkpoint is None else f"&c={_written(code.checkpoint)}"
    return f"{verify_at}?h={_written(code.digest)}&k={code.signer}{end}"


def read_code(number: str, query: Mapping[str, str]) -> ReportCode | None:
    """What an address says; None unless every part is whole and in its shortest form."""
    digest, signer = _read(query.get("h", "")), query.get("k", "")
    checkpoint = _read(query["c"]) if "c" in query else None
    if set(query) - _PARTS or digest is None or not _KEY.fullmatch(signer) or not _NUMBER.fullmatch(number):
        return None
    if "c" in query and checkpoint is None:
        return None
    return ReportCode(number, digest, signer, checkpoint)


def _written(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _read(text: str) -> bytes | None:
    try:
        digest = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest if len(digest) == 32 and _written(digest) == text else None
