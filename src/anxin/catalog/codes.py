"""Code lists per source and version: `law/packs/<pack>/codes/*.yaml`.

The same number means different things in different templates, so a list is always asked for with its source and version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anxin.kernel.text import Bilingual
from anxin.law.documents import (
    Located,
    allow_keys,
    entries,
    optional,
    read_located,
    require,
    texts,
)
from anxin.law.problems import Problems
from anxin.law.registry import PACKS

CURRENT = "current"
FILE_KEYS = {"source", "version", "checked_on", "unverified", "lists"}
LIST_KEYS = {"list", "clause", "open", "values"}

CodeLists = Mapping[tuple[str, str, str], "CodeList"]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list. `meanings`: each value and alias with the value it stands for.

    `open`: the template lets a unit write a value of its own after the last one (其他-…).
    """

    name: str
    source: str
    version: str
    values: tuple[str, ...]
    meanings: Mapping[str, str]
    open: bool
    unverified: bool

    def value_of(self, text: str) -> str | None:
        """The list's value for a text as written, or None where this source and version does not have it."""
        return self.meanings.get(text.strip())


def code_list(name: str, *, source: str = "double-publicity", version: str = CURRENT) -> CodeList:
    """A list of the national pack. `KeyError` where there is none: names come from the catalog, which was checked."""
    return national_code_lists()[name, source, version]


@lru_cache(maxsize=1)
def national_code_lists() -> CodeLists:
    """The lists of the national pack."""
    return read_code_lists([PACKS / "china" / "codes"])


def read_code_lists(folders: Iterable[Path]) -> CodeLists:
    """Every list below the folders, by name, source and version. Raises `PackError` with all faults at once."""
    problems = Problems()
    lists: dict[tuple[str, str, str], CodeList] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            root = read_located(path, problems, relative_to=folder.parent)
            allow_keys(root, FILE_KEYS)
            for entry in entries(root, "lists"):
                found = _list(root, entry)
                key = (found.name, found.source, found.version)
                if key in lists:
                    _twice(entry, f"{found.name} ({found.source}, {found.version})")
                lists[key] = found
    problems.raise_if_any()
    return lists


def _list(root: Located, entry: Located) -> CodeList:
    allow_keys(entry, LIST_KEYS)
    values: list[str] = []
    meanings: dict[str, str] = {}
    for node in entries(entry, "values"):
        allow_keys(node, {"value", "aliases"})
        value = require(node, "value", str)
        values.append(value)
        for text in (value, *texts(node, "aliases")):
            if text in meanings:
                _twice(node, text)
            meanings[text] = value
    return CodeList(
        name=require(entry, "list", str),
        source=require(root, "source", str),
        version=require(root, "version", str),
        values=tuple(values),
        meanings=meanings,
        open=bool(optional(entry, "open", bool)),
        unverified=bool(optional(root, "unverified", bool)),
    )


def _twice(node: Located, what: str) -> None:
    node.fault(
        Bilingual(f"“{what}”出现了两次", f"“{what}” stands twice"),
        Bilingual("请删除其中一个。", "Remove one."),
    )
