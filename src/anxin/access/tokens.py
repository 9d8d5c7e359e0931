"""Checks the signed data of a report: pure, no database, no settings; works without a network.

    checked = check_token(text, public_keys)          # keys as `GET /api/keys` gives them
    checked.fault or checked.content["number"]

Compact JWS (RFC 7515) under Ed25519 (RFC 8037). The algorithm is fixed here and never taken from the token.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import JWSRegistry

ALGORITHM = "Ed25519"
LONGEST_TOKEN = 4_000_000
_REGISTRY = JWSRegistry(algorithms=[ALGORITHM])
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}")
MOST_STREAMS = 5_000
_BEGINS = "eyJ"


class Fault(Enum):
    """Why a text is not the signed data of a report of ours."""

    NOT_SIGNED_DATA = "not_signed_data"
    UNKNOWN_KEY = "unknown_key"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class CheckedToken:
    """Either `fault`, or the bytes that were signed and what they say."""

    fault: Fault | None
    payload: bytes = b""
    content: dict[str, Any] | None = None


def check_token(text: str, public_keys: dict[str, Any]) -> CheckedToken:
    """Whether one of the keys signed exactly this text. Line breaks and spaces around and within are ignored."""
    token = "".join(text[:LONGEST_TOKEN].split())
    key_name = _key_name(token)
    if key_name is None:
        return CheckedToken(Fault.NOT_SIGNED_DATA)
    keys = [key for key in public_keys["keys"] if key.get("kid") == key_name]
    if not keys:
        return CheckedToken(Fault.UNKNOWN_KEY)
    try:
        found = jws.deserialize_compact(token, KeySet([OKPKey.import_key(keys[0])]), registry=_REGISTRY)
        content = json.loads(found.payload)
    except (JoseError, ValueError):
        return CheckedToken(Fault.CHANGED)
    if not isinstance(content, dict) or not isinstance(content.get("number"), str):
        return CheckedToken(Fault.NOT_SIGNED_DATA)
    return CheckedToken(None, found.payload, content)


def token_in_file(content: bytes) -> str | None:
    """The signed data of a `.jws` file, or the attachment of a report's PDF; None where there is neither.

    A PDF is not parsed: of each of its first streams three characters are unpacked, and only one that begins like a token is
    unpacked further, to the length of a token at most. A file made to keep us busy gets no further than a real one.
    """
    if not content.startswith(b"%PDF-"):
        try:
            return content.decode("ascii")
        except UnicodeDecodeError:
            return None
    for stream in islice(_streams(content), MOST_STREAMS):
        if _unpacked(stream, len(_BEGINS)) == _BEGINS:
            found = _unpacked(stream, LONGEST_TOKEN)
            return found if _COMPACT.fullmatch(found) else None
    return None


def _streams(content: bytes) -> Iterator[bytes]:
    """What stands between `stream` and `endstream`, from front to back, each byte looked at once."""
    end = 0
    while (begin := content.find(b"stream", end)) >= 0 and (end := content.find(b"endstream", begin)) >= 0:
        yield content[begin + len(b"stream") : end].strip(b"\r\n")
        end += len(b"endstream")


def _unpacked(stream: bytes, longest: int) -> str:
    try:
        return zlib.decompressobj().decompress(stream, longest).decode("ascii")
    except (zlib.error, UnicodeDecodeError):
        return stream[:longest].decode("ascii", "replace")


def _key_name(token: str) -> str | None:
    """The `kid` of a compact JWS under our algorithm; None for anything else."""
    if not _COMPACT.fullmatch(token):
        return None
    try:
        header = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError):
        return None
    name = header.get("kid")
    return name if isinstance(name, str) and header.get("alg") == ALGORITHM else None
