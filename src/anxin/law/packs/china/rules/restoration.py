"""Tiers and display periods of adverse information: NDRC Orders 58 and 36, versioned by the document's date.

One body, two readings (see `anxin.kernel.rules`). Order 36 replaced Order 58 on 2026-04-01. A document keeps the order of
its own date: a penalty decided on 2026-03-31 keeps the period of Order 58 while it is displayed afterwards. No
transitional clause was seen, so the choice is marked unverified in `restoration.yaml`, where all numbers live.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from anxin.kernel.citations import Citation
from anxin.kernel.rules import (
    Case,
    Const,
    Expression,
    Field,
    Kind,
    Rule,
    When,
    all_of,
    case,
    const,
    is_missing,
    when,
)
from anxin.kernel.text import Bilingual
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

DATA = Path(__file__).with_suffix(".yaml")

procedure = Field("procedure", Kind.TEXT)
penalty_kinds = Field("penalty_kinds", Kind.TEXTS)
fine = Field("fine", Kind.INTEGER)
breach_field = Field("field", Kind.TEXT)
subject_kind = Field("subject_kind", Kind.TEXT)
decided_on = Field("decided_on", Kind.DATE)
document_on = Field("document_on", Kind.DATE)

TIERS = (1, 2, 3)
_CONDITIONS = {"procedure", "only_kinds", "kinds", "field", "fine_from", "fine_above", "fine_unknown"}


@dataclass(frozen=True, slots=True)
class RestorationVersion:
    """One order: how it sorts a penalty, and what follows from each tier. `tier_rule.body` yields 1, 2 or 3."""

    tier_rule: Rule
    minimum_months: Expression
    maximum_months: Expression
    displayed: Expression
    unverified: bool

    @property
    def id(self) -> str:
        """The order, as records remember it."""
        return self.tier_rule.citation.instrument


@dataclass(frozen=True, slots=True)
class Restoration:
    """All versions joined by the document's date: expressions over the facts of one penalty."""

    versions: tuple[RestorationVersion, ...]
    starts_on: Expression
    tier: Expression
    minimum_months: Expression
    maximum_months: Expression
    displayed: Expression
    version_id: Expression
    days_after: int


@cache
def restoration() -> Restoration:
    """The rules as the pack's data has them. `PackError` where `restoration.yaml` is faulty."""
    problems = Problems()
    root = read_located(DATA, problems, relative_to=DATA.parents[2])
    kinds = tuple(require(node, "name", str) for node in entries(root, "penalty_kinds"))
    versions = tuple(_read_version(node, kinds) for node in entries(root, "versions"))
    days_after = require(section(root, "start"), "days_after_corresponding_day", int)
    problems.raise_if_any()
    starts_on = case(when(is_missing(document_on), decided_on), otherwise=document_on)
    return Restoration(
        versions=versions,
        starts_on=starts_on,
        tier=_by_date(versions, starts_on, [version.tier_rule.body for version in versions]),
        minimum_months=_by_date(versions, starts_on, [version.minimum_months for version in versions]),
        maximum_months=_by_date(versions, starts_on, [version.maximum_months for version in versions]),
        displayed=_by_date(versions, starts_on, [version.displayed for version in versions]),
        version_id=_by_date(versions, starts_on, [const(version.id) for version in versions]),
        days_after=days_after,
    )


@cache
def penalty_kind_names() -> Mapping[str, str]:
    """What a source writes for a kind of penalty, Chinese name and aliases, to the name the rules use."""
    names: dict[str, str] = {}
    for node in entries(read_located(DATA, relative_to=DATA.parents[2]), "penalty_kinds"):
        for text in (require(node, "zh", str), *texts(node, "aliases")):
            names[text] = require(node, "name", str)
    return names


def _by_date(
    versions: tuple[RestorationVersion, ...], starts_on: Expression, bodies: list[Expression]
) -> Expression:
    """The body of the newest version that began by the document's date; the first one for older documents."""
    pairs = sorted(zip(versions, bodies, strict=True), key=lambda pair: pair[0].tier_rule.valid_from)
    newer = [
        when(starts_on >= version.tier_rule.valid_from, body, version.tier_rule.citation)
        for version, body in reversed(pairs[1:])
    ]
    return case(*newer, otherwise=pairs[0][1]) if newer else pairs[0][1]


