"""Constants worked out beforehand, for engines that stumble over them.

Polars 2.1 loses the height of a column where a `when` has a constant condition; a folded tree has none.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from anxin.kernel.rules.evaluation import evaluate
from anxin.kernel.rules.expressions import Case, Const, Expression, When, fields_of


def fold(node: Expression) -> Expression:
    """The same body, every part that reads no field replaced by its value. Citations and reasons are dropped."""
    if not fields_of(node):
        return Const(evaluate(node, {}).value, node.kind)
    if isinstance(node, Case):
        return _fold_case(node)
    changes = {one.name: _fold_part(getattr(node, one.name)) for one in _settable(node)}
    return type(node)(**changes)


def _fold_case(node: Case) -> Expression:
    kept: list[When] = []
    for branch in node.branches:
        condition = fold(branch.condition)
        if not isinstance(condition, Const):
            kept.append(When(condition, fold(branch.result)))
        elif condition.value is True:
            return Case(tuple(kept), fold(branch.result)) if kept else fold(branch.result)
    otherwise = fold(node.otherwise)
    return Case(tuple(kept), otherwise) if kept else otherwise


def _fold_part(part: Any) -> Any:
    if isinstance(part, Expression):
        return fold(part)
    if isinstance(part, tuple):
        return tuple(_fold_part(one) for one in part)
    return part


def _settable(node: Any) -> list[Any]:
    return [one for one in fields(node) if one.init]
