"""The tree a rule's body is made of: frozen nodes, checked for kind when they are built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal

from anxin.kernel.citations import Citation
from anxin.kernel.rules.kinds import Kind, Value, check_value, kind_of_value
from anxin.kernel.text import Bilingual

Ordering = Literal["<", "<=", ">", ">=", "=", "<>"]
Operand = "Expression | int | str | bool | date"


class Expression:
    """A node. `kind` is what it yields. Methods build bigger nodes; nothing is computed here."""

    kind: Kind

    __slots__ = ()

    def __lt__(self, other: Expression | int | date) -> Expression:
        return Compare("<", self, lift(other))

    def __le__(self, other: Expression | int | date) -> Expression:
        return Compare("<=", self, lift(other))

    def __gt__(self, other: Expression | int | date) -> Expression:
        return Compare(">", self, lift(other))

    def __ge__(self, other: Expression | int | date) -> Expression:
        return Compare(">=", self, lift(other))

    def equals(self, other: Expression | int | str | bool | date) -> Expression:
        """True where both are the same; missing where one is missing."""
        return Compare("=", self, lift(other))

    def differs(self, other: Expression | int | str | bool | date) -> Expression:
        """True where they are not the same; missing where one is missing."""
        return Compare("<>", self, lift(other))

    def is_in(self, *values: int | str | date) -> Expression:
        """True where this is one of the constant values."""
        return IsIn(self, tuple(sorted(set(values), key=lambda value: (str(type(value)), value))))

    def overlaps(self, *texts: str) -> Expression:
        """For TEXTS: true where at least one of its texts is among these."""
        return Overlaps(self, tuple(sorted(set(texts))))

    def __and__(self, other: Expression) -> Expression:
        return all_of(self, other)

    def __or__(self, other: Expression) -> Expression:
        return any_of(self, other)

    def __invert__(self) -> Expression:
        return Not(self)

    def __add__(self, other: Expression | int) -> Expression:
        return Arithmetic("+", self, lift(other))

    def __sub__(self, other: Expression | int) -> Expression:
        return Arithmetic("-", self, lift(other))

    def __mul__(self, other: Expression | int) -> Expression:
        return Arithmetic("*", self, lift(other))

    def add_days(self, days: Expression | int) -> Expression:
        """This date, so many days later (earlier where negative)."""
        return Shift("days", self, lift(days))

    def add_months(self, months: Expression | int) -> Expression:
        """The corresponding day so many months later, or that month's last day where there is none."""
        return Shift("months", self, lift(months))

    def add_years(self, years: Expression | int) -> Expression:
        """The corresponding day so many years later; 29 February becomes the 28th in common years."""
        return Shift("years", self, lift(years))


def _require(node: Expression, kind: Kind, role: str) -> None:
    if node.kind is not kind:
        raise TypeError(f"{role} must be {kind}, not {node.kind}")


@dataclass(frozen=True, slots=True)
class Field(Expression):
    """A fact by name. The name is also the column's name in the set readings."""

    name: str
    kind: Kind

    def __post_init__(self) -> None:
        if not (self.name.isidentifier() and self.name.isascii()):
            raise TypeError(f"a field's name is an ASCII identifier, not {self.name!r}")


@dataclass(frozen=True, slots=True)
class Const(Expression):
    """A value that is the same in every case; `value` None is the missing value of that kind."""

    value: Value
    kind: Kind

    def __post_init__(self) -> None:
        check_value(self.value, self.kind, "a constant")


@dataclass(frozen=True, slots=True)
class Compare(Expression):
    """Two values side by side. Texts and booleans know equality only."""

    operator: Ordering
    left: Expression
    right: Expression
    kind: Kind = field(default=Kind.BOOLEAN, init=False)

    def __post_init__(self) -> None:
        _require(self.right, self.left.kind, "the right side of a comparison")
        ordered = self.left.kind in (Kind.INTEGER, Kind.DATE)
        if self.left.kind is Kind.TEXTS or not (ordered or self.operator in ("=", "<>")):
            raise TypeError(f"{self.left.kind} cannot be compared with {self.operator}")


@dataclass(frozen=True, slots=True)
class IsIn(Expression):
    """Whether a value is one of several constants."""

    operand: Expression
    values: tuple[int | str | date, ...]
    kind: Kind = field(default=Kind.BOOLEAN, init=False)

    def __post_init__(self) -> None:
        if not self.values:
            raise TypeError("is_in needs at least one value")
        for value in self.values:
            check_value(value, self.operand.kind, "a value of is_in")


@dataclass(frozen=True, slots=True)
class Overlaps(Expression):
    """Whether a TEXTS value holds at least one of several constants."""

    operand: Expression
    values: tuple[str, ...]
    kind: Kind = field(default=Kind.BOOLEAN, init=False)

    def __post_init__(self) -> None:
        _require(self.operand, Kind.TEXTS, "the operand of overlaps")
        if not self.values:
            raise TypeError("overlaps needs at least one value")
        check_value(self.values, Kind.TEXTS, "the values of overlaps")


@dataclass(frozen=True, slots=True)
class Logic(Expression):
    """Conditions joined by and / or, three-valued."""

    operator: Literal["and", "or"]
    parts: tuple[Expression, ...]
    kind: Kind = field(default=Kind.BOOLEAN, init=False)

    def __post_init__(self) -> None:
        if not self.parts:
            raise TypeError(f"“{self.operator}” needs at least one part")
        for part in self.parts:
            _require(part, Kind.BOOLEAN, f"a part of “{self.operator}”")


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """The opposite; missing stays missing."""

    operand: Expression
    kind: Kind = field(default=Kind.BOOLEAN, init=False)

    def __post_init__(self) -> None:
        _require(self.operand, Kind.BOOLEAN, "the operand of not")


