"""A rule: a body with a name, a clause, and the days it is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from anxin.kernel.citations import Citation
from anxin.kernel.refusals import Refusal
from anxin.kernel.rules.expressions import Expression
from anxin.kernel.text import Bilingual


class NoRuleInForce(Refusal):
    """No version of the rule covers the day: nothing may be decided by it."""

    code = "E-RULE-NOT-IN-FORCE"
    message = Bilingual(
        "{on}没有生效的规则“{name}”。", "No version of the rule “{name}” is in force on {on}."
    )
    remedy = Bilingual(
        "请核对日期，或在规则包中补充该日适用的版本。",
        "Check the date, or add the version that applies on that day to the rule pack.",
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule. In force from `valid_from` to the day before `valid_to`; None means open."""

    name: str
    citation: Citation
    valid_from: date
    valid_to: date | None
    body: Expression

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"the rule {self.name} would end before it begins")

    def in_force(self, on: date) -> bool:
        """Whether this version applies on the day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over name, clause, dates and body: equal exactly where the version is the same."""
        text = f"{self.name}|{self.citation}|{self.valid_from}|{self.valid_to}|{self.body!r}"
        return sha256(text.encode()).hexdigest()


def rule_in_force(rules: Iterable[Rule], on: date) -> Rule:
    """The one version in force on the day. Refuses where there is none; ValueError where there are two."""
    versions = tuple(rules)
    found = [rule for rule in versions if rule.in_force(on)]
    if len(found) > 1:
        raise ValueError(f"two versions of {found[0].name} are in force on {on}")
    if not found:
        name = versions[0].name if versions else ""
        raise NoRuleInForce(on=on.isoformat(), name=name)
    return found[0]
