"""When a record is displayed to everyone, and how long: one function, and the same bodies over columns.

    window = display_window("penalty_tiers", DisplayFacts(subject_kind="legal_person", decided_on=day, …))
    display_rule("penalty_tiers").display_to          # an expression: to_polars(…) or to_sql(…)

Rules by name, as catalog items refer to them: `penalty_tiers` (Orders 58 and 36), `until_valid_to` (to the end of the
validity; long-term where none is given), `listing_until_removed` (while listed), `while_registered` (from receipt until the
deregistration), `fixed_period` or `fixed_period:60` (months from the document), `not_displayed`.

Days are local days of the city; `display_to` is exclusive and finite. Both are missing where nothing is displayed. A unit may
ask for an earlier last day (`display_until`), never for a later one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import ClassVar

from anxin.kernel.refusals import Refusal
from anxin.kernel.rules import (
    Expression,
    Field,
    Kind,
    Reason,
    Value,
    case,
    const,
    evaluate,
    is_missing,
    least,
    missing,
    when,
)
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.law.display_data import RULES, DisplayData, load_display_data
from anxin.law.packs.china.rules import restoration

DISPLAY_RULES = RULES
WITHOUT_EFFECT = ("withdrawn", "annulled")


class UnknownDisplayRule(Refusal):
    """A catalog item names a display rule that does not exist."""

    code: ClassVar[str] = "E-DISPLAY-RULE"
    message: ClassVar[Bilingual] = Bilingual("没有公示规则“{rule}”。", "There is no display rule “{rule}”.")
    remedy: ClassVar[Bilingual] = Bilingual("可选：{known}。", "Choose one of: {known}.")


class Tier(IntEnum):
    """How grave a breach is; decides how long it is displayed."""

    MINOR = 1
    ORDINARY = 2
    GRAVE = 3


@dataclass(frozen=True, slots=True)
class DisplayFacts:
    """What the rules ask about one record. None: unknown. `fine` in fen; days are local days.

    `subject_kind`: `natural_person`, `legal_person`, `unincorporated_organization`. `procedure`: `summary` or `ordinary`. `field`:
    `food`, `drugs`, `special_equipment`, `work_safety`, `fire` or another. `legal_status`: `effective`, `corrected`, `changed`,
    `withdrawn`, `annulled`. `minor`: under 18 on the day of the act. `removed_on`: the day a listing or a registration ended.
    `received_on`: the day the platform took the row in.
    """

    subject_kind: str | None = None
    decided_on: date | None = None
    document_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    received_on: date | None = None
    removed_on: date | None = None
    display_until: date | None = None
    procedure: str | None = None
    penalty_kinds: tuple[str, ...] | None = None
    fine: int | None = None
    field: str | None = None
    minor: bool | None = None
    legal_status: str | None = None


@dataclass(frozen=True, slots=True)
class DisplayWindow:
    """From `display_from` to the day before `display_to`; both None where nothing is displayed.

    `tier` and months only for penalties. `rule_version` names the rule and the order; `reasons` in the order of the law.
    """

    published: bool
    display_from: date | None
    display_to: date | None
    tier: Tier | None
    minimum_months: int | None
    maximum_months: int | None
    rule_version: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DisplayRule:
    """The bodies of one rule. Fields are named as in `DisplayFacts`; a column a file lacks must be added as null."""

    name: str
    display_from: Expression
    display_to: Expression
    tier: Expression
    minimum_months: Expression
    maximum_months: Expression
    version: Expression
    published: Expression


@carries_out("anshan-2022-9/13/1/1", "anshan-2022-9/14/2", "anshan-2022-9/25/3")
def display_window(rule: str, facts: DisplayFacts, *, pack: str = "anshan") -> DisplayWindow:
    """The reading for one record, with reasons. Refuses an unknown rule name."""
    bodies = display_rule(rule, pack=pack)
    known: dict[str, Value] = asdict(facts)
    published = evaluate(bodies.published, known)
    display_from = evaluate(bodies.display_from, known).value
    tier = evaluate(bodies.tier, known)
    return DisplayWindow(
        published=display_from is not None,
        display_from=_day(display_from),
        display_to=_day(evaluate(bodies.display_to, known).value),
        tier=Tier(number) if (number := _number(tier.value)) else None,
        minimum_months=_number(evaluate(bodies.minimum_months, known).value),
        maximum_months=_number(evaluate(bodies.maximum_months, known).value),
        rule_version=str(evaluate(bodies.version, known).value),
        reasons=tuple(reason for reason in (*tier.reasons, *published.reasons) if reason.text),
    )


@lru_cache(maxsize=64)
def display_rule(rule: str, *, pack: str = "anshan") -> DisplayRule:
    """The expressions of a rule, for columns (`to_polars`) and tables (`to_sql`)."""
    name, _, months = rule.partition(":")
    if name not in DISPLAY_RULES or (months and (name != "fixed_period" or not months.isdecimal())):
        raise UnknownDisplayRule(rule=rule, known=", ".join(DISPLAY_RULES))
    data = load_display_data(pack)
    if name == "penalty_tiers":
        return _penalty_tiers(data)
    return _plain(rule, name, data, int(months) if months else data.fixed_period_months)


_decided = Field("decided_on", Kind.DATE)
_document = Field("document_on", Kind.DATE)
_valid_from = Field("valid_from", Kind.DATE)
_valid_to = Field("valid_to", Kind.DATE)
_received = Field("received_on", Kind.DATE)
_removed = Field("removed_on", Kind.DATE)
_until = Field("display_until", Kind.DATE)


def _penalty_tiers(data: DisplayData) -> DisplayRule:
    """Orders 58 and 36: not displayed in tier 1, otherwise to the end of the longest period."""
    law = restoration.restoration()
    ends = law.starts_on.add_months(law.maximum_months).add_days(law.days_after)
    allowed = _allowed(data, law.displayed)
    display_from, display_to = _window(allowed, law.starts_on, ends)
    names = [(version.id, f"penalty_tiers/{version.id}") for version in law.versions]
    version = case(
        *[when(law.version_id.equals(order), name) for order, name in names[1:]], otherwise=names[0][1]
    )
    return DisplayRule(
        "penalty_tiers",
        display_from,
        display_to,
        law.tier,
        law.minimum_months,
        law.maximum_months,
        version,
        allowed,
    )


def _plain(rule: str, name: str, data: DisplayData, months: int) -> DisplayRule:
    starts: Expression = case(
        when(~is_missing(_document), _document), when(~is_missing(_decided), _decided), otherwise=_valid_from
    )
    if name == "while_registered":
        starts = _received  # however old the organization is, nothing was held of it before
    long_term = const(data.long_term_last_day)
    ends = {
        "until_valid_to": case(when(is_missing(_valid_to), long_term), otherwise=least(_valid_to, long_term)),
        "listing_until_removed": long_term,
        "while_registered": const(data.while_registered_last_day),
        "fixed_period": starts.add_months(months).add_days(-1),
        "not_displayed": missing(Kind.DATE),
    }[name].add_days(1)
    if name in {"listing_until_removed", "while_registered"}:
        ends = least(ends, _removed)  # gone from the list or register: not displayed on that day any more
    allowed = _allowed(data, const(name != "not_displayed"))
    display_from, display_to = _window(allowed, starts, ends)
    none = missing(Kind.INTEGER)
    return DisplayRule(rule, display_from, display_to, none, none, none, const(rule), allowed)


def _allowed(data: DisplayData, displayed: Expression) -> Expression:
    """Whether anything may be displayed: the reasons against it in the order of `display.yaml`."""
    facts = {
        "minor": Field("minor", Kind.BOOLEAN),
        "natural_person": Field("subject_kind", Kind.TEXT).equals("natural_person"),
        "without_effect": Field("legal_status", Kind.TEXT).is_in(*WITHOUT_EFFECT),
    }
    never = [
        when(facts[bar.fact], const(False), bar.clause, zh=bar.reason.zh, en=bar.reason.en)
        for bar in data.never
    ]
    return case(*never, otherwise=displayed)


def _window(allowed: Expression, starts: Expression, ends: Expression) -> tuple[Expression, Expression]:
    """Start and end, both missing where nothing may be displayed, a day is unknown, or nothing is left."""
    until = least(ends, _until.add_days(1))
    shown = allowed & ~is_missing(ends) & (starts < until)
    return (
        case(when(shown, starts), otherwise=missing(Kind.DATE)),
        case(when(shown, until), otherwise=missing(Kind.DATE)),
    )


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) else None


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None
