"""The folder of an export: `checkpoint`, `checkpoints`, and `leaves-000000.jsonl`, `leaves-000001.jsonl`, …"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

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
    pieces: list[Piece] = field(default_factory=list)


def leaf_files(folder: Path) -> list[Path]:
    """In the order of their numbers."""
    return sorted(folder.glob("leaves-*.jsonl"))


def portions(folder: Path) -> Iterator[Portion]:
    """All of them are full, but the last."""
    portion = Portion(0)
    for path in leaf_files(folder):
        with path.open("rb") as file:
            while piece := _next_piece(path, file, PORTION - portion.count):
                portion.pieces.append(piece)
                portion.count += piece.count
                if portion.count == PORTION:
                    yield portion
                    portion = Portion(portion.first + PORTION)
    if portion.count:
        yield portion


def _next_piece(path: Path, file: BinaryIO, most: int) -> Piece | None:
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
