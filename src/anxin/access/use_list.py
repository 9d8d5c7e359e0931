"""The government use list of a rule pack: `law/packs/<pack>/use_list.yaml` (Art. 20)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anxin.catalog.definitions import ItemDefinition
from anxin.kernel.text import Bilingual
from anxin.law.documents import (
    Located,
    allow_keys,
    bilingual,
    entries,
    optional,
    read_located,
    require,
    texts,
)
from anxin.law.pack import Pack
from anxin.law.problems import Problems

FILE = "use_list.yaml"
KEYS = {
    *("code", "name", "basis", "units", "purposes", "subject_kinds", "fields", "from", "to", "unverified"),
}
SUBJECT_KINDS = ("natural_person", "legal_person", "unincorporated_organization")


@dataclass(frozen=True, slots=True)
class UseItem:
    """For which matter which units may read what. `fields`: a catalog item, or `item.field`; `valid_to`: the first day after."""

    code: str
    name: Bilingual
    basis: str
    units: tuple[str, ...]
    purposes: tuple[Bilingual, ...]
    subject_kinds: tuple[str, ...]
    fields: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What an entry may name."""

    law: Pack
    items: Mapping[str, ItemDefinition]
    units: Collection[str]


def read_use_list(
    folder: Path, *, law: Pack, catalog: Iterable[ItemDefinition], units: Collection[str]
) -> tuple[UseItem, ...]:
    """Every item of a pack's list, by code; none where it has no such file. Raises `PackError` with all faults at once."""
    path = folder / FILE
    if not path.exists():
        return ()
    problems = Problems()
    known = _Known(law, {item.code: item for item in catalog}, units)
    found: dict[str, UseItem] = {}
    root = read_located(path, problems, relative_to=folder.parent)
    allow_keys(root, {"items"})
    for entry in entries(root, "items"):
        item = _item(entry, known)
        if item.code in found:
            _fault(entry, "code", f"“{item.code}”出现了两次", f"“{item.code}” stands twice")
        found[item.code] = item
    problems.raise_if_any()
    return tuple(found[code] for code in sorted(found))


def _item(entry: Located, known: _Known) -> UseItem:
    allow_keys(entry, KEYS)
    item = UseItem(
        code=require(entry, "code", str),
        name=bilingual(entry, "name"),
        basis=require(entry, "basis", str),
        units=texts(entry, "units", needed=True),
        purposes=tuple(_purpose(one) for one in entries(entry, "purposes")),
        subject_kinds=texts(entry, "subject_kinds", needed=True),
        fields=texts(entry, "fields", needed=True),
        valid_from=require(entry, "from", date),
        valid_to=optional(entry, "to", date),
        unverified=bool(optional(entry, "unverified", bool)),
    )
    _check(entry, item, known)
    return item


def _purpose(node: Located) -> Bilingual:
    allow_keys(node, {"zh", "en"})
    return Bilingual(require(node, "zh", str), require(node, "en", str))


def _check(entry: Located, item: UseItem, known: _Known) -> None:
    if item.basis and item.basis not in known.law.clauses:
        _fault(entry, "basis", f"没有条款“{item.basis}”", f"there is no clause “{item.basis}”")
    for unit in item.units:
        if unit not in known.units:
            _fault(entry, "units", f"没有单位“{unit}”", f"there is no unit “{unit}”")
    for kind in item.subject_kinds:
        if kind not in SUBJECT_KINDS:
            _fault(entry, "subject_kinds", f"没有这种主体“{kind}”", f"no such kind of subject “{kind}”")
    if item.valid_to is not None and item.valid_to <= item.valid_from:
        _fault(entry, "to", "终止日不晚于起始日", "it would end before it began")
    for field in item.fields:
        why = _wrong_with(field, item, known.items)
        if why is not None:
            _fault(entry, "fields", why.zh, why.en)


def _wrong_with(field: str, item: UseItem, catalog: Mapping[str, ItemDefinition]) -> Bilingual | None:
    """Why a field may not be listed: unknown, never given out, or of an item about none of the subjects."""
    code, _, name = field.partition(".")
    definition = catalog.get(code)
    if definition is None:
        return Bilingual(f"目录没有条目“{code}”", f"the catalog has no item “{code}”")
    if not set(definition.subject_kinds) & set(item.subject_kinds):
        return Bilingual(f"“{code}”不涉及所列主体", f"“{code}” is about none of these kinds of subject")
    found = [one for one in definition.fields if one.name == name]
    if name and (not found or found[0].visibility == "never" or found[0].type == "personal_number"):
        return Bilingual(f"“{field}”不能列入", f"“{field}” cannot be listed")
    return None


def _fault(entry: Located, key: str, zh: str, en: str) -> None:
    place = entry.mapping.get(key, entry)
    place.fault(
        Bilingual(zh, en), Bilingual("请改正政务应用清单的这一项。", "Correct this item of the use list.")
    )
