"""Uploads that wait for their job lie encrypted: they may hold numbers of persons (Art. 14).

Each is sealed under a key of its own, which stands at its head, encrypted with the key ring; the ring lies outside the
folder of the uploads. The place where an upload lies is sealed with it: one put in another's place is not read.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from django.conf import settings

from anxin.intake.orders import Order
from anxin.intake.reading import SealedSource, SealingWriter, Source, new_key
from anxin.intake.refusals import UploadDamaged
from anxin.subjects.keys import KeyRing, load_key_ring

_MARK = b"anxin upload 1\n"
_CONTEXT = "upload "
# Bytes of a key under the ring: the key and AES-SIV's tag.
_WRAPPED = 32 + 16
_LONGEST_HEAD = len(_MARK) + 1 + 255 + _WRAPPED


def sealing_writer(file: IO[bytes], place: str) -> SealingWriter:
    """Writes an upload to `file`, which will lie under `place`."""
    keys, key = _ring(), new_key()
    name = keys.current.encode()
    return SealingWriter(file, key, _MARK + bytes([len(name)]) + name + keys.encrypt(key, _CONTEXT + place))


def open_content(order: Order) -> Source:
    """The plain bytes of what is handed in: one of our uploads, or the user's own file as it is.

    Raises `UploadDamaged`.
    """
    return open_sealed(order.path) if order.sealed else Source.of_path(order.path)


def place_of(path: Path) -> str:
    """Under what an upload was sealed, out of its name."""
    return path.name.rsplit("-", 1)[-1]


def open_sealed(path: Path) -> SealedSource:
    """The plain bytes of a file that `sealing_writer` wrote, found under the place that it was sealed for. Raises `UploadDamaged`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        head, key = _read_head(os.pread(descriptor, _LONGEST_HEAD, 0), place_of(path))
    except BaseException:
        os.close(descriptor)
        raise
    return SealedSource(descriptor, key, head)


def _read_head(start: bytes, place: str) -> tuple[bytes, bytes]:
    """The head as written, and the key in it. An unknown name of a key is the operator's trouble: KeyError."""
    if not start.startswith(_MARK) or len(start) < len(_MARK) + 1:
        raise UploadDamaged
    name_at = len(_MARK) + 1
    key_at = name_at + start[len(_MARK)]
    name, wrapped = start[name_at:key_at], start[key_at : key_at + _WRAPPED]
    try:
        key = _ring().decrypt(wrapped, _CONTEXT + place, name.decode())
    except (InvalidTag, UnicodeDecodeError) as error:
        raise UploadDamaged from error
    return start[: key_at + _WRAPPED], key


def _ring() -> KeyRing:
    if not settings.KEY_RING:
        raise ValueError("uploads are kept under the key ring: set ANXIN_KEY_RING")
    return load_key_ring(settings.KEY_RING)
