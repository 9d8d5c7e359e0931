"""Which column of a file is which field: by name, label, template code, or the mapping's own aliases."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings

from anxin.catalog.codes import CURRENT
from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks import Terms
from anxin.intake.refusals import ProhibitedColumns, WrongColumns
from anxin.law.documents import Located, allow_keys, choice, optional, read_located, require, section, texts
from anxin.law.problems import Problems
from anxin.law.prohibited import screen_field
from anxin.law.registry import PACKS

FOLDERS = tuple(PACKS / pack / "mappings" for pack in ("china", settings.LAW_PACK))
GENERAL = "double-publicity"
KEYS = {
    *("mapping", "item", "separator", "columns", "joined", "ignored", "not_required", "codes"),
    *("checked_on", "unverified", "sources", "ended"),
}
# The columns that the returned workbook adds, so that a corrected one can be sent as it is.
ADDED_TITLES = ("原文件行号 / row", "退回原因 / reasons")
ENDINGS = ("withdrawn", "annulled")
# What joins the values of several columns that are one field.
JOIN = ";"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Another source's column names: `columns` from its name to our field's; `ignored` are known and unused.

    `joined`: fields whose values stand in several columns. `not_required`: fields that this source never had, each
    with the reason. `code_source`, `code_version`: whose code lists its numbers belong to. `ended`: words of a legal
    status by which a decision has ended → `withdrawn` or `annulled`.
    """

    name: str
    columns: dict[str, str]
    ignored: tuple[str, ...] = ()
    separator: str = ","
    joined: frozenset[str] = frozenset()
    not_required: dict[str, str] = field(default_factory=dict)
    code_source: str = GENERAL
    code_version: str = CURRENT
    ended: dict[str, str] = field(default_factory=dict)


def load_mapping(name: str) -> Mapping:
    """Read a mapping of the pack. Raises `WrongColumns` where there is none of that name."""
    files = mapping_files()
    path = files.get(name)
    if path is None:
        raise WrongColumns(details=f"{name}? ({', '.join(sorted(files))})")
    return read_mapping(path)


def mapping_files() -> dict[str, Path]:
    """The mappings of the national pack and of the city's, by name."""
    return {file.stem: file for folder in FOLDERS for file in folder.glob("*.yaml")}


def read_mapping(path: Path) -> Mapping:
    """A mapping's file. Raises `PackError` with every fault and its line."""
    problems = Problems()
    root = read_located(path, problems)
    allow_keys(root, KEYS)
    codes = root.mapping.get("codes")
    mapping = Mapping(
        name=require(root, "mapping", str),
        columns=_names(root, "columns"),
        ignored=texts(root, "ignored"),
        separator=optional(root, "separator", str) or ",",
        joined=frozenset(texts(root, "joined")),
        not_required=_names(root, "not_required") if "not_required" in root.mapping else {},
        code_source=require(codes, "source", str) if codes is not None else GENERAL,
        code_version=require(codes, "version", str) if codes is not None else CURRENT,
        ended=_endings(root),
    )
    problems.raise_if_any()
    return mapping


def _names(root: Located, key: str) -> dict[str, str]:
    part = section(root, key)
    return {name: require(part, name, str) for name in part.mapping}


def _endings(root: Located) -> dict[str, str]:
    if "ended" not in root.mapping:
        return {}
    part = section(root, "ended")
    return {word: choice(part, word, ENDINGS) for word in part.mapping}


def ending_words(mapping: Mapping) -> dict[str, str]:
    """The general words by which a decision has ended, and the mapping's own."""
    return {**load_mapping(GENERAL).ended, **mapping.ended}


def match_header(header: tuple[str, ...], item: ItemDefinition, mapping: Mapping) -> dict[str, str]:
    """File column → field name. Raises `WrongColumns` naming unknown, doubled and missing columns at once.

    A column that names what may not be collected is refused as such (`ProhibitedColumns`), whatever else is wrong.
    """
    names = _known_names(item, mapping)
    ignored = {_fold(column) for column in (*mapping.ignored, *ADDED_TITLES)}
    found: dict[str, str] = {}
    unknown, doubled = [], []
    for column in header:
        target = names.get(_fold(column))
        if target is None:
            if _fold(column) not in ignored:
                unknown.append(column)
        elif (target in found.values() and target not in mapping.joined) or column in found:
            doubled.append(column)
        else:
            found[column] = target
    _refuse_prohibited(unknown)
    missing = [
        one.label.zh
        for one in item.fields
        if one.required and one.name not in mapping.not_required and one.name not in found.values()
    ]
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


def _refuse_prohibited(unknown: list[str]) -> None:
    categories = [category for column in unknown if (category := screen_field(column))]
    if categories:
        names = "、".join(dict.fromkeys(f"{one.label.zh} / {one.label.en}" for one in categories))
        raise ProhibitedColumns(categories=names, place=str(categories[0].clause))


def choose_columns(fields: dict[str, str]) -> list[pl.Expr]:
    """The item's fields out of a file's columns, as `match_header` assigned them; several of one field are joined."""
    by_field: dict[str, list[str]] = {}
    for column, name in fields.items():
        by_field.setdefault(name, []).append(column)
    return [
        (
            pl.col(columns[0])
            if len(columns) == 1
            else pl.when(pl.any_horizontal(pl.col(columns).is_not_null())).then(
                pl.concat_str(columns, separator=JOIN, ignore_nulls=True)
            )
        ).alias(name)
        for name, columns in by_field.items()
    ]


def terms_of(mapping: Mapping, *, as_of: date, exceptions: frozenset[str] = frozenset()) -> Terms:
    """By what rows of that source are checked."""
    return Terms(
        as_of=as_of,
        exceptions=exceptions,
        code_source=mapping.code_source,
        code_version=mapping.code_version,
        not_required=frozenset(mapping.not_required),
    )


def _known_names(item: ItemDefinition, mapping: Mapping) -> dict[str, str]:
    names: dict[str, str] = {}
    own = {one.name for one in item.fields}
    general = load_mapping(GENERAL).columns if mapping.name != GENERAL else {}
    for column, target in {**general, **mapping.columns}.items():
        if target in own:
            names[_fold(column)] = target
    for one in item.fields:
        for text in (one.name, one.label.zh, one.label.en, one.source_column):
            if text:
                names.setdefault(_fold(text), one.name)
    return names


def _fold(column: str) -> str:
    """Column names differ in width, brackets, dashes and spaces between sources; none of that carries meaning."""
    return re.sub(r"[\s()\[\]【】_\-—:*]", "", unicodedata.normalize("NFKC", column)).lower()
