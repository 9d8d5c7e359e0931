"""The compact form of an export, checked twice as fast: `entries-NNNNNN.txt` and `leaves-NNNNNN.bin`, a million entries each.

A line of the first is an entry's text as it was committed to (JSON has no line ends in it), empty where it was erased. A record of
the second is its salt (16 bytes, zeros where erased) and its commitment (32 bytes). Whatever is unusual is read as the lines of
the other form would be, so that both forms are judged by the same rules.
"""

from __future__ import annotations

import json
from binascii import b2a_base64
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, repeat
from pathlib import Path
from struct import iter_unpack
from typing import BinaryIO

from anxin.audit.verifier.lines import Read

RECORD, SALT = 48, 16
NO_SALT = bytes(SALT)
KINDS = {b'["q"', b'["e"'}
# As many bytes of text are read at a time as stay in a processor's cache.
PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class CompactPiece:
    """Some lines of a file of entries with their records. `place`: of the first in the log; `record`: within its file."""

    path: Path
    start: int
    length: int
    count: int
    place: int
    record: int

    def texts(self) -> bytes:
        """The lines, each with a line end."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            found = file.read(self.length)
        return found if found.endswith(b"\n") or not found else found + b"\n"

    def records(self) -> bytes:
        """As many as there are lines, or fewer where the file ends."""
        try:
            with records_of(self.path).open("rb") as file:
                file.seek(self.record * RECORD)
                return file.read(self.count * RECORD)
        except OSError:
            return b""

    def read(self) -> bytes:
        """The same as lines of the other form."""
        records = self.records()
        cut = (records[at : at + RECORD] for at in range(0, len(records), RECORD))
        texts = chain(self.texts().split(b"\n")[:-1], repeat(b""))
        found = zip(range(self.place, self.place + self.count), texts, chain(cut, repeat(b"")), strict=False)
        return b"".join(_line(index, text, record) for index, text, record in found)


def records_of(entries: Path) -> Path:
    """The file of records that belongs to a file of entries."""
    return entries.with_name(entries.name.replace("entries-", "leaves-")).with_suffix(".bin")


def entry_files(folder: Path) -> list[Path]:
    """In the order of their numbers."""
    return sorted(folder.glob("entries-*.txt"))


@dataclass(slots=True)
class CompactReader:
    """Reads one pair of files from its beginning. `record`: how many were read."""

    path: Path
    file: BinaryIO
    record: int = 0

    def __call__(self, most: int, place: int) -> CompactPiece | None:
        """The next lines, at most so many; where text ends before the records, these alone; None at the end of both."""
        start = self.file.tell()
        lines = self.file.read(PIECE) + self.file.readline()
        count = lines.count(b"\n") + (lines[-1:] not in {b"", b"\n"})
        if count > most:
            *_, rest = lines.split(b"\n", most)
            lines, count = lines[: len(lines) - len(rest)], most
            self.file.seek(start + len(lines))
        if not lines:
            count = min(max(_records_in(self.path) - self.record, 0), most)
        piece = CompactPiece(self.path, start, len(lines), count, place, self.record)
        self.record += count
        return piece if count else None


def _records_in(entries: Path) -> int:
    path = records_of(entries)
    return path.stat().st_size // RECORD if path.is_file() else 0


def read_compact(piece: CompactPiece) -> Read | None:
    """Everything in one go where nothing is erased, unusual or wrong; else None."""
    data, records = piece.texts(), piece.records()
    if len(records) != RECORD * piece.count or data.count(b"\n") != piece.count:
        return None
    texts = data.split(b"\n")
    texts.pop()
    if not {text[:4] for text in texts} <= KINDS:
        return None
    commitments: list[bytes] = []
    for text, (salt, commitment) in zip(texts, iter_unpack("16s32s", records), strict=True):
        if sha256(salt + text).digest() != commitment:
            return None
        commitments.append(commitment)
    try:
        data.decode()
        moments: list[int | None] = [int(text.split(b", ", 3)[2]) for text in texts]
    except (ValueError, IndexError):
        return None
    return Read(commitments, moments, marks=[(piece.place, piece.place)])


def _line(index: int, text: bytes, record: bytes) -> bytes:
    salt, commitment = record[:SALT], record[SALT:]
    row: dict[str, object] = {"index": index, "kind": text[2:3].decode("ascii", "replace") or "e"}
    if text or not record:
        row |= {"salt": _base64(salt), "entry": text.decode(errors="replace")}
    else:
        row |= {"erased": True} | ({} if salt == NO_SALT else {"salt": _base64(salt)})
    row["commitment"] = _base64(commitment)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()
