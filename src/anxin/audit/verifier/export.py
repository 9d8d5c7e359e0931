"""The folder of an export: `checkpoint`, `checkpoints`, and `leaves-000000.jsonl`, `leaves-000001.jsonl`, …

In its compact form (`compact.py`) `entries-000000.txt` and `leaves-000000.bin`, … stand in the place of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from anxin.audit.verifier.compact import CompactPiece, CompactReader, entry_files

# A portion is a perfect subtree of the log: 2^13 leaves.
LEVEL = 13
PORTION = 1 << LEVEL
LATEST, ALL = "checkpoint", "checkpoints"


# Lines are read by so many bytes at a time: few enough to stay in a processor's cache.
PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file: the first byte, how many bytes and how many lines."""

    path: Path
    start: int
    length: int
    count: int

    def read(self) -> bytes:
        """The lines, each with a line end."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            found = file.read(self.length)
        return found if found.endswith(b"\n") else found + b"\n"


@dataclass(slots=True)
class Portion:
    """`first`: the place of its first line; `count`: of all lines of its pieces."""

    first: int
    count: int = 0
    pieces: list[Piece | CompactPiece] = field(default_factory=list)


def leaf_files(folder: Path) -> list[Path]:
    """In the order of their numbers."""
    return sorted(folder.glob("leaves-*.jsonl"))


def portions(folder: Path) -> Iterator[Portion]:
    """All of them are full, but the last."""
    portion = Portion(0)
    for next_piece in _readers(folder):
        while piece := next_piece(PORTION - portion.count, portion.first + portion.count):
            portion.pieces.append(piece)
            portion.count += piece.count
            if portion.count == PORTION:
                yield portion
                portion = Portion(portion.first + PORTION)
    if portion.count:
        yield portion


# Given how many lines at most and the place of the first, the next ones; None at the end of the file.
Reader = Callable[[int, int], Piece | CompactPiece | None]


def _readers(folder: Path) -> Iterator[Reader]:
    """One for each file, which is open until the next is asked for."""
    lines = leaf_files(folder)
    for path in lines or entry_files(folder):
        with path.open("rb") as file:
            yield partial(_next_piece, path, file) if lines else CompactReader(path, file)


def _next_piece(path: Path, file: BinaryIO, most: int, _place: int) -> Piece | None:
    """The next lines, at most so many; None at the end."""
    start = file.tell()
    lines = file.read(PIECE) + file.readline()
    if not lines:
        return None
    count = lines.count(b"\n") + (not lines.endswith(b"\n"))
    if count > most:
        *_, rest = lines.split(b"\n", most)
        lines, count = lines[: len(lines) - len(rest)], most
        file.seek(start + len(lines))
    return Piece(path, start, len(lines), count)
