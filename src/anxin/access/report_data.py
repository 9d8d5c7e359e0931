"""The report as signed data: canonical JSON (RFC 8785) inside a compact JWS (RFC 7515, 8037)."""

from __future__ import annotations

import hashlib
from typing import Any, cast

import rfc8785

from anxin.access.report_content import ReportContent


def canonical(content: ReportContent) -> bytes:
    """The one byte form of a report; equal content gives equal bytes."""
    return bytes(rfc8785.dumps(cast(Any, content)))


def content_digest(payload: bytes) -> bytes:
    """SHA-256 of the canonical bytes, 32 bytes: by it a report is found again."""
    return hashlib.sha256(payload).digest()
