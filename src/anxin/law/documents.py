"""YAML whose every value knows its file and line.

    problems = Problems()
    root = read_located(path, problems)
    slug = require(root, "slug", str)           # a fault is noted, reading goes on with an empty value
    label = bilingual(root, "label")            # {zh: …, en: …}
    for field in entries(root, "fields"):       # a list; each entry is Located too
        allow_keys(field, {"name", "type", "required"})
    problems.raise_if_any()                     # PackError with every `file:line: what: remedy`

Stricter than YAML 1.1 where a reader would stumble: keys are always text (`on:` is not true), only `true` and `false`
are booleans, `0123` and `12:30` are text, `2026-04-01` is a date, fractions are refused (amounts are integers of
the smallest unit), a key given twice is a fault, aliases are refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

import yaml

from anxin.kernel.text import Bilingual
from anxin.law.problems import PackError, Problem, Problems

__all__ = [
    "Located",
    "PackError",
    "Problem",
    "Problems",
    "allow_keys",
    "bilingual",
    "choice",
    "entries",
    "optional",
    "optional_bilingual",
    "read_located",
    "require",
    "section",
    "texts",
]

Scalar = str | int | bool | date | None
T = TypeVar("T", str, int, bool, date)

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]*\Z")
_EMPTY: dict[type, Scalar] = {str: "", int: 0, bool: False, date: date.min}
_TYPE_NAMES = {
    str: Bilingual("文字", "text"),
    int: Bilingual("整数", "a whole number"),
    bool: Bilingual("true 或 false", "true or false"),
    date: Bilingual("日期（如 2026-04-01）", "a date such as 2026-04-01"),
}


@dataclass(frozen=True, slots=True)
class Located:
    """A value of a YAML file: a scalar, a `dict[str, Located]`, or a `list[Located]`; with its place."""

    value: Scalar | dict[str, Located] | list[Located]
    file: str
    line: int
    problems: Problems = field(repr=False, compare=False)

    @property
    def mapping(self) -> dict[str, Located]:
        """The keys and values; empty where this is not a mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Located]:
        """The entries; empty where this is not a list."""
        return self.value if isinstance(self.value, list) else []

    def __contains__(self, key: str) -> bool:
        return key in self.mapping

    def __iter__(self) -> Iterator[Located]:
        return iter(self.items)

    def plain(self) -> object:
        """The same value without places: scalars, `dict` and `list` only."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def fault(self, what: Bilingual, remedy: Bilingual) -> None:
        """Note that something is wrong here."""
        self.problems.add(self.file, self.line, what, remedy)


def read_located(path: Path, problems: Problems | None = None, *, relative_to: Path | None = None) -> Located:
    """Read one YAML file. Faults of the text itself go to `problems`, and an empty mapping is returned.

    Without `problems` a faulty file raises `PackError` at once. `relative_to` shortens the file name shown.
    """
    collected = problems if problems is not None else Problems()
    name = str(path.relative_to(relative_to)) if relative_to else str(path)
    root = Located({}, name, 1, collected)
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except OSError:
        root.fault(
            Bilingual("文件无法读取", "the file cannot be read"),
            Bilingual("检查文件是否存在", "check that it exists"),
        )
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        collected.add(name, mark.line + 1 if mark else 0, *_syntax_fault(error))
    else:
        if node is not None:
            root = _Conversion(name, collected).convert(node)
    if problems is None:
        collected.raise_if_any()
    return root


def _syntax_fault(error: Exception) -> tuple[Bilingual, Bilingual]:
    detail = getattr(error, "problem", None) or type(error).__name__
    return (
        Bilingual(f"不是有效的 YAML（{detail}）", f"not valid YAML ({detail})"),
        Bilingual(
            "检查缩进、冒号和引号，文件须为 UTF-8",
            "check indentation, colons and quotes; the file must be UTF-8",
        ),
    )


@dataclass(slots=True)
class _Conversion:
    """Turns the nodes of one file into `Located` values."""

    file: str
    problems: Problems
    seen: set[int] = field(default_factory=set)

    def convert(self, node: yaml.Node) -> Located:
        located = Located(None, self.file, node.start_mark.line + 1, self.problems)
        if isinstance(node, yaml.ScalarNode):
            return Located(self._scalar(node, located), self.file, located.line, self.problems)
        if id(node) in self.seen:
            located.fault(
                Bilingual("使用了 YAML 别名", "a YAML alias is used"),
                Bilingual("直接写出内容", "write the content out"),
            )
            return located
        self.seen.add(id(node))
        value: dict[str, Located] | list[Located]
        value = (
            self._mapping(node)
            if isinstance(node, yaml.MappingNode)
            else [self.convert(n) for n in node.value]
        )
        return Located(value, self.file, located.line, self.problems)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Located]:
        result: dict[str, Located] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            child = self.convert(value_node)
            if key in result:
                self.problems.add(
                    self.file,
                    key_node.start_mark.line + 1,
                    Bilingual(f"“{key}”重复", f"“{key}” is given twice"),
                    Bilingual("保留一处", "keep one of them"),
                )
            result[key] = child
        return result

    def _scalar(self, node: yaml.ScalarNode, at: Located) -> Scalar:
        text = str(node.value)
        if node.style:  # quoted; plain is None in one loader and empty in the other
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.match(text):
            return int(text)
        if _DATE.match(text):
            return self._date(text, at)
        if _FRACTION.match(text):
            at.fault(
                Bilingual(f"“{text}”是小数", f"“{text}” is a fraction"),
                Bilingual("用最小单位的整数，或加引号", "use whole numbers of the smallest unit, or quotes"),
            )
        return text

    @staticmethod
    def _date(text: str, at: Located) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            at.fault(
                Bilingual(f"没有“{text}”这一天", f"there is no day {text}"),
                Bilingual("改为真实日期", "give a real date"),
            )
            return None


def require(mapping: Located, key: str, kind: type[T]) -> T:
    """The scalar at `key`. Missing or of another type: a fault, and the empty value of the type."""
    if key not in mapping:
        mapping.fault(
            Bilingual(f"缺少“{key}”", f"“{key}” is missing"),
            Bilingual(f"补充{_TYPE_NAMES[kind].zh}", f"add {_TYPE_NAMES[kind].en}"),
        )
        return cast(T, _EMPTY[kind])
    return _typed(mapping.mapping[key], key, kind)


def optional(mapping: Located, key: str, kind: type[T]) -> T | None:
    """The scalar at `key`, or None where the key is absent or null."""
    child = mapping.mapping.get(key)
    if child is None or child.value is None:
        return None
    return _typed(child, key, kind)


def _typed(child: Located, key: str, kind: type[T]) -> T:
    value = child.value
    exact = type(value) is kind and value != ""
    if not exact:
        name = _TYPE_NAMES[kind]
        child.fault(
            Bilingual(f"“{key}”应为{name.zh}", f"“{key}” must be {name.en}"),
            Bilingual("改正该值", "correct the value"),
        )
        return cast(T, _EMPTY[kind])
    return cast(T, value)


def choice(mapping: Located, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
    """The text at `key`, which must be one of `allowed`; `default` where the key is absent."""
    if key not in mapping and default is not None:
        return default
    value = require(mapping, key, str)
    if value and value not in allowed:
        listed = ", ".join(sorted(allowed))
        mapping.mapping[key].fault(
            Bilingual(f"“{key}”不能是“{value}”", f"“{key}” cannot be “{value}”"),
            Bilingual(f"可选：{listed}", f"choose one of: {listed}"),
        )
    return value


def section(mapping: Located, key: str, *, needed: bool = True) -> Located:
    """The mapping at `key`; an empty one where absent (a fault if `needed`)."""
    return _container(mapping, key, dict, needed)


def entries(mapping: Located, key: str, *, needed: bool = True) -> list[Located]:
    """The list at `key`; empty where absent (a fault if `needed`)."""
    return _container(mapping, key, list, needed).items


def _container(mapping: Located, key: str, kind: type, needed: bool) -> Located:
    child = mapping.mapping.get(key)
    empty = Located(kind(), mapping.file, child.line if child else mapping.line, mapping.problems)
    if child is None or child.value is None:
        if needed:
            mapping.fault(Bilingual(f"缺少“{key}”", f"“{key}” is missing"), Bilingual("补充该项", "add it"))
        return empty
    if not isinstance(child.value, kind):
        zh, en = ("列表", "a list") if kind is list else ("键值结构", "a mapping")
        child.fault(
            Bilingual(f"“{key}”应为{zh}", f"“{key}” must be {en}"), Bilingual("改正结构", "correct its shape")
        )
        return empty
    return child


def texts(mapping: Located, key: str, *, needed: bool = False) -> tuple[str, ...]:
    """A list of texts at `key`; a single text is read as a list of one."""
    child = mapping.mapping.get(key)
    if child is not None and isinstance(child.value, str):
        return (child.value,)
    found = []
    for entry in entries(mapping, key, needed=needed):
        found.append(_typed(entry, key, str))
    return tuple(found)


def bilingual(mapping: Located, key: str) -> Bilingual:
    """A text in both languages at `key`: `{zh: …, en: …}`."""
    pair = section(mapping, key)
    if not pair.mapping:
        return Bilingual("", "")
    allow_keys(pair, {"zh", "en"})
    return Bilingual(require(pair, "zh", str).strip(), require(pair, "en", str).strip())


def optional_bilingual(mapping: Located, key: str) -> Bilingual | None:
    """As `bilingual`, or None where the key is absent."""
    return bilingual(mapping, key) if key in mapping else None


def allow_keys(mapping: Located, allowed: Collection[str]) -> None:
    """Note every key outside `allowed`, with the nearest allowed one as a hint."""
    for key, child in mapping.mapping.items():
        if key in allowed:
            continue
        near = difflib.get_close_matches(key, allowed, n=1)
        hint = near[0] if near else ", ".join(sorted(allowed))
        child.fault(
            Bilingual(f"不认识“{key}”", f"“{key}” is not known here"),
            Bilingual(f"是否指：{hint}", f"perhaps you mean: {hint}"),
        )
