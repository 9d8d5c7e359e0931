"""What may not be in a workbook: each trap gives its code, its place and its remedy, and leaves nothing behind."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.intake.books import (
    GOOD,
    HEADER,
    SHEET,
    changed_part,
    good_book,
    members,
    more_parts,
    pack,
    raw_archive,
    write_book,
)

from anxin.intake.models import Submission
from anxin.intake.orders import Outcome
from anxin.intake.reading import open_table
from anxin.intake.refusals import FileRefused
from anxin.subjects.models import Organization

Intake = Callable[..., Outcome]
Make = Callable[[Path], object]


def sheet_of(book: object) -> object:
    return book.worksheets()[0]  # type: ignore[attr-defined]


def refused(path: Path) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        list(open_table(path).frames())
    return refusal.value


def bytes_of(data: bytes) -> Make:
    return lambda path: path.write_bytes(data)


def part(name: str, old: str, new: str) -> Make:
    return lambda path: changed_part(path, name, old, new)


def many_members(path: Path) -> object:
    return pack(path, members(good_book(path)) | {f"docProps/{n}.bin": b"" for n in range(10_000)})


def bad_checksum(path: Path) -> object:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members(good_book(path.with_suffix(".one"))).items():
            archive.writestr(name, data)
    data = path.read_bytes()
    return path.write_bytes(data.replace("虚构甲".encode(), "虚构乙".encode(), 1))


def doubled_member(path: Path) -> object:
    good_book(path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return path


def symbolic_link(path: Path) -> object:
    good_book(path)
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/hostname")
    return path


ARCHIVES: list[tuple[str, Make, str, str]] = [
    ("10,000 members", many_members, "E-ZIP-COUNT", "1000"),
    ("too dense", lambda p: more_parts(p, xl__big_dot_bin=b"\0" * 9_000_000), "E-ZIP-SIZE", "xl/big.bin"),
    ("doubled name", doubled_member, "E-ZIP-STRUCT", "xl/workbook.xml"),
    ("overlap", bytes_of(raw_archive(twice=True)), "E-ZIP-STRUCT", "xl/"),
    ("cut off", bytes_of(raw_archive()[:60]), "E-ZIP-STRUCT", "ZIP"),
    ("up", lambda p: pack(p, members(good_book(p)) | {"../x.xml": b""}), "E-ZIP-PATH", "../x.xml"),
    ("absolute", lambda p: pack(p, members(good_book(p)) | {"/x.xml": b""}), "E-ZIP-PATH", "/x.xml"),
    ("link", symbolic_link, "E-ZIP-PATH", "xl/link.xml"),
    ("checksum", bad_checksum, "E-ZIP-CRC", "xl/sharedStrings.xml"),
    ("encrypted", bytes_of(raw_archive(flags=1)), "E-ZIP-ENC", "xl/workbook.xml"),
    (
        "password",
        bytes_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
        "E-ZIP-ENC",
        "EncryptedPackage",
    ),
    ("old xls", bytes_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "E-TYPE", ".xls"),
    ("html", bytes_of(b"<html><table><tr><td>1</td></tr></table></html>"), "E-TYPE", "HTML"),
    ("pdf", bytes_of(b"%PDF-1.7\n"), "E-TYPE", "PDF"),
    ("docx", lambda p: pack(p, {"word/document.xml": b"<d/>"}), "E-TYPE", ".docx"),
    ("zip of csv", lambda p: pack(p, {"a.csv": b"1,2"}), "E-TYPE", "ZIP"),
]
DTD = '<!DOCTYPE x [<!ENTITY a "aa">]><worksheet'
MERGE = '</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>'
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
EXTERNAL = '<Relationship Id="z" Type="x/externalLinkPath" Target="a.xlsx" TargetMode="External"/></Rel'
PARTS: list[tuple[str, Make, str, str]] = [
    ("dtd", part(SHEET, "<worksheet", DTD), "E-XML-DTD", SHEET),
    ("dtd elsewhere", part("docProps/app.xml", "<Properties", "<!DOCTYPE x><Properties"), "E-XML-DTD", "app"),
    ("malformed", part(SHEET, "</sheetData>", "</sheetdata>"), "E-XML", SHEET),
    ("macro", lambda p: more_parts(p, xl__vbaProject_dot_bin=b"x"), "E-XLSX-ACTIVE", "vbaProject"),
    (
        "xlsm",
        part("[Content_Types].xml", "sheet.main+xml", "sheet.macroEnabled.main+xml"),
        "E-XLSX-ACTIVE",
        "[",
    ),
    (
        "links",
        lambda p: more_parts(p, xl__externalLinks__externalLink1_dot_xml=b"<externalLink/>"),
        "E-XLSX-ACTIVE",
        "externalLink1",
    ),
    ("relation", part("xl/_rels/workbook.xml.rels", "</Rel", EXTERNAL), "E-XLSX-ACTIVE", "workbook.xml.rels"),
    ("far cell", part(SHEET, "</sheetData>", FAR), "E-XLSX-RANGE", "XFD1048576"),
    ("no such column", part(SHEET, 'r="C2"', 'r="XFE2"'), "E-XLSX-RANGE", "XFE2"),
    ("other row", part(SHEET, 'r="C2"', 'r="C7"'), "E-XLSX-RANGE", "C7"),
    ("cell twice", part(SHEET, 'r="C2"', 'r="B2"'), "E-XLSX-RANGE", "B2"),
    ("row 0", part(SHEET, '<row r="1"', '<row r="0"'), "E-XLSX-RANGE", "0"),
    ("merged", part(SHEET, "</sheetData>", MERGE), "E-XLSX-MERGE", "A2:B2"),
    ("hidden row", part(SHEET, '<row r="2"', '<row hidden="1" r="2"'), "E-XLSX-HIDDEN", "2"),
    (
        "hidden column",
        part(SHEET, "<sheetData>", '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'),
        "E-XLSX-HIDDEN",
        "B1",
    ),
    ("formula", part(SHEET, "<v>5</v>", "<f>1+1</f><v>5</v>"), "E-CELL-FORMULA", "C2"),
    ("error", part(SHEET, 't="s"><v>5</v>', 't="e"><v>#N/A</v>'), "E-CELL-FORMULA", "C2"),
]


def hidden_sheet(book: object) -> None:
    sheet = book.add_worksheet("旧表")  # type: ignore[attr-defined]
    sheet.write_string(0, 0, "x")
    sheet.hide()


def second_sheet(book: object) -> None:
    book.add_worksheet("另一张").write_string(5, 5, "x")  # type: ignore[attr-defined]


def title_row(path: Path) -> object:
    return write_book(path, [["行政处罚汇总表"], HEADER, GOOD])


def long_cell(path: Path) -> object:
    good_book(path)
    parts = members(path)
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(
        "虚构甲有限公司".encode(), ("长" * 32_768).encode()
    )
    return pack(path, parts)


def serial_sixty(book: object) -> None:
    style = book.add_format({"num_format": "yyyy-mm-dd"})  # type: ignore[attr-defined]
    sheet_of(book).write_number(2, 2, 60, style)  # type: ignore[attr-defined]


BOOKS: list[tuple[str, Make, str, str]] = [
    ("hidden sheet", lambda p: good_book(p, hidden_sheet), "E-XLSX-HIDDEN", "旧表"),
    ("two sheets", lambda p: good_book(p, second_sheet), "E-XLSX-SHEETS", "另一张"),
    ("title", title_row, "E-XLSX-RANGE", "B2"),
    ("long", long_cell, "E-CELL-LEN", "A2"),
    ("day 60", lambda p: good_book(p, serial_sixty), "E-DATE-1904", "C3"),
    ("empty", lambda p: write_book(p, []), "E-EMPTY", ""),
]


@pytest.mark.parametrize(
    ("make", "code", "place"),
    [pytest.param(*case[1:], id=case[0]) for case in [*ARCHIVES, *PARTS, *BOOKS]],
)
def test_a_trap_is_told_in_both_languages_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Make, code: str, place: str
) -> None:
    path, scratch = tmp_path / "trap.csv", tmp_path / "scratch"
    make(path)
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    refusal = refused(path)

    assert refusal.code == code
    for language in ("zh", "en"):
        assert place in refusal.explain(language)
        assert "{" not in refusal.explain(language) + refusal.advise(language).replace('{"rows"', "")
        assert refusal.advise(language)
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.explain("zh"))
    assert not list(scratch.iterdir())


def test_a_refused_workbook_leaves_nothing_in_the_database(intake: Intake, tmp_path: Path) -> None:
    path = good_book(tmp_path / "two.xlsx", second_sheet)

    with pytest.raises(FileRefused, match="E-XLSX-SHEETS"):
        intake(path, "registration", mapping="org-register")

    assert Submission.objects.count() == Organization.objects.count() == 0


def test_more_rows_than_a_workbook_may_have_are_told_with_a_hint_to_split(tmp_path: Path) -> None:
    path = good_book(tmp_path / "long.xlsx")
    parts = members(path)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(3, 200_003))
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)

    refusal = refused(path)

    assert refusal.code == "E-ROWS"
    assert "200001" in refusal.explain("en")
    assert "拆成" in refusal.advise("zh")


def test_what_is_formatted_but_empty_is_no_data(tmp_path: Path) -> None:
    empty = '<row r="9" hidden="1"><c r="Z9" s="0"/></row></sheetData>'
    path = changed_part(tmp_path / "styled.xlsx", SHEET, "</sheetData>", empty)

    frame = next(open_table(path).frames())

    assert frame.rows() == [(*GOOD, 2)]


def test_a_link_in_a_cell_is_no_active_content(tmp_path: Path) -> None:
    def link(book: object) -> None:
        sheet_of(book).write_url(1, 0, "https://example.invalid/", string=GOOD[0])  # type: ignore[attr-defined]

    path = good_book(tmp_path / "link.xlsx", link)

    assert next(open_table(path).frames()).rows() == [(*GOOD, 2)]
