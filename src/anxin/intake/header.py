"""Which column of a file is which field: by name, label, template code, or the mapping's own aliases."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.refusals import WrongColumns
from anxin.law.documents import optional, read_located, require, section, texts

MAPPINGS = Path(__file__).resolve().parents[1] / "law" / "packs" / "china" / "mappings"
GENERAL = "double-publicity"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Another source's column names: `columns` from its name to our field's; `ignored` are known and unused."""

    name: str
    columns: dict[str, str]
    ignored: tuple[str, ...] = ()
    separator: str = ","


def load_mapping(name: str) -> Mapping:
    """Read a mapping of the pack. Raises `WrongColumns` where there is none of that name."""
    path = MAPPINGS / f"{Path(name).name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(file.stem for file in MAPPINGS.glob("*.yaml")))
        raise WrongColumns(details=f"{name}? ({known})")
    root = read_located(path)
    columns = {key: str(value.plain()) for key, value in section(root, "columns").mapping.items()}
    return Mapping(
        name=require(root, "mapping", str),
        columns=columns,
        ignored=texts(root, "ignored"),
        separator=optional(root, "separator", str) or ",",
    )


def match_header(header: tuple[str, ...], item: ItemDefinition, mapping: Mapping) -> dict[str, str]:
    """File column → field name. Raises `WrongColumns` naming unknown, doubled and missing columns at once."""
    names = _known_names(item, mapping)
    ignored = {_fold(column) for column in mapping.ignored}
    found: dict[str, str] = {}
    unknown, doubled = [], []
    for column in header:
        field = names.get(_fold(column))
        if field is None:
            if _fold(column) not in ignored:
                unknown.append(column)
        elif field in found.values() or column in found:
            doubled.append(column)
        else:
            found[column] = field
    missing = [f.label.zh for f in item.fields if f.required and f.name not in found.values()]
    problems = [
        f"{label}: {'、'.join(columns)}"
        for label, columns in (
            ("未知列/unknown", unknown),
            ("重复列/doubled", doubled),
            ("缺列/missing", missing),
        )
        if columns
    ]
    if problems:
        raise WrongColumns(details="; ".join(problems))
    return found


def _known_names(item: ItemDefinition, mapping: Mapping) -> dict[str, str]:
    names: dict[str, str] = {}
    own = {field.name for field in item.fields}
    general = load_mapping(GENERAL).columns if mapping.name != GENERAL else {}
    for column, target in {**general, **mapping.columns}.items():
        if target in own:
            names[_fold(column)] = target
    for field in item.fields:
        for text in (field.name, field.label.zh, field.label.en, field.source_column):
            if text:
                names.setdefault(_fold(text), field.name)
    return names


def _fold(column: str) -> str:
    """Column names differ in width, brackets, dashes and spaces between sources; none of that carries meaning."""
    return re.sub(r"[\s()\[\]【】_\-—:*]", "", unicodedata.normalize("NFKC", column)).lower()
