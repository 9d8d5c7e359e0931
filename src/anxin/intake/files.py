"""Files of submissions outside the database: uploads on their way, and returned workbooks.

An upload lies here, encrypted, from receipt to the end of processing and no longer. A returned workbook holds what the
unit sent, so it is encrypted too, and kept only as long as the unit needs to correct its rows.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import OperationalError
from psycopg.errors import DiskFull

from anxin.intake.refusals import FileRefused
from anxin.intake.sealed_uploads import sealing_writer
from anxin.kernel.text import Bilingual
from anxin.subjects.keys import KeyRing

RETURNED_CONTEXT = "returned workbook"
UNCLAIMED_UPLOADS_KEPT = timedelta(hours=24)
RETURNED_KEPT = timedelta(weeks=4)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileTooLarge(FileRefused):
    code: ClassVar[str] = "E-SIZE"
    message = Bilingual("文件超过 {limit} MB。", "The file is larger than {limit} MB.")
    remedy = Bilingual("请按行拆成几个文件，分别报送。", "Split it by rows and send the parts one by one.")


class UploadCut(FileRefused):
    code: ClassVar[str] = "E-CUT"
    message = Bilingual(
        "只收到 {received} 字节，应为 {expected} 字节。", "{received} of {expected} bytes arrived."
    )
    remedy = Bilingual("本次没有存入任何数据，请重传。", "Nothing was stored; send it again.")


class StorageFull(FileRefused):
    code: ClassVar[str] = "E-FULL"
    message = Bilingual(
        "平台的磁盘已满，没有接收文件。", "The platform's disk is full; the file was not taken."
    )
    remedy = Bilingual(
        "本次没有存入任何数据。请稍后重传，或联系平台运维。",
        "Nothing was stored. Send it again later, or tell the platform's operator.",
    )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An upload that lies here whole.

    `digest` and `size` are of what was sent; `lines`: line feeds in it, by which a CSV's rows are guessed.
    """

    name: str
    digest: bytes
    size: int
    lines: int

    @property
    def path(self) -> Path:
        """Where it lies."""
        return incoming_path(self.name)


@contextmanager
def full_disk_refused() -> Iterator[None]:
    """Raises `StorageFull` where the block fails for want of room, on our disk or the database's."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        raise
    except OperationalError as error:
        if isinstance(error.__cause__, DiskFull):
            raise StorageFull from error
        raise


def incoming_path(name: str) -> Path:
    """Where an upload of that name lies."""
    return _folder("incoming") / Path(name).name


def store_upload(blocks: Iterable[bytes], *, expected_size: int | None = None) -> StoredFile:
    """Write an upload to disk, sealed, under its digest. Raises `FileTooLarge`, `UploadCut` or `StorageFull`, leaving nothing."""
    with full_disk_refused():
        place = secrets.token_hex(8)
        part = _folder("incoming") / f"{place}.part"
        try:
            digest, size, lines = _write(part, place, blocks)
            if expected_size is not None and size != expected_size:
                raise UploadCut(received=size, expected=expected_size)
            stored = StoredFile(f"{digest.hex()}-{place}", digest, size, lines)
            part.replace(stored.path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return stored


def _write(part: Path, place: str, blocks: Iterable[bytes]) -> tuple[bytes, int, int]:
    digest, size, lines = hashlib.sha256(), 0, 0
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        sealed = sealing_writer(file, place)
        for block in blocks:
            size += len(block)
            if size > settings.LARGEST_SUBMISSION:
                raise FileTooLarge(limit=settings.LARGEST_SUBMISSION // 1_000_000)
            digest.update(block)
            lines += block.count(b"\n")
            sealed.write(block)
        sealed.finish()
        file.flush()
        os.fsync(file.fileno())
    return digest.digest(), size, lines


def remove_upload(name: str) -> None:
    """Forget an upload; it may be gone already."""
    if name:
        incoming_path(name).unlink(missing_ok=True)


def keep_returned(workbook: Path, keys: KeyRing) -> str:
    """Encrypt a returned workbook into the store; returns the name by which it is found again."""
    name = f"{secrets.token_hex(16)}.sealed"
    sealed = keys.encrypt(workbook.read_bytes(), RETURNED_CONTEXT)
    place = _folder("returned") / name
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
    return name


def read_returned(name: str, keys: KeyRing, key_name: str) -> bytes | None:
    """The workbook's bytes, or None where its time is over."""
    with suppress(FileNotFoundError):
        sealed = (_folder("returned") / Path(name).name).read_bytes()
        return keys.decrypt(sealed, RETURNED_CONTEXT, key_name)
    return None


def remove_old_files(*, at: datetime, wanted: Collection[str]) -> int:
    """Remove uploads that no open submission claims (`wanted`) and returned workbooks whose time is over."""
    old = [
        path
        for folder in (_folder("incoming"), uploading_folder())
        for path in folder.iterdir()
        if path.name not in wanted and _is_older(path, at - UNCLAIMED_UPLOADS_KEPT)
    ]
    old += [path for path in _folder("returned").iterdir() if _is_older(path, at - RETURNED_KEPT)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _is_older(path: Path, moment: datetime) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < moment.timestamp()
    return False


def uploading_folder() -> Path:
    """Where the web server writes a large upload while it arrives; made where it is missing."""
    return _folder("uploading")


def _folder(name: str) -> Path:
    folder: Path = settings.DATA_FOLDER / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
