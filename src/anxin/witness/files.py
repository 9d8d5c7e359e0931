"""Writing a file so that a crash at any moment leaves the old one or the new one, whole and on the disk."""

from __future__ import annotations

import os
from pathlib import Path

ASIDE = ".writing"


def write_durably(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Returns only when the content and its name are on the disk."""
    aside = path.with_name(path.name + ASIDE)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the folder's names on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a crash left half written; nobody was told of it."""
    for path in folder.glob(f"*{ASIDE}"):
        path.unlink()