def _read_version(node: Located, kinds: tuple[str, ...]) -> RestorationVersion:
    allow_keys(
        node,
        {"id", "clause", "valid_from", "valid_to", "source", "unverified", "tiers", "branches", "otherwise"},
    )
    citation = Citation.parse(require(node, "clause", str))
    branches = [_read_branch(branch, citation, kinds) for branch in entries(node, "branches")]
    body = Case(tuple(branches), const(_tier(node, "otherwise")))
    tiers = entries(node, "tiers")
    if sorted(_tier(row) for row in tiers) != list(TIERS):
        node.fault(
            Bilingual("tiers 应列全三级", "tiers must list all three"), Bilingual("补全", "complete them")
        )
    return RestorationVersion(
        tier_rule=Rule(
            "restoration_tier",
            citation,
            valid_from=require(node, "valid_from", date),
            valid_to=optional(node, "valid_to", date),
            body=body,
        ),
        minimum_months=_following(body, {_tier(row): require(row, "minimum_months", int) for row in tiers}),
        maximum_months=_following(body, {_tier(row): require(row, "maximum_months", int) for row in tiers}),
        displayed=_following(body, {_tier(row): require(row, "displayed", bool) for row in tiers}),
        unverified=optional(node, "unverified", bool) or False,
    )


def _tier(row: Located, key: str = "tier") -> int:
    number = require(row, key, int)
    if number not in TIERS:
        row.fault(
            Bilingual(f"没有第{number}级", f"there is no tier {number}"),
            Bilingual("只有1、2、3级", "the tiers are 1, 2 and 3"),
        )
    return number if number in TIERS else TIERS[0]


def _following(tier: Case, values: Mapping[int, int] | Mapping[int, bool]) -> Case:
    """What follows from the tier, branch by branch: shorter for the engines than asking for the tier again."""

    def value_of(result: Expression) -> Expression:
        number = result.value if isinstance(result, Const) else None
        return const(values[number] if isinstance(number, int) and number in values else min(values.values()))

    branches = (When(branch.condition, value_of(branch.result)) for branch in tier.branches)
    return Case(tuple(branches), value_of(tier.otherwise))


def _read_branch(node: Located, citation: Citation, kinds: tuple[str, ...]) -> When:
    allow_keys(node, {"tier", "when", "reason"})
    given = section(node, "when")
    allow_keys(given, _CONDITIONS)
    conditions = [_condition(given, key, kinds) for key in given.mapping]
    condition = conditions[0] if len(conditions) == 1 else all_of(*conditions)
    return When(condition, const(_tier(node)), citation, bilingual(node, "reason"))


def _condition(given: Located, key: str, all_kinds: tuple[str, ...]) -> Expression:
    if key == "procedure":
        return procedure.equals(require(given, key, str))
    if key == "field":
        return breach_field.is_in(*texts(given, key))
    if key == "kinds":
        return penalty_kinds.overlaps(*_known_kinds(given, key, all_kinds))
    if key == "only_kinds":
        allowed = _known_kinds(given, key, all_kinds)
        others = [kind for kind in all_kinds if kind not in allowed]
        return all_of(penalty_kinds.overlaps(*allowed), ~penalty_kinds.overlaps(*others))
    if key == "fine_unknown":
        return is_missing(fine)
    return _fine_condition(given, key)


def _fine_condition(given: Located, key: str) -> Expression:
    limits = section(given, key)
    allow_keys(limits, {"organization", "natural_person"})
    limit = case(
        when(subject_kind.equals("natural_person"), require(limits, "natural_person", int)),
        otherwise=require(limits, "organization", int),
    )
    return fine >= limit if key == "fine_from" else fine > limit


def _known_kinds(given: Located, key: str, all_kinds: tuple[str, ...]) -> tuple[str, ...]:
    kinds = texts(given, key)
    for kind in kinds:
        if kind not in all_kinds:
            given.mapping[key].fault(
                Bilingual(f"没有处罚种类“{kind}”", f"there is no kind of penalty “{kind}”"),
                Bilingual("见 penalty_kinds", "see penalty_kinds"),
            )
    return kinds or ("other",)
