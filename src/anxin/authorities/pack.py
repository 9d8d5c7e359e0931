"""The units of a rule pack: `law/packs/<pack>/units/*.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anxin.authorities.models import Unit
from anxin.kernel.text import Bilingual
from anxin.law.documents import (
    Located,
    allow_keys,
    bilingual,
    choice,
    entries,
    optional,
    read_located,
    require,
)
from anxin.law.problems import Problems

UNIT_KEYS = {"code", "name", "kind", "level", "division_code", "uscc", "valid_from"}


@dataclass(frozen=True, slots=True)
class UnitDefinition:
    """A unit as the pack names it; `division_code` has six digits, or nine with a local extension."""

    code: str
    name: Bilingual
    kind: str
    level: str
    division_code: str
    uscc: str | None
    valid_from: date


def read_units(folder: Path) -> tuple[UnitDefinition, ...]:
    """Every unit below a folder. Raises `PackError` with all faults at once."""
    problems = Problems()
    units: dict[str, UnitDefinition] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in entries(read_located(path, problems, relative_to=folder.parent), "units"):
            unit = _unit(entry)
            if unit.code in units:
                entry.fault(
                    Bilingual(f"单位 {unit.code} 出现了两次", f"unit {unit.code} stands twice"),
                    Bilingual("请删除其中一个。", "Remove one."),
                )
            units[unit.code] = unit
    problems.raise_if_any()
    return tuple(units.values())


def _unit(entry: Located) -> UnitDefinition:
    allow_keys(entry, UNIT_KEYS)
    return UnitDefinition(
        code=require(entry, "code", str),
        name=bilingual(entry, "name"),
        kind=choice(entry, "kind", Unit.Kind.values),
        level=choice(entry, "level", Unit.Level.values),
        division_code=require(entry, "division_code", str),
        uscc=optional(entry, "uscc", str),
        valid_from=require(entry, "valid_from", date),
    )
