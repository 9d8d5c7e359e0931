"""GB18030 as of 2022. Python's codec follows the edition of 2005, which sent eighteen characters to private use.

Six more (FE51, FE52, FE53, FE6C, FE76, FE91) are private use in both editions; they stay, and checks refuse them in names.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator

from anxin.intake.refusals import WrongEncoding

# Private-use character of the 2005 table → character of the 2022 table.
CHANGED = {
    **dict(zip(range(0xE78D, 0xE794), (0xFE10, 0xFE12, 0xFE11, 0xFE13, 0xFE14, 0xFE15, 0xFE16), strict=True)),
    0xE794: 0xFE17,
    0xE795: 0xFE18,
    0xE796: 0xFE19,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE832: 0x9FB8,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE864: 0x9FBB,
}
# The first two bytes in UTF-8 of all characters that changed.
_MARKS = (b"\xee\x9e", b"\xee\xa0", b"\xee\xa1")


def transcoded(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks as UTF-8. Raises `WrongEncoding` at the first byte that GB18030 does not know."""
    decoder = getincrementaldecoder("gb18030")("strict")
    offset = 0
    for block in blocks:
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            raise WrongEncoding(offset=offset + error.start) from None
        yield _as_utf8(text)
        offset += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise WrongEncoding(offset=offset - 1) from None


def _as_utf8(text: str) -> bytes:
    data = text.encode()
    if any(mark in data for mark in _MARKS):
        return text.translate(CHANGED).encode()
    return data
