"""Asking witnesses to cosign the latest checkpoint (C2SP tlog-witness), and keeping what they say."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from anxin.audit.alarms import raise_alarm
from anxin.audit.stored_tree import prove_growth
from anxin.audit.tree.keys import WITNESS, Malformed, VerifierKey, encode, parse_verifier_key
from anxin.audit.tree.notes import (
    DASH,
    Note,
    Signature,
    SignatureRefused,
    parse_note,
    parse_signature,
    signatures_by,
)

PATIENCE_SECONDS = 5.0
SIZE_TYPE = "text/x.tlog.size"
TRIES = 3
LARGEST_ANSWER = 64 * 1024
_LATEST = """
SELECT c.id, c.size, c.note, (
    SELECT coalesce(max(held.size), 0) FROM audit_cosignature s
    JOIN audit_witness w ON w.id = s.witness_id JOIN audit_checkpoint held ON held.id = s.checkpoint_id
    WHERE w.verifier_key = %(key)s)
FROM audit_checkpoint c ORDER BY c.size DESC LIMIT 1
"""
_KNOWN = """
INSERT INTO audit_witness (name, verifier_key) VALUES (%(name)s, %(key)s) ON CONFLICT (verifier_key) DO NOTHING
"""
_KEEP = """
INSERT INTO audit_cosignature (checkpoint_id, witness_id, line, at)
SELECT %(checkpoint)s, w.id, %(line)s, %(at)s FROM audit_witness w WHERE w.verifier_key = %(key)s
ON CONFLICT (checkpoint_id, witness_id) DO NOTHING
"""


class WitnessSilent(Exception):
    """A witness gave no cosignature and no reason to distrust the log: not reached, or something it can't do."""


class WitnessContradicts(Exception):
    """A witness holds something of this log that our log isn't a continuation of."""


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """Where a witness answers, and the key it cosigns with."""

    url: str
    key: VerifierKey


def parse_witnesses(text: str) -> list[WitnessAddress]:
    """Lines of address and verifier key; empty ones and those that begin with # are passed over. Raises `Malformed`."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or not words[0].startswith(("http://", "https://")):
            raise Malformed("见证应写作 地址 公钥", "a witness is written: address, space, verifier key")
        key = parse_verifier_key(words[1])
        if key.kind != WITNESS:
            raise Malformed("这不是见证的公钥", "this is no key of a witness")
        found.append(WitnessAddress(words[0].rstrip("/"), key))
    return found


def ask_witness(connection: psycopg.Connection[Any], witness: WitnessAddress, *, at: datetime) -> bool:
    """Whether the latest checkpoint has this witness's cosignature now. Raises `WitnessSilent`.

    A witness that holds more than we do, or another tree, raises an alarm that stops signing (`WitnessContradicts`).
    """
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"key": str(witness.key)})
        row = cursor.fetchone()
        if row is None or row[1] == row[3]:
            return row is not None
        checkpoint, size, note, held = row
        try:
            line, signature = _cosigned(cursor, witness, parse_note(note), size, held)
        except WitnessContradicts as error:
            details = {"witness": witness.key.name, "size": size, "answer": str(error)}
            raise_alarm(cursor, code="rolled_back", at=at, stops_signing=True, details=details)
            raise
        cursor.execute(_KNOWN, {"name": witness.key.name, "key": str(witness.key)})
        kept = {"checkpoint": checkpoint, "line": line, "key": str(witness.key)}
        cursor.execute(_KEEP, {**kept, "at": datetime.fromtimestamp(signature.time or 0, UTC)})
    return True


def _cosigned(
    cursor: psycopg.Cursor[Any], witness: WitnessAddress, note: Note, size: int, held: int
) -> tuple[str, Signature]:
    """Offer the checkpoint from the size that the witness holds; it corrects us where we know that wrongly."""
    for _ in range(TRIES):
        proof = prove_growth(cursor, held, size)
        body = "".join([f"old {held}\n", *(encode(one) + "\n" for one in proof), "\n", str(note)])
        status, kind, answer = _post(witness.url + "/add-checkpoint", body.encode())
        if status == 200:
            return _genuine(answer, witness.key, note)
        if status == 422:
            raise WitnessContradicts("422")
        if status != 409 or kind != SIZE_TYPE or not answer.strip().isdigit():
            raise WitnessSilent(f"{witness.key.name}: {status}")
        if int(answer) > size or int(answer) == held:
            raise WitnessContradicts(f"409 {int(answer)}")
        held = int(answer)
    raise WitnessSilent(f"{witness.key.name}: it changes its mind")


def _genuine(answer: str, key: VerifierKey, note: Note) -> tuple[str, Signature]:
    try:
        signatures = [parse_signature(line) for line in answer.splitlines() if line.startswith(DASH)]
        for one in signatures_by(Note(note.text, tuple(signatures)), key):
            return one.line, one
    except (Malformed, SignatureRefused) as error:
        raise WitnessSilent(f"{key.name}: {error}") from error
    raise WitnessSilent(f"{key.name}: no cosignature of its key")


def _post(url: str, body: bytes) -> tuple[int, str, str]:
    request = urllib.request.Request(url, data=body, method="POST", headers={"Content-Type": "text/plain"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
            return (
                response.status,
                response.headers.get_content_type(),
                response.read(LARGEST_ANSWER).decode(),
            )
    except urllib.error.HTTPError as error:
        with error:
            return (
                error.code,
                error.headers.get_content_type(),
                error.read(LARGEST_ANSWER).decode(errors="replace"),
            )
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise WitnessSilent(f"{url}: {error}") from error
