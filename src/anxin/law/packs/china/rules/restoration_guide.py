"""The tiers of each restoration order as people read them: what falls in, how long it is shown, when one may apply.

Read from the same `restoration.yaml` as the rules themselves, so that the guide cannot say otherwise than they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from anxin.kernel.text import Bilingual
from anxin.law.documents import Located, bilingual, entries, optional, read_located, require
from anxin.law.packs.china.rules.restoration import DATA


@dataclass(frozen=True, slots=True)
class TierLine:
    """One tier: months after which one may apply, months after which it ends by itself, and what falls in.

    `reasons` is empty for the tier that takes whatever no other one does (`otherwise`).
    """

    tier: int
    displayed: bool
    minimum_months: int
    maximum_months: int
    otherwise: bool
    reasons: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class OrderGuide:
    """One order with its tiers; `valid_to` is exclusive, None for the one in force."""

    instrument: str
    valid_from: date
    valid_to: date | None
    unverified: bool
    tiers: tuple[TierLine, ...]


@cache
def restoration_guide() -> tuple[OrderGuide, ...]:
    """Every order of the pack, the latest first."""
    versions = entries(read_located(DATA, relative_to=DATA.parents[2]), "versions")
    return tuple(sorted((_order(node) for node in versions), key=lambda one: one.valid_from, reverse=True))


def _order(node: Located) -> OrderGuide:
    branches = entries(node, "branches")
    otherwise = require(node, "otherwise", int)
    return OrderGuide(
        instrument=require(node, "clause", str),
        valid_from=require(node, "valid_from", date),
        valid_to=optional(node, "valid_to", date),
        unverified=bool(optional(node, "unverified", bool)),
        tiers=tuple(_line(line, branches, otherwise) for line in entries(node, "tiers")),
    )


def _line(node: Located, branches: list[Located], otherwise: int) -> TierLine:
    tier = require(node, "tier", int)
    return TierLine(
        tier=tier,
        displayed=require(node, "displayed", bool),
        minimum_months=require(node, "minimum_months", int),
        maximum_months=require(node, "maximum_months", int),
        otherwise=tier == otherwise,
        reasons=tuple(bilingual(one, "reason") for one in branches if require(one, "tier", int) == tier),
    )
