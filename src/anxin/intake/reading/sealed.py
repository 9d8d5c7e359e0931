"""An upload under a key of its own: frames of AES-256-GCM that are written once in order and read at any place.

    head (given by who keeps the key) · frame · frame · … · last frame

A frame holds `FRAME` bytes, the last one fewer or none. Its nonce is its number and whether it is the last, and its
authenticated data is the head, so that a file cut, put together otherwise or written over is never read as another.
No nonce comes twice, since no key seals two files. (The construction is known as STREAM: Hoang, Reyhanitabar, Rogaway
and Vizár, 2015.)
"""

from __future__ import annotations

import os
from tempfile import TemporaryFile
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anxin.intake.reading.source import Source
from anxin.intake.refusals import UploadDamaged

FRAME = 256 * 1024
TAG = 16
KEY_BITS = 256


class SealingWriter:
    """Writes what it is given to `file`, sealed; nothing of it can be read before `finish`."""

    def __init__(self, file: IO[bytes], key: bytes, head: bytes) -> None:
        self._file, self._cipher, self._head = file, AESGCM(key), head
        self._rest, self._number = bytearray(), 0
        file.write(head)

    def write(self, data: bytes) -> None:
        """Take the next bytes. What fills no frame waits."""
        self._rest += data
        # The last frame may be full as well, so a full one waits until more comes.
        whole = max(0, len(self._rest) - 1) // FRAME
        for place in range(0, whole * FRAME, FRAME):
            self._seal(bytes(self._rest[place : place + FRAME]), last=False)
        del self._rest[: whole * FRAME]

    def finish(self) -> None:
        """Write the last frame."""
        self._seal(bytes(self._rest), last=True)
        self._rest.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), plain, self._head))
        self._number += 1


class SealedSource(Source):
    """The plain bytes of a sealed file. Raises `UploadDamaged` where they are not those that were sealed."""

    def __init__(self, descriptor: int, key: bytes, head: bytes) -> None:
        super().__init__(descriptor)
        self._cipher, self._head = AESGCM(key), head
        sealed = super().size - len(head)
        self._frames = max(1, -(-sealed // (FRAME + TAG)))
        self._size = sealed - self._frames * TAG
        if self._size < 0:
            raise UploadDamaged
        # The last one proves that none after it is missing.
        self._frame(self._frames - 1)

    @property
    def size(self) -> int:
        """Plain bytes."""
        return self._size

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` plain bytes from `offset`."""
        end = min(offset + size, self._size)
        if offset >= end:
            return b""
        first = offset // FRAME
        frames = [self._frame(number) for number in range(first, (end - 1) // FRAME + 1)]
        start = offset - first * FRAME
        return b"".join(frames)[start : start + end - offset]

    def duplicate(self) -> int:
        """A descriptor of an unnamed file with the plain bytes, to be closed by the caller: a parser wants one."""
        with TemporaryFile() as plain:
            for block in self.blocks():
                plain.write(block)
            plain.flush()
            copy = os.dup(plain.fileno())
        os.lseek(copy, 0, os.SEEK_SET)
        return copy

    def _frame(self, number: int) -> bytes:
        sealed = super().read(len(self._head) + number * (FRAME + TAG), FRAME + TAG)
        try:
            return self._cipher.decrypt(_nonce(number, last=number == self._frames - 1), sealed, self._head)
        except InvalidTag as error:
            raise UploadDamaged from error


def new_key() -> bytes:
    """A key for one file."""
    return AESGCM.generate_key(KEY_BITS)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
