"""The parts of a workbook: which sheets it has and where, and whether anything in it acts by itself."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from zipfile import ZipFile

from anxin.intake.parsing.archive import printable
from anxin.intake.parsing.markup import Attributes, read_markup
from anxin.intake.parsing.refusals import ActiveContent, BadMarkup
from anxin.intake.refusals import WrongType

BOOK = "xl/workbook.xml"
_ACTIVE_PARTS = (
    *("vbaproject", "externallinks/", "activex/", "embeddings/", "ctrlprops/", "macrosheets/"),
    *("dialogsheets/", "connections.xml", "querytables/", "customui/", "webextensions/"),
)
_OTHER_KINDS = (
    ("word/document.xml", "Word .docx"),
    ("ppt/presentation.xml", "PowerPoint .pptx"),
    ("xl/workbook.bin", "Excel .xlsb"),
    ("content.xml", "OpenDocument"),
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name, its member of the archive, its place among all sheets from 0, whether it can be seen."""

    name: str
    member: str
    position: int
    hidden: bool


def check_kind(names: set[str]) -> None:
    """Raise `WrongType` for an archive that is no workbook."""
    if BOOK not in names:
        found = next((kind for part, kind in _OTHER_KINDS if part in names), "ZIP")
        raise WrongType(found=found)


def check_inert(names: list[str]) -> None:
    """Raise `ActiveContent` for members that hold macros, links, connections or objects."""
    for name in names:
        if any(part in name.lower() for part in _ACTIVE_PARTS):
            raise ActiveContent(place=printable(name))


def check_part(archive: ZipFile, name: str) -> None:
    """Raise for document types, malformed XML, macro types, and relations to the outside other than hyperlinks."""

    def start(element: str, attributes: Attributes) -> None:
        outside = attributes.get("TargetMode", "").lower() == "external"
        if element == "Relationship" and outside and not attributes.get("Type", "").endswith("/hyperlink"):
            raise ActiveContent(place=printable(name))
        if "macroenabled" in attributes.get("ContentType", "").lower():
            raise ActiveContent(place=printable(name))

    watched = name.endswith(".rels") or name == "[Content_Types].xml"
    with archive.open(name) as part:
        read_markup(part, printable(name), start=start if watched else None)


def sheet_parts(archive: ZipFile) -> list[SheetPart]:
    """The worksheets in the order of the workbook. Raises `ActiveContent` and `BadMarkup`."""
    targets = _targets(archive)
    sheets: list[SheetPart] = []
    position = 0

    def start(element: str, attributes: Attributes) -> None:
        nonlocal position
        if element in {"externalReference", "ddeLink"} or (
            element == "definedName" and "auto_" in attributes.get("name", "").lower()
        ):
            raise ActiveContent(place=BOOK)
        if element != "sheet":
            return
        key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
        member = targets.get(key, "")
        if "worksheets/" in member:
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append(SheetPart(attributes.get("name", ""), member, position, hidden))
        position += 1

    with archive.open(BOOK) as part:
        read_markup(part, BOOK, start=start)
    present = set(archive.namelist())
    if not sheets or any(sheet.member not in present for sheet in sheets):
        raise BadMarkup(place=BOOK)
    return sheets


def styles_member(archive: ZipFile) -> str:
    """The member with the styles of cells, empty where there is none. Raises `BadMarkup`."""
    return next((one.member for one in _relations(archive) if one.kind.endswith("/styles")), "")


@dataclass(frozen=True, slots=True)
class _Relation:
    key: str
    kind: str
    member: str


def _targets(archive: ZipFile) -> dict[str, str]:
    return {one.key: one.member for one in _relations(archive)}


def _relations(archive: ZipFile) -> list[_Relation]:
    name = "xl/_rels/workbook.xml.rels"
    if name not in archive.namelist():
        raise BadMarkup(place=name)
    relations: list[_Relation] = []

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            member = posixpath.normpath(whole)
            relations.append(_Relation(attributes.get("Id", ""), attributes.get("Type", ""), member))

    with archive.open(name) as part:
        read_markup(part, name, start=start)
    return relations
