"""The city's `display.yaml`: what is never displayed, and the periods of what is not a penalty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from anxin.kernel.citations import Citation
from anxin.kernel.text import Bilingual
from anxin.law.documents import (
    Located,
    Problems,
    allow_keys,
    bilingual,
    choice,
    entries,
    read_located,
    require,
    section,
)
from anxin.law.reading import read_citation
from anxin.law.registry import PACKS

RULES = (
    *("penalty_tiers", "until_valid_to", "listing_until_removed", "while_registered"),
    *("fixed_period", "not_displayed"),
)
FACTS = ("minor", "natural_person", "without_effect")


@dataclass(frozen=True, slots=True)
class NeverDisplayed:
    """A fact that bars display, with its clause and reason."""

    fact: str
    clause: Citation
    reason: Bilingual


@dataclass(frozen=True, slots=True)
class DisplayData:
    """What `display.yaml` says. Months; `long_term_last_day` is the last day of what is valid without end,
    `while_registered_last_day` of a registration whose end nobody has told yet; `clauses` by the name of a rule."""

    never: tuple[NeverDisplayed, ...]
    long_term_last_day: date
    fixed_period_months: int
    while_registered_last_day: date
    clauses: dict[str, Citation]


@lru_cache(maxsize=8)
def load_display_data(pack: str) -> DisplayData:
    """The display data of a pack. `PackError` with file and line where it is faulty."""
    problems = Problems()
    root = read_located(PACKS / pack / "display.yaml", problems, relative_to=PACKS)
    allow_keys(root, {"never", "long_term", "fixed_period", "while_registered", "rules"})
    data = DisplayData(
        never=tuple(_never(node) for node in entries(root, "never")),
        long_term_last_day=require(section(root, "long_term"), "last_day", date),
        fixed_period_months=require(section(root, "fixed_period"), "months", int),
        while_registered_last_day=require(section(root, "while_registered"), "last_day", date),
        clauses=dict(_rule(node) for node in entries(root, "rules")),
    )
    if missing := [rule for rule in RULES if rule not in data.clauses]:
        root.fault(
            Bilingual(f"没有写明依据的规则：{missing}", f"rules without a clause: {missing}"),
            Bilingual("请在 rules 中补上。", "Add them under rules."),
        )
    problems.raise_if_any()
    return data


def _never(node: Located) -> NeverDisplayed:
    allow_keys(node, {"fact", "clause", "reason"})
    return NeverDisplayed(
        choice(node, "fact", FACTS),
        read_citation(node, require(node, "clause", str)),
        bilingual(node, "reason"),
    )


def _rule(node: Located) -> tuple[str, Citation]:
    allow_keys(node, {"rule", "clause"})
    return choice(node, "rule", RULES), read_citation(node, require(node, "clause", str))
