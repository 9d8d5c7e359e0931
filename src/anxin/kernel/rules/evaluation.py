"""The reading for one case: Python values, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import singledispatch
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, cast

from anxin.kernel.citations import Citation
from anxin.kernel.corresponding_day import add_months, add_years
from anxin.kernel.rules import expressions as tree
from anxin.kernel.rules.kinds import LARGEST, SMALLEST, Value, check_value
from anxin.kernel.text import Bilingual

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne}
_ARITHMETIC: dict[str, Callable[[int, int], int]] = {"+": add, "-": sub, "*": mul}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a branch fired."""

    citation: Citation | None
    text: Bilingual | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The value, and the reasons of every branch that fired on the way, in the order of the law."""

    value: Value
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    facts: Mapping[str, Value]
    reasons: list[Reason]


def evaluate(body: tree.Expression, facts: Mapping[str, Value]) -> Verdict:
    """Reads the body for one case.

    Every field must be among the facts, None where unknown: KeyError otherwise, because a forgotten fact is a
    mistake and not an unknown. TypeError for a fact of another kind, OverflowError beyond 64 bits or year 9999.
    """
    reading = _Reading(facts, [])
    value = _read(body, reading)
    return Verdict(value, tuple(reading.reasons))


@singledispatch
def _read(node: tree.Expression, reading: _Reading) -> Value:
    raise TypeError(f"unknown node {type(node).__name__}")


@_read.register
def _(node: tree.Field, reading: _Reading) -> Value:
    value = reading.facts[node.name]
    check_value(value, node.kind, f"the fact {node.name}")
    return value


@_read.register
def _(node: tree.Const, reading: _Reading) -> Value:
    return node.value


@_read.register
def _(node: tree.Compare, reading: _Reading) -> Value:
    left, right = _read(node.left, reading), _read(node.right, reading)
    return None if left is None or right is None else _COMPARE[node.operator](left, right)


@_read.register
def _(node: tree.IsIn, reading: _Reading) -> Value:
    value = _read(node.operand, reading)
    return None if value is None else value in node.values


@_read.register
def _(node: tree.Overlaps, reading: _Reading) -> Value:
    texts = cast("tuple[str, ...] | None", _read(node.operand, reading))
    return None if texts is None else not frozenset(node.values).isdisjoint(texts)


@_read.register
def _(node: tree.Logic, reading: _Reading) -> Value:
    values = [_read(part, reading) for part in node.parts]
    decisive = node.operator == "or"
    if any(value is decisive for value in values):
        return decisive
    return None if any(value is None for value in values) else not decisive


@_read.register
def _(node: tree.Not, reading: _Reading) -> Value:
    value = _read(node.operand, reading)
    return None if value is None else not value


@_read.register
def _(node: tree.IsMissing, reading: _Reading) -> Value:
    return _read(node.operand, reading) is None


@_read.register
def _(node: tree.Arithmetic, reading: _Reading) -> Value:
    left, right = cast("list[int | None]", [_read(part, reading) for part in (node.left, node.right)])
    if left is None or right is None:
        return None
    result = _ARITHMETIC[node.operator](left, right)
    if not SMALLEST <= result <= LARGEST:
        raise OverflowError("the result does not fit in 64 bits")
    return result


@_read.register
def _(node: tree.Shift, reading: _Reading) -> Value:
    start = cast("date | None", _read(node.start, reading))
    amount = cast("int | None", _read(node.amount, reading))
    if start is None or amount is None:
        return None
    if node.unit == "days":
        return start + timedelta(days=amount)
    return add_months(start, amount) if node.unit == "months" else add_years(start, amount)


@_read.register
def _(node: tree.Extreme, reading: _Reading) -> Value:
    values: list[Any] = [_read(part, reading) for part in node.parts]
    present = [value for value in values if value is not None]
    if not present:
        return None
    return cast("Value", max(present) if node.which == "greatest" else min(present))


@_read.register
def _(node: tree.Case, reading: _Reading) -> Value:
    for branch in node.branches:
        if _read(branch.condition, reading) is True:
            if branch.citation or branch.reason:
                reading.reasons.append(Reason(branch.citation, branch.reason))
            return _read(branch.result, reading)
    return _read(node.otherwise, reading)
