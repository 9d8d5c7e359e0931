"""The folder of an export: `checkpoint`, `checkpoints`, and `leaves-000000.jsonl`, `leaves-000001.jsonl`, …"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

# A portion is a perfect subtree of the log: 2^13 leaves.
LEVEL = 13
PORTION = 1 << LEVEL
LATEST, ALL = "checkpoint", "checkpoints"


@dataclass(slots=True)
class Portion:
    """Where the lines of a portion are: of each file the first byte and how many. `first`: the place of its first line."""

    first: int
    count: int = 0
    pieces: list[tuple[Path, int, int]] = field(default_factory=list)

    def read(self) -> bytes:
        """Its lines, each with a line end."""
        found = []
        for path, start, length in self.pieces:
            with path.open("rb") as file:
                file.seek(start)
                piece = file.read(length)
            found.append(piece if piece.endswith(b"\n") else piece + b"\n")
        return b"".join(found)


def leaf_files(folder: Path) -> list[Path]:
    """In the order of their numbers."""
    return sorted(folder.glob("leaves-*.jsonl"))


def portions(folder: Path) -> Iterator[Portion]:
    """All of them are full, but the last."""
    portion = Portion(0)
    for path in leaf_files(folder):
        start = 0
        with path.open("rb") as file:
            while lengths := list(map(len, islice(file, PORTION - portion.count))):
                portion.pieces.append((path, start, sum(lengths)))
                portion.count += len(lengths)
                start += sum(lengths)
                if portion.count == PORTION:
                    yield portion
                    portion = Portion(portion.first + PORTION)
    if portion.count:
        yield portion
