"""Files of keys: made once by whoever comes first, readable by their owner alone, replaced as a whole."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

Held = TypeVar("Held")


def read_or_make(path: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the file holds; where there is none, what `make` gives is written first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        aside = _aside(path, make())
        # Fails where another process was first: its file is the one.
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return held


def replace(path: Path, held: dict[str, Any]) -> None:
    """Write the whole file anew; a reader sees the old one or the new one."""
    _aside(path, held).replace(path)


def _aside(path: Path, held: dict[str, Any]) -> Path:
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(held, file)
        file.flush()
        os.fsync(file.fileno())
    return aside


class Kept(Generic[Held]):
    """What was made of a file, made again when the file is another one: a revocation counts at the next report."""

    def __init__(self, make: Callable[[Path], Held]) -> None:
        self._make = make
        self._held: dict[Path, tuple[tuple[int, int], Held]] = {}

    def of(self, path: Path) -> Held:
        seen = self._held.get(path)
        mark = _mark(path)
        if seen is None or seen[0] != mark:
            made = self._make(path)
            seen = self._held[path] = (_mark(path), made)
        return seen[1]


def _mark(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)
