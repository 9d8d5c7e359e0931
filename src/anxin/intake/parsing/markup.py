"""XML read with expat, which stops at the first document type declaration: no entity is ever defined."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from anxin.intake.parsing.refusals import BadMarkup, HasDeclarations

Attributes = dict[str, str]


def read_markup(
    part: IO[bytes],
    member: str,
    *,
    start: Callable[[str, Attributes], None] | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Feed a member's elements to the callbacks, by their names without prefix. Raises `HasDeclarations`, `BadMarkup`."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse(member)
    if start is not None:
        parser.StartElementHandler = _local_start(start)
    if end is not None:
        parser.EndElementHandler = _local_end(end)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.ParseFile(part)
    except expat.ExpatError as error:
        raise BadMarkup(place=f"{member}:{error.lineno}:{error.offset}") from None


def _refuse(member: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise HasDeclarations(place=member)

    return refuse


def _local_start(start: Callable[[str, Attributes], None]) -> Callable[[str, Attributes], None]:
    names: dict[str, str] = {}

    def handle(name: str, attributes: Attributes) -> None:
        local = names.get(name) or names.setdefault(name, name.rpartition(":")[2])
        start(local, attributes)

    return handle


def _local_end(end: Callable[[str], None]) -> Callable[[str], None]:
    names: dict[str, str] = {}

    def handle(name: str) -> None:
        end(names.get(name) or names.setdefault(name, name.rpartition(":")[2]))

    return handle
