"""Answers of batches lie encrypted, like uploads, and only for some days."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from anxin.intake.reading import Source
from anxin.intake.sealed_uploads import open_sealed, sealing_writer

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Written:
    """An answer file: its name, the SHA-256 of its plain bytes, and its lines."""

    name: str
    digest: bytes
    lines: int


def write_answer(blocks: Iterable[bytes], tell: Callable[[int], None]) -> Written:
    """Write an answer, sealed, and have the disk hold it; `tell` hears of the lines so far now and then."""
    name = secrets.token_hex(16)
    digest, lines, told = hashlib.sha256(), 0, 0
    path = _folder() / name
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealed = sealing_writer(file, name)
            for data in blocks:
                digest.update(data)
                lines += data.count(b"\n")
                sealed.write(data)
                if lines - told >= 50_000:
                    told = lines
                    tell(lines)
            sealed.finish()
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Written(name, digest.digest(), lines)


def open_answer(name: str) -> Source | None:
    """The plain bytes, or None where its time is over."""
    with suppress(FileNotFoundError):
        return open_sealed(_folder() / Path(name).name)
    return None


def remove_answer(name: str) -> None:
    """Forget an answer; it may be gone already."""
    if name:
        (_folder() / Path(name).name).unlink(missing_ok=True)


def remove_old_answers(*, at: datetime) -> int:
    """Remove the answers whose time is over."""
    before = (at - KEPT).timestamp()
    removed = 0
    for path in _folder().iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


def _folder() -> Path:
    folder: Path = settings.DATA_FOLDER / "batches"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
