"""Workbooks made for tests: from rows, and with one thing wrong in the parts that no library would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from tests.factories import fictional_uscc

HEADER = ["企业名称", "统一社会信用代码", "注册日期"]
GOOD = ["虚构甲有限公司", fictional_uscc(900001), "2020-01-02"]
SHEET = "xl/worksheets/sheet1.xml"
Workbook = xlsxwriter.Workbook


def write_book(path: Path, rows: list[list[str]], change: Callable[[Workbook], None] | None = None) -> Path:
    """A workbook whose only sheet holds `rows` as text; `change` does more to it before it is closed."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("数据")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, cell)
    if change is not None:
        change(book)
    book.close()
    return path


def good_book(path: Path, change: Callable[[Workbook], None] | None = None) -> Path:
    """A workbook with a header and one good row."""
    return write_book(path, [HEADER, GOOD], change)


def members(path: Path) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, parts: dict[str, bytes]) -> Path:
    """An archive of parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def changed_part(path: Path, name: str, old: str, new: str) -> Path:
    """A good workbook in one part of which `old` was replaced. Fails where `old` is not there."""
    parts = members(good_book(path))
    text = parts[name].decode()
    assert old in text
    parts[name] = text.replace(old, new, 1).encode()
    return pack(path, parts)


def more_parts(path: Path, **more: bytes) -> Path:
    """A good workbook with further members; `__` stands for `/` in their names, `_dot_` for a dot."""
    parts = members(good_book(path))
    parts |= {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    return pack(path, parts)


def raw_archive(*, flags: int = 0, method: int = 0, twice: bool = False) -> bytes:
    """A small archive of one stored member, with bits set or the member listed twice at one place."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        if twice:
            again = zipfile.ZipInfo("xl/other.xml")
            first = archive.infolist()[0]
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.file_size, again.compress_size = first.file_size, first.compress_size
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
            archive._didModify = True
    data = bytearray(buffer.getvalue())
    if flags:
        for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(mark) + place] |= flags
    return bytes(data)