@dataclass(frozen=True, slots=True)
class IsMissing(Expression):
    """Whether a value is missing: always true or false."""

    operand: Expression
    kind: Kind = field(default=Kind.BOOLEAN, init=False)


@dataclass(frozen=True, slots=True)
class Arithmetic(Expression):
    """Exact integer arithmetic in 64 bits."""

    operator: Literal["+", "-", "*"]
    left: Expression
    right: Expression
    kind: Kind = field(default=Kind.INTEGER, init=False)

    def __post_init__(self) -> None:
        _require(self.left, Kind.INTEGER, "the left side of arithmetic")
        _require(self.right, Kind.INTEGER, "the right side of arithmetic")


@dataclass(frozen=True, slots=True)
class Shift(Expression):
    """A date moved by whole days, months or years."""

    unit: Literal["days", "months", "years"]
    start: Expression
    amount: Expression
    kind: Kind = field(default=Kind.DATE, init=False)

    def __post_init__(self) -> None:
        _require(self.start, Kind.DATE, "what is shifted")
        _require(self.amount, Kind.INTEGER, "the amount of a shift")


@dataclass(frozen=True, slots=True)
class Extreme(Expression):
    """The greatest or least of several values, missing ones skipped."""

    which: Literal["greatest", "least"]
    parts: tuple[Expression, ...]
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        if not self.parts or self.parts[0].kind not in (Kind.INTEGER, Kind.DATE):
            raise TypeError(f"{self.which} needs integers or dates")
        for part in self.parts:
            _require(part, self.parts[0].kind, f"a part of {self.which}")
        object.__setattr__(self, "kind", self.parts[0].kind)


@dataclass(frozen=True, slots=True)
class When:
    """One branch: if `condition` is true the case yields `result`, because of `citation` and `reason`."""

    condition: Expression
    result: Expression
    citation: Citation | None = None
    reason: Bilingual | None = None

    def __post_init__(self) -> None:
        _require(self.condition, Kind.BOOLEAN, "the condition of a branch")


@dataclass(frozen=True, slots=True)
class Case(Expression):
    """Branches in the order of the law: the first whose condition is true decides."""

    branches: tuple[When, ...]
    otherwise: Expression
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        if not self.branches:
            raise TypeError("a case needs at least one branch")
        for branch in self.branches:
            _require(branch.result, self.otherwise.kind, "the result of a branch")
        if self.otherwise.kind is Kind.TEXTS:
            raise TypeError("a case yields one value, not texts")
        object.__setattr__(self, "kind", self.otherwise.kind)


def lift(value: Expression | int | str | bool | date) -> Expression:
    """A node as it is, a plain value as a constant."""
    return value if isinstance(value, Expression) else const(value)


def const(value: int | str | bool | date) -> Const:
    """A constant of the value's own kind."""
    return Const(value, kind_of_value(value))


def missing(kind: Kind) -> Const:
    """The missing value of a kind."""
    return Const(None, kind)


def all_of(*parts: Expression) -> Expression:
    """True where every part is true; false where one is false; missing otherwise."""
    return Logic("and", parts)


def any_of(*parts: Expression) -> Expression:
    """True where one part is true; false where all are false; missing otherwise."""
    return Logic("or", parts)


def is_missing(operand: Expression) -> Expression:
    """Whether the value is missing: always true or false."""
    return IsMissing(operand)


def greatest(*parts: Expression | int | date) -> Expression:
    """The greatest part, missing ones skipped."""
    return Extreme("greatest", tuple(lift(part) for part in parts))


def least(*parts: Expression | int | date) -> Expression:
    """The least part, missing ones skipped."""
    return Extreme("least", tuple(lift(part) for part in parts))


def when(
    condition: Expression,
    result: Expression | int | str | bool | date,
    citation: Citation | str | None = None,
    *,
    zh: str = "",
    en: str = "",
) -> When:
    """One branch of a case, with the clause and the sentence a person will read."""
    cited = Citation.parse(citation) if isinstance(citation, str) else citation
    return When(condition, lift(result), cited, Bilingual(zh, en) if zh or en else None)


def case(*branches: When, otherwise: Expression | int | str | bool | date) -> Case:
    """The first branch whose condition is true decides; `otherwise` where none is."""
    return Case(branches, lift(otherwise))


def branch_of(decided: Case) -> Case:
    """Which branch of the case fires, counted from 1; 0 where `otherwise` applies. For the set readings."""
    numbered = (When(branch.condition, const(place)) for place, branch in enumerate(decided.branches, 1))
    return Case(tuple(numbered), const(0))


def fields_of(node: Expression) -> Mapping[str, Kind]:
    """Every field the tree reads, by name. TypeError where one name is used with two kinds."""
    found: dict[str, Kind] = {}
    for leaf in _leaves(node):
        if found.setdefault(leaf.name, leaf.kind) is not leaf.kind:
            raise TypeError(f"the field {leaf.name} is used as {found[leaf.name]} and as {leaf.kind}")
    return found


def _leaves(node: object) -> Iterator[Field]:
    if isinstance(node, Field):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from _leaves(part)
    elif isinstance(node, (Expression, When)):
        for attribute in fields(node):  # type: ignore[arg-type]
            yield from _leaves(getattr(node, attribute.name))
