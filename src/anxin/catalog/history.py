"""What changed from one published version of an item to the next, for the public history (Art. 9(2))."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.kernel.text import Bilingual

_Described = TypeVar("_Described", ItemDefinition, FieldDefinition)
# What tells versions apart by nature, or is compared field by field.
_NOT_COMPARED = {"fields", "valid_from", "valid_to", "number", "version_id", "item_id"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind`: `particular` (of the item), `added`, `removed` or `altered` (a field).

    `label`: the field's, None for a particular; `particulars`: names of what differs.
    """

    kind: str
    label: Bilingual | None
    particulars: tuple[str, ...]


def changes(before: ItemDefinition, after: ItemDefinition) -> tuple[Change, ...]:
    """What `after` says otherwise than `before`: the item's particulars first, then fields in their order."""
    found = []
    particulars = _differing(before, after, _NOT_COMPARED)
    if particulars:
        found.append(Change("particular", None, particulars))
    old = {field.name: field for field in before.fields}
    for field in after.fields:
        found += _field_change(old.pop(field.name, None), field)
    found += [Change("removed", field.label, ()) for field in old.values()]
    return tuple(found)


def _field_change(before: FieldDefinition | None, after: FieldDefinition) -> list[Change]:
    if before is None:
        return [Change("added", after.label, ())]
    differing = _differing(before, after, set())
    return [Change("altered", after.label, differing)] if differing else []


def _differing(before: _Described, after: _Described, left_out: set[str]) -> tuple[str, ...]:
    names = [field.name for field in fields(before) if field.name not in left_out]
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))
