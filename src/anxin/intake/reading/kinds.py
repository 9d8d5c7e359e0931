"""What a file is, told by its bytes; its name and extension are never asked."""

from __future__ import annotations

import re
from typing import Literal

from anxin.intake.parsing.refusals import Encrypted
from anxin.intake.reading.source import Source
from anxin.intake.refusals import WrongType

Kind = Literal["text", "xlsx", "json"]
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"PAR1", "Parquet"),
    (b"{\\rtf", "RTF"),
)
_MARKUP = re.compile(rb"\s*<(?:[!?a-z]|table)", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\{$|\[\s*[\[{\]\"0-9tfnNI-]|\[$)")


def kind_of(source: Source) -> Kind:
    """What `open_table` has to do with it. Raises `WrongType` for what it cannot read, `Encrypted` for a password."""
    start = source.read(0, 4096)
    if start.startswith(_ZIP):
        return "xlsx"
    if start.startswith(_OLD_OFFICE):
        if any(_ENCRYPTED_PACKAGE in block for block in source.blocks()):
            raise Encrypted(place="EncryptedPackage")
        raise WrongType(found="Excel 97-2003 (.xls)")
    for mark, found in _FOREIGN:
        if start.startswith(mark):
            raise WrongType(found=found)
    text = start.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(text):
        raise WrongType(found="HTML / XML")
    return "json" if _JSON.match(text) else "text"
