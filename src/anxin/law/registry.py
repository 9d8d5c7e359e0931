"""Reads a pack from its folder, with what it extends; validated whole, cached.

    pack = load_pack("anshan")
    pack.clause("anshan-2022-9/41/2").what.zh
    pack.parameter("objection.verification").on(day)     # 3 (working days)

A folder holds `pack.yaml`, `instruments.yaml`, `parameters.yaml` and `clauses/*.yaml` (an article each); other slices read their own
folders beside them (`catalog`, `units`, `codes`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from anxin.kernel.text import Bilingual
from anxin.law import checks, reading
from anxin.law.documents import (
    Located,
    Problems,
    allow_keys,
    bilingual,
    entries,
    optional,
    read_located,
    require,
    section,
    texts,
)
from anxin.law.pack import Article, Instrument, Pack, Parameter

PACKS = Path(__file__).parent / "packs"
_PACK_KEYS = {
    "name",
    "version",
    "title",
    "regulation",
    "effective_on",
    "unverified",
    "extends",
    "platform",
    "jurisdiction",
    "chapters",
    "roles",
}
Named = TypeVar("Named", Instrument, Parameter)


@dataclass(slots=True)
class _Parts:
    """What was read so far, the extended packs first."""

    roles: dict[str, Bilingual] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    articles: list[Article] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)


@lru_cache(maxsize=8)
def load_pack(name: str = "anshan", *, root: Path | None = None) -> Pack:
    """The pack of that name below `root` (ours by default). `PackError` lists every fault with file and line."""
    problems = Problems()
    pack = _read_pack(name, root or PACKS, problems)
    checks.check_pack(pack, problems)
    problems.raise_if_any()
    return pack


def _read_pack(name: str, root: Path, problems: Problems) -> Pack:
    parts = _Parts()
    head = _read_head(name, root, problems)
    for base in texts(head, "extends"):
        _read_parts(root / base, root, problems, parts, _read_head(base, root, problems))
    _read_parts(root / name, root, problems, parts, head)
    parts.articles.sort(key=lambda article: (article.instrument, article.number))
    return Pack(
        name=name,
        version=require(head, "version", str),
        title=bilingual(head, "title"),
        regulation=require(head, "regulation", str),
        effective_on=require(head, "effective_on", date),
        unverified=reading.flag(head, "unverified"),
        extends=texts(head, "extends"),
        jurisdiction=reading.read_jurisdiction(section(head, "jurisdiction")),
        chapters=tuple(_label(node) for node in entries(head, "chapters", needed=False)),
        roles=parts.roles,
        instruments=parts.instruments,
        articles=tuple(parts.articles),
        parameters=parts.parameters,
        hash=content_hash(parts.folders, root),
        folders=tuple(str(folder) for folder in parts.folders),
    )


def _read_head(name: str, root: Path, problems: Problems) -> Located:
    head = read_located(root / name / "pack.yaml", problems, relative_to=root)
    allow_keys(head, _PACK_KEYS)
    if optional(head, "name", str) not in (None, name):
        head.mapping["name"].fault(
            Bilingual("与文件夹名不一致", "differs from the folder's name"),
            Bilingual(f"写 {name}", f"write {name}"),
        )
    return head


def _read_parts(folder: Path, root: Path, problems: Problems, parts: _Parts, head: Located) -> None:
    parts.folders.append(folder)
    parts.roles.update({slug: bilingual(section(head, "roles"), slug) for slug in _roles(head)})
    listed = read_located(folder / "instruments.yaml", problems, relative_to=root)
    for node in entries(listed, "instruments"):
        _add(parts.instruments, reading.read_instrument(node), node, "id")
    numbers = read_located(folder / "parameters.yaml", problems, relative_to=root)
    for node in entries(numbers, "parameters"):
        _add(parts.parameters, reading.read_parameter(node), node, "name")
    for path in sorted((folder / "clauses").glob("*.yaml")):
        parts.articles.append(reading.read_article(read_located(path, problems, relative_to=root)))


def _roles(head: Located) -> list[str]:
    return list(section(head, "roles", needed=False).mapping)


def _label(node: Located) -> Bilingual:
    return Bilingual(require(node, "zh", str), require(node, "en", str))


def _add(found: dict[str, Named], one: Named, node: Located, key: str) -> None:
    name = str(getattr(one, key))
    if name in found:
        node.fault(
            Bilingual(f"“{name}”已在别处定义", f"“{name}” is defined already"),
            Bilingual(f"见 {found[name].place.file}", f"see {found[name].place.file}"),
        )
    found[name] = one


def content_hash(folders: list[Path], root: Path) -> str:
    """SHA-256 over the name and content of every YAML and Python file, in the order of names, line ends as LF."""
    digest = sha256()
    for folder in sorted(folders):
        for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.py")]):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            name = path.relative_to(root).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
