"""Kinds of code that a city's pack declares beside the unified social credit code: `law/packs/<pack>/code_kinds.yaml`.

A city of the mainland needs none (Art. 12(2)), and its pack then has no such file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from django.db import transaction

from anxin.catalog.definitions import CodeKind
from anxin.catalog.models import CodeKind as StoredKind
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.documents import Located, allow_keys, bilingual, entries, read_located, require
from anxin.law.problems import Problems

FILE = "code_kinds.yaml"
KEYS = {"name", "label", "pattern"}


class CodeKindChanged(Refusal):
    """Codes were stored under the old pattern, so a kind keeps it."""

    code: ClassVar[str] = "E-CODE-KIND"
    clause: ClassVar[str | None] = "anshan-2022-9/12/2"
    message = Bilingual("代码种类“{name}”的写法已经改变。", "The pattern of code kind “{name}” has changed.")
    remedy = Bilingual("请用新的名称另立一种。", "Declare a new kind under a new name.")


def read_code_kinds(folders: Iterable[Path]) -> dict[str, CodeKind]:
    """The kinds of every pack folder that declares some, by name. Raises `PackError` with all faults at once."""
    problems = Problems()
    kinds: dict[str, CodeKind] = {}
    for folder in folders:
        path = folder / FILE
        if path.exists():
            root = read_located(path, problems, relative_to=folder.parent)
            allow_keys(root, {"code_kinds"})
            for entry in entries(root, "code_kinds"):
                kind = _kind(entry)
                kinds[kind.name] = kind
    problems.raise_if_any()
    return kinds


def _kind(entry: Located) -> CodeKind:
    allow_keys(entry, KEYS)
    kind = CodeKind(require(entry, "name", str), bilingual(entry, "label"), require(entry, "pattern", str))
    try:
        re.compile(kind.pattern)
    except re.error as error:
        entry.mapping["pattern"].fault(
            Bilingual(f"不是正则表达式：{error}", f"no regular expression: {error}"),
            Bilingual("请改正。", "Correct it."),
        )
    return kind


@transaction.atomic
def publish_code_kinds(*, kinds: Iterable[CodeKind]) -> list[str]:
    """Make the kinds known to the database; returns the new ones. Raises `CodeKindChanged`."""
    published = []
    for kind in kinds:
        stored, new = StoredKind.objects.get_or_create(
            name=kind.name,
            defaults={"label_zh": kind.label.zh, "label_en": kind.label.en, "pattern": kind.pattern},
        )
        if stored.pattern != kind.pattern:
            raise CodeKindChanged(name=kind.name)
        if new:
            published.append(kind.name)
    return published
