"""Signed notes (C2SP signed-note) and the cosignatures of witnesses on them (C2SP tlog-cosignature, version 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from anxin.audit.tree.keys import (
    ID_SIZE,
    LOG,
    WITNESS,
    Malformed,
    SigningKey,
    VerifierKey,
    check_name,
    decode,
    encode,
)

DASH = "— "
SIGNATURE_SIZE, TIME_SIZE = 64, 8
LARGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 64


class SignatureRefused(Exception):
    """A signature under a known key's name and id that this key did not make, or made when it no longer could."""

    def __init__(self, key: VerifierKey, reason: str) -> None:
        # `reason`: "wrong" or "outside" (of the key's time).
        self.key, self.reason = key, reason
        super().__init__(f"{key.name}: {reason}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: `blob` is what follows the key's id."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """As it stands in a note, with its line end."""
        return f"{DASH}{self.name} {encode(self.key_id + self.blob)}\n"

    @property
    def time(self) -> int | None:
        """When a witness cosigned, in seconds since 1970; None for another kind of signature."""
        if len(self.blob) != TIME_SIZE + SIGNATURE_SIZE:
            return None
        return int.from_bytes(self.blob[:TIME_SIZE], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line end, and its signatures."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line for one in self.signatures)

    def with_signatures(self, added: Iterable[Signature]) -> Note:
        """The same note with more signatures; one that is there already is not repeated."""
        new = [one for one in added if one not in self.signatures]
        return replace(self, signatures=(*self.signatures, *new))

    def by(self, key: VerifierKey) -> list[Signature]:
        """The signatures under a key's name and id, genuine or not."""
        return [one for one in self.signatures if (one.name, one.key_id) == (key.name, key.key_id)]


def parse_note(text: str) -> Note:
    """Raises `Malformed`."""
    if len(text) > LARGEST_NOTE:
        raise Malformed("签名文本过长", "the note is too long")
    if any(ord(one) < 32 and one != "\n" for one in text):
        raise Malformed("签名文本含有控制字符", "the note holds a control character")
    body, blank, lines = text.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise Malformed("签名文本没有签名部分", "the note has no signatures")
    found = [parse_signature(line) for line in lines.removesuffix("\n").split("\n")]
    if len(found) > MOST_SIGNATURES:
        raise Malformed("签名过多", "the note has too many signatures")
    return Note(body + "\n", tuple(found))


def parse_signature(line: str) -> Signature:
    """The signature of one line, without its line end. Raises `Malformed`."""
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not space:
        raise Malformed("签名行写法不对", "a signature line is not written as it must be")
    check_name(name)
    data = decode(encoded)
    if len(data) <= ID_SIZE:
        raise Malformed("签名过短", "a signature is too short")
    return Signature(name, data[:ID_SIZE], data[ID_SIZE:])


def sign(text: str, key: SigningKey) -> Signature:
    """A log's signature over the text of a note."""
    if key.verifier.kind != LOG:
        raise ValueError("a witness's key signs cosignatures only")
    return Signature(key.verifier.name, key.verifier.key_id, key.sign(text.encode()))


def cosign(text: str, key: SigningKey, *, at: int) -> Signature:
    """A witness's cosignature over the text of a note; `at` in seconds since 1970."""
    if key.verifier.kind != WITNESS:
        raise ValueError("a log's key signs notes only")
    blob = at.to_bytes(TIME_SIZE, "big") + key.sign(_cosigned(text, at))
    return Signature(key.verifier.name, key.verifier.key_id, blob)


def signatures_by(note: Note, key: VerifierKey, *, moment: int | None = None) -> list[Signature]:
    """The genuine signatures of a key on a note; raises `SignatureRefused` where one under its name and id is not.

    A cosignature carries its own moment; for a log's signature the caller gives what witnesses say.
    """
    found = note.by(key)
    for one in found:
        if not _genuine(one, note.text, key):
            raise SignatureRefused(key, "wrong")
        if not key.held_at(one.time if key.kind == WITNESS else moment):
            raise SignatureRefused(key, "outside")
    return found


def held_signatures(note: Note, keys: Sequence[VerifierKey], *, moment: int | None = None) -> list[Signature]:
    """The genuine signatures of several keys that follow one another: those made in their key's time.

    Raises `SignatureRefused` where one is not genuine, or where there are some and none was made in time.
    """
    held: list[Signature] = []
    outside: SignatureRefused | None = None
    for key in keys:
        try:
            held += signatures_by(note, key, moment=moment)
        except SignatureRefused as refused:
            if refused.reason == "wrong":
                raise
            outside = refused
    if outside is not None and not held:
        raise outside
    return held


def is_signed(note: Note, keys: Sequence[VerifierKey], *, moment: int | None = None) -> bool:
    """Whether one of the keys signed the note in its time. Raises `SignatureRefused`."""
    return bool(held_signatures(note, keys, moment=moment))


def _genuine(one: Signature, text: str, key: VerifierKey) -> bool:
    if key.kind == LOG:
        return len(one.blob) == SIGNATURE_SIZE and key.verifies(one.blob, text.encode())
    moment = one.time
    if moment is None or moment >= 1 << 63:
        return False
    return key.verifies(one.blob[TIME_SIZE:], _cosigned(text, moment))


def _cosigned(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()
