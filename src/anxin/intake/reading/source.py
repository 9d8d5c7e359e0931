"""Bytes to read again and again, from a file or from one that never had a name."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO

BLOCK = 12 * 1024 * 1024
# How far from the end of a block its last line feed is looked for.
NEAR = 64 * 1024


class Source:
    """An open file, closed when nobody holds it any more. Readings do not disturb each other."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)

    @classmethod
    def of_path(cls, path: Path) -> Source:
        """The file at `path`."""
        return cls(os.open(path, os.O_RDONLY | os.O_CLOEXEC))

    @classmethod
    def of_file(cls, file: IO[bytes]) -> Source:
        """What was written to `file`. An unnamed file lives on with the source and leaves nothing behind."""
        file.flush()
        return cls(os.dup(file.fileno()))

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._descriptor).st_size

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`."""
        return os.pread(self._descriptor, size, offset)

    def blocks(self, start: int = 0, size: int = BLOCK) -> Iterator[bytes]:
        """Everything from `start`, in blocks."""
        while block := self.read(start, size):
            start += len(block)
            yield block
            # Nothing of it is kept while the next one is read.
            del block

    def lines(self, start: int = 0, size: int = BLOCK) -> Iterator[bytes]:
        """Everything from `start`, in blocks that end with a line feed wherever one is near their end."""
        while block := self.read(start, self._up_to_line_feed(start, size)):
            start += len(block)
            yield block
            del block

    def _up_to_line_feed(self, start: int, size: int) -> int:
        near = max(size - NEAR, 0)
        found = self.read(start + near, size - near).rfind(b"\n")
        return size if found < 0 else near + found + 1

    def duplicate(self) -> int:
        """A descriptor of its own at the file's beginning, to be closed by the caller."""
        copy = os.dup(self._descriptor)
        os.lseek(copy, 0, os.SEEK_SET)
        return copy
