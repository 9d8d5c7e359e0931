"""The keys that sign checkpoints: Ed25519, in a file of their own, apart from the keys that sign reports.

The file: `{"name": origin, "keys": [{"secret": …, "begins": seconds, "ends": seconds or null}]}`. Every key whose time it is
signs, so that during an overlap both the old and the new verifier key are content.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anxin.audit.tree.keys import LOG, SigningKey, VerifierKey, parse_signing_key
from anxin.audit.tree.notes import Note, sign


@dataclass(frozen=True, slots=True)
class LogKeys:
    """A ring; `name` is the log's origin and the name of each of its keys."""

    name: str
    keys: tuple[SigningKey, ...]

    def signed(self, text: str, at: datetime) -> Note:
        """The text with a signature of every key whose time it is. Raises LookupError where there is none."""
        holding = [key for key in self.keys if key.verifier.held_at(int(at.timestamp()))]
        if not holding:
            raise LookupError("no key of the log holds now")
        return Note(text, tuple(sign(text, key) for key in holding))

    def public(self) -> list[VerifierKey]:
        """Their public halves with the time of each."""
        return [key.verifier for key in self.keys]

    def trust_lines(self) -> str:
        """What a witness or verifier is given: a line a key."""
        return "".join(
            f"{key}{_bound('from', key.begins)}{_bound('to', key.ends)}\n" for key in self.public()
        )


def read_log_keys(path: Path) -> LogKeys:
    """The ring of a file."""
    ring = json.loads(path.read_text(encoding="utf-8"))
    return LogKeys(
        ring["name"], tuple(_timed(one["secret"], one["begins"], one["ends"]) for one in ring["keys"])
    )


def make_log_keys(name: str, *, at: datetime) -> LogKeys:
    """A new ring with one key."""
    return LogKeys(name, (_new(name, at),))


def rotate_log_keys(keys: LogKeys, *, at: datetime, overlap: timedelta) -> LogKeys:
    """A further key from now on; those that had no end go on signing for the overlap."""
    end = int((at + overlap).timestamp())
    return LogKeys(keys.name, (*(_ended(key, end) for key in keys.keys), _new(keys.name, at)))


def revoke_log_key(keys: LogKeys, key_id: str, *, at: datetime) -> LogKeys:
    """End a key now. What it signed before still holds; where it was the last, a new one begins. Raises LookupError."""
    if key_id not in {key.verifier.key_id.hex() for key in keys.keys}:
        raise LookupError(key_id)
    now = int(at.timestamp())
    ended = tuple(_ended(key, now) if key.verifier.key_id.hex() == key_id else key for key in keys.keys)
    if any(key.verifier.held_at(now) for key in ended):
        return LogKeys(keys.name, ended)
    return LogKeys(keys.name, (*ended, _new(keys.name, at)))


def written(keys: LogKeys) -> str:
    """The ring as its file holds it: a secret."""
    ring = [
        {"secret": key.secret_text(), "begins": key.verifier.begins, "ends": key.verifier.ends}
        for key in keys.keys
    ]
    return json.dumps({"name": keys.name, "keys": ring})


def write_log_keys(path: Path, keys: LogKeys) -> None:
    """Put the ring in its file, readable by its owner alone; a crash leaves the old or the new one."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(written(keys))
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def _new(name: str, at: datetime) -> SigningKey:
    key = SigningKey.make(name, LOG)
    return replace(key, verifier=replace(key.verifier, begins=int(at.timestamp())))


def _ended(key: SigningKey, end: int) -> SigningKey:
    ends = end if key.verifier.ends is None else min(end, key.verifier.ends)
    return replace(key, verifier=replace(key.verifier, ends=ends))


def _timed(secret: str, begins: int | None, ends: int | None) -> SigningKey:
    key = parse_signing_key(secret)
    return replace(key, verifier=replace(key.verifier, begins=begins, ends=ends))


def _bound(word: str, moment: int | None) -> str:
    return "" if moment is None else f" {word} {datetime.fromtimestamp(moment, UTC).isoformat()}"
