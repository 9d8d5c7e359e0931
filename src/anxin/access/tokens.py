"""Checks the signed data of a report: pure, no database, no settings; works without a network.

    checked = check_token(text, public_keys)          # keys as `GET /api/keys` gives them
    checked.fault or checked.content["number"]

Compact JWS (RFC 7515) under Ed25519 (RFC 8037). Algorithm and kind of document are fixed here and never taken from the token.
"""

from __future__ import annotations

import base64
import binascii
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
# Stands in the signed header, so that nothing else that our keys sign passes for a report. Reports of before it have none.
DOCUMENT_TYPE = "credit-report+jws"
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
    OTHER_DOCUMENT = "other_document"


@dataclass(frozen=True, slots=True)
class CheckedToken:
    """Either `fault`, or the bytes that were signed, what they say, and the public key that signed them."""

    fault: Fault | None
    payload: bytes = b""
    content: dict[str, Any] | None = None
    key: dict[str, Any] | None = None


def check_token(text: str, public_keys: dict[str, Any]) -> CheckedToken:
    """Whether one of the keys signed exactly this text. Line breaks and spaces around and within are ignored."""
    token = "".join(text[:LONGEST_TOKEN].split())
    header = _header(token)
    if header is None:
        return CheckedToken(Fault.NOT_SIGNED_DATA)
    keys = [key for key in public_keys["keys"] if key.get("kid") == header["kid"]]
    if not keys:
        return CheckedToken(Fault.UNKNOWN_KEY)
    try:
        found = jws.deserialize_compact(token, KeySet([_public(keys[0])]), registry=_REGISTRY)
        content = json.loads(found.payload)
    except (JoseError, ValueError):
        return CheckedToken(Fault.CHANGED)
    if header.get("typ", DOCUMENT_TYPE) != DOCUMENT_TYPE:
        return CheckedToken(Fault.OTHER_DOCUMENT)
    if not isinstance(content, dict) or not isinstance(content.get("number"), str):
        return CheckedToken(Fault.OTHER_DOCUMENT)
    return CheckedToken(None, found.payload, content, keys[0])


def _public(key: dict[str, Any]) -> OKPKey:
    return OKPKey.import_key({name: key[name] for name in ("kty", "crv", "x", "kid") if name in key})


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


def _header(token: str) -> dict[str, Any] | None:
    """The header of a compact JWS under our algorithm and a named key; None for anything else."""
    if not _COMPACT.fullmatch(token) or not all(_is_shortest(part) for part in token.split(".")):
        return None
    try:
        header: dict[str, Any] = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError):
        return None
    return header if isinstance(header.get("kid"), str) and header.get("alg") == ALGORITHM else None


def _is_shortest(part: str) -> bool:
    """Whether the text is the one base64url form of its bytes: the last character has bits that no byte needs."""
    try:
        plain = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        return False
    return base64.urlsafe_b64encode(plain).rstrip(b"=") == part.encode()
