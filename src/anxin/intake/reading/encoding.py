"""Which encoding a text file has, decided for the whole file: strict UTF-8 first, then GB18030, never a mixture."""

from __future__ import annotations

import codecs
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from tempfile import TemporaryFile

import numpy as np
import polars as pl
from polars.exceptions import ComputeError

from anxin.intake.reading.gb18030 import transcoded
from anxin.intake.reading.source import Source
from anxin.intake.refusals import MixedEncoding, NulByte, WrongEncoding

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF8_NAMES = {"utf-8", "utf8", "utf-8-sig"}
_CELL_END = re.compile(rb"[,;|\t\r\n\"]")
# A surrogate, or an ASCII character in two bytes or a longer form than it needs.
_FORBIDDEN = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]|[\xc0\xc1][\x80-\xbf]$|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]")
_START = 4096
# Bytes looked at in one go: what the processor's cache holds.
PIECE = 1024 * 1024
# Bytes of the longest character.
LONGEST = 4


def as_utf8(source: Source, declared: str | None = None) -> tuple[Source, int]:
    """The same text in UTF-8, and where it begins in it (after a byte order mark).

    A byte order mark declares UTF-8, as `declared` does. Raises `WrongEncoding`, `MixedEncoding`, `NulByte`.
    """
    start = source.read(0, _START)
    if start.startswith(_UTF16_MARKS):
        raise MixedEncoding(offset=0)
    marked = start.startswith(codecs.BOM_UTF8)
    failed_at = _first_failure(source)
    if failed_at is None:
        return source, len(codecs.BOM_UTF8) if marked else 0
    if marked or (declared or "").lower() in _UTF8_NAMES:
        raise WrongEncoding(offset=failed_at)
    return _from_gb18030(source, failed_at), 0


def _first_failure(source: Source) -> int | None:
    """None where all of it is UTF-8, otherwise the offset of the first byte that is not. Raises for NUL."""
    if _plainly_utf8(source):
        return None
    offset, rest = 0, b""
    for block in source.blocks():
        if (nul := block.find(b"\0")) >= 0:
            raise _nul(source, offset + nul)
        data = rest + block if rest else block
        cut = len(data) - _unfinished(data)
        if not _is_utf8(data[:cut]):
            return offset - len(rest) + _failure_in(data[:cut])
        offset += len(block)
        rest = data[cut:]
    return offset - len(rest) if rest else None


def _plainly_utf8(source: Source) -> bool:
    """Whether all of it is UTF-8 without NUL, looked at on two threads; of what is not, nothing more is learned."""
    with ThreadPoolExecutor(2, thread_name_prefix="encoding") as threads:
        return all(threads.map(partial(_is_plain_block, source), range(0, source.size, PIECE)))


def _is_plain_block(source: Source, offset: int) -> bool:
    """A character that two blocks share is looked at with the first."""
    data = source.read(offset, PIECE + LONGEST - 1)
    start = _continued(data[: LONGEST - 1]) if offset else 0
    end = PIECE + _continued(data[PIECE:])
    return b"\0" not in data and _is_utf8(data[start:end])


def _continued(data: bytes) -> int:
    """How many bytes at the beginning belong to a character that began before."""
    return next((place for place, byte in enumerate(data) if byte & 0xC0 != 0x80), len(data))


def _is_utf8(data: bytes) -> bool:
    """Polars checks without making text of it: several times as fast as `bytes.decode`."""
    try:
        pl.Series([data], dtype=pl.Binary).cast(pl.String)
    except ComputeError:
        return False
    return True


def _unfinished(data: bytes) -> int:
    """How many bytes at the end begin a character that the next block may complete."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < length else 0
        if byte < 0x80:
            return 0
    return 0


def _failure_in(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    raise AssertionError("polars and Python disagree about UTF-8")


def _nul(source: Source, offset: int) -> NulByte | MixedEncoding:
    """UTF-16 without a mark has a NUL at every other place; a single one is damage."""
    sample = source.read(0, _START)
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > max(2, len(sample) // 40) and min(even, odd) == 0:
        return MixedEncoding(offset=offset)
    return NulByte(offset=offset)


def _surely_utf8(data: bytes) -> bool:
    """Whether six Chinese characters of UTF-8 stand in a row. Text in GB18030 does not look like this by chance."""
    characters = np.frombuffer(data, np.uint8)
    if len(characters) < 18:
        return False
    tail = (characters & 0xC0) == 0x80
    lead = (characters >= 0xE4) & (characters <= 0xE9)
    one = lead[:-2] & tail[1:-1] & tail[2:]
    two = one[:-3] & one[3:]
    four = two[:-6] & two[6:]
    return bool((four[:-6] & two[12:]).any())


def _broken_utf8(source: Source, failed_at: int) -> WrongEncoding | MixedEncoding:
    """Text that is UTF-8 elsewhere: here either GB18030, or what UTF-8 forbids (surrogates, overlong forms), or junk."""
    cell = _CELL_END.split(source.read(failed_at, _START), maxsplit=1)[0]
    try:
        cell.decode("gb18030")
    except UnicodeDecodeError:
        return WrongEncoding(offset=failed_at)
    return WrongEncoding(offset=failed_at) if _FORBIDDEN.match(cell) else MixedEncoding(offset=failed_at)


def _from_gb18030(source: Source, failed_at: int) -> Source:
    """The text once decoded, in an unnamed file: reading it again costs no second decoding."""
    if any(_surely_utf8(block) for block in source.blocks()):
        raise _broken_utf8(source, failed_at)
    with TemporaryFile() as spool:
        try:
            for text in transcoded(source.blocks()):
                spool.write(text)
        except WrongEncoding:
            raise WrongEncoding(offset=failed_at) from None
        return Source.of_file(spool)
