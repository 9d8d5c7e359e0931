"""The lines of an export, each a log row that the tree holds: read, recomputed and compared, many at a time.

    {"index":5,"kind":"q","salt":"…","entry":"[\\"q\\", 17, 1764000000000000, …]","commitment":"…"}
    {"index":6,"kind":"e","erased":true,"commitment":"…"}

An entry's text is a JSON array: kind, number, moment in microseconds since 1970, and more.
"""

from __future__ import annotations

import json
from binascii import a2b_base64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from anxin.audit.tree.hashing import SIZE
from anxin.audit.verifier.faults import Fault, Kind
from anxin.audit.verifier.usual_lines import SALT_SIZE, read_usual_lines

WHOLE = {"index", "kind", "salt", "entry", "commitment"}
ERASED = {"index", "kind", "erased", "commitment"}
WHOLE_LINE = len('{"index":,"kind":"q","salt":"","entry":"","commitment":""}\n') + 24 + 44
ERASED_LINE = len('{"index":,"kind":"q","erased":true,"commitment":""}\n') + 44
UNREADABLE = b"\x00" * SIZE


@dataclass(slots=True)
class Read:
    """The lines of one portion. `moments`: microseconds, None where erased or unreadable."""

    commitments: list[bytes] = field(default_factory=list)
    moments: list[int | None] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)
    # (place, index found there): of the first line, and wherever the distance between the two changes.
    marks: list[tuple[int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def extend(self, more: Read) -> None:
        """Add what was read of the lines that follow."""
        self.commitments += more.commitments
        self.moments += more.moments
        self.erased += more.erased
        self.marks += more.marks
        self.faults += more.faults


def read_lines(data: bytes, first: int, count: int) -> Read:
    """The `count` lines of `data`, of which the first stands at place `first` of the log."""
    return (
        _read_usual(data, first, count) or _read_quickly(data, first, count) or _read_one_by_one(data, first)
    )


def _read_usual(data: bytes, first: int, count: int) -> Read | None:
    try:
        usual = read_usual_lines(data, first, count)
    except (ValueError, IndexError):
        return None
    return Read(usual.commitments, list(usual.moments), marks=[(first, first)]) if usual else None


def _read_quickly(data: bytes, first: int, count: int) -> Read | None:
    """All lines in one go, some of them erased, where nothing is wrong with any; else None."""
    try:
        rows = json.loads(b"[" + data.removesuffix(b"\n").replace(b"\n", b",") + b"]")
        return _together(rows, first, len(data)) if len(rows) == count else None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def _together(rows: list[dict[str, Any]], first: int, length: int) -> Read | None:
    indexes = [row["index"] for row in rows]
    if indexes != list(range(first, first + len(rows))) or set(map(type, indexes)) != {int}:
        return None
    commitments = [a2b_base64(row["commitment"], strict_mode=True) for row in rows]
    whole = [row for row in rows if len(row) == len(WHOLE)]
    entries = [row["entry"] for row in whole]
    if length != _shortest(first, len(rows), len(whole), entries):
        return None
    if not _as_committed(whole, entries, commitments if len(whole) == len(rows) else None):
        return None
    if len(whole) == len(rows):
        moments: list[int | None] = list(map(_moment, entries))
        return Read(commitments, moments, marks=[(first, first)])
    return _with_erased(rows, commitments)


def _shortest(first: int, count: int, whole: int, entries: list[str]) -> int:
    """The bytes of these lines in their shortest form.

    A field that stands twice is read otherwise by others; it makes the lines longer than this.
    """
    text = "".join(entries).encode()
    powers = [int("1" + "0" * power) for power in range(1, len(str(first + count)))]
    digits = count + sum(max(0, first + count - max(first, power)) for power in powers)
    fixed = whole * WHOLE_LINE + (count - whole) * ERASED_LINE
    return fixed + digits + len(text) + text.count(b'"') + text.count(b"\\")


def _as_committed(whole: list[dict[str, Any]], entries: list[str], commitments: list[bytes] | None) -> bool:
    if commitments is None:
        commitments = [a2b_base64(row["commitment"], strict_mode=True) for row in whole]
    salts = [a2b_base64(row["salt"], strict_mode=True) for row in whole]
    computed = [sha256(salt + entry.encode()).digest() for salt, entry in zip(salts, entries, strict=True)]
    return (
        computed == commitments
        and set(map(len, salts)) <= {SALT_SIZE}
        and [entry[:4] for entry in entries] == [f'["{row["kind"]}"' for row in whole]
    )


def _with_erased(rows: list[dict[str, Any]], commitments: list[bytes]) -> Read | None:
    erased = [row for row in rows if len(row) != len(WHOLE)]
    if any(not _is_erased(row) for row in erased) or set(map(len, commitments)) != {SIZE}:
        return None
    moments = [_moment(row["entry"]) if "entry" in row else None for row in rows]
    first = rows[0]["index"]
    return Read(commitments, moments, [row["index"] for row in erased], [(first, first)])


def _is_erased(row: dict[str, Any]) -> bool:
    return row.keys() == ERASED and row["erased"] is True and row["kind"] in {"q", "e"}


def _read_one_by_one(data: bytes, first: int) -> Read:
    """Each line by itself, with what is wrong with it."""
    read = Read()
    distance: int | None = None
    for place, line in enumerate(data.removesuffix(b"\n").split(b"\n"), first):
        try:
            index = _read_one(line, place, read)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            read.faults.append(Fault(Kind.LINE, place, place + 1))
            read.commitments.append(UNREADABLE)
            read.moments.append(None)
            continue
        if index - place != distance:
            distance = index - place
            read.marks.append((place, index))
    return read


def _read_one(line: bytes, place: int, read: Read) -> int:
    """Add one line to what was read; the index it says it has. Raises one of many errors where it is malformed."""
    row = json.loads(line, object_pairs_hook=_once)
    index, commitment = row["index"], a2b_base64(row["commitment"], strict_mode=True)
    if type(index) is not int or index < 0 or len(commitment) != SIZE:
        raise ValueError
    moment = None
    if "erased" in row:
        _check_erased(row, place, read)
    else:
        moment = _check_whole(row, commitment, place, read)
    read.commitments.append(commitment)
    read.moments.append(moment)
    return index


def _check_erased(row: dict[str, Any], place: int, read: Read) -> None:
    if row.pop("salt", None) is not None:
        read.faults.append(Fault(Kind.SALT_OF_ERASED, place, place + 1))
    if not _is_erased(row):
        raise ValueError
    read.erased.append(place)


def _check_whole(row: dict[str, Any], commitment: bytes, place: int, read: Read) -> int:
    salt, entry = a2b_base64(row["salt"], strict_mode=True), row["entry"]
    moment = _moment(entry)
    if row.keys() != WHOLE:
        raise ValueError
    if len(salt) != SALT_SIZE or sha256(salt + entry.encode()).digest() != commitment:
        read.faults.append(Fault(Kind.COMMITMENT, place, place + 1))
    elif entry[:4] != f'["{row["kind"]}"':
        read.faults.append(Fault(Kind.ENTRY_KIND, place, place + 1))
    return moment


def _moment(entry: str) -> int:
    # The kind and the number before it hold no comma.
    return int(entry.split(", ", 3)[2])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found
