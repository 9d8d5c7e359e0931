"""The reading for a file: a Polars expression over columns named after the fields."""

from __future__ import annotations

from functools import reduce, singledispatch
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import TYPE_CHECKING, Any

from anxin.kernel.rules import expressions as tree
from anxin.kernel.rules.folding import fold
from anxin.kernel.rules.kinds import Kind, Value

if TYPE_CHECKING:
    import polars as pl

_OPERATORS: dict[str, Any] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "=": eq,
    "<>": ne,
    "+": add,
    "-": sub,
    "*": mul,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_SUFFIXES = {"days": "d", "months": "mo", "years": "y"}


def to_polars(body: tree.Expression) -> pl.Expr:
    """The body as a Polars expression. Columns: Int64, String, Boolean, Date, List(String).

    A body that reads no field is a literal: use `with_columns`, where Polars gives it the height of the frame.
    """
    return _build(fold(body))


def _type(kind: Kind) -> Any:
    import polars as pl  # imported late: the kernel is also used where nobody needs columns

    types = {
        Kind.INTEGER: pl.Int64(),
        Kind.TEXT: pl.String(),
        Kind.BOOLEAN: pl.Boolean(),
        Kind.DATE: pl.Date(),
        Kind.TEXTS: pl.List(pl.String()),
    }
    return types[kind]


def _literal(value: Value, kind: Kind) -> pl.Expr:
    import polars as pl

    if isinstance(value, (tuple, frozenset)):
        return pl.lit(pl.Series([sorted(value)], dtype=_type(kind)))
    return pl.lit(value, dtype=_type(kind))


@singledispatch
def _build(node: tree.Expression) -> pl.Expr:
    raise TypeError(f"unknown node {type(node).__name__}")


@_build.register
def _(node: tree.Field) -> Any:
    import polars as pl

    return pl.col(node.name).cast(_type(node.kind))


@_build.register
def _(node: tree.Const) -> Any:
    return _literal(node.value, node.kind)


@_build.register
def _(node: tree.Compare) -> Any:
    if isinstance(node.left, tree.Const):
        # Polars 2.1 loses the column's height in `literal < when(...)`: the constant goes to the right.
        return _OPERATORS[_MIRRORED[node.operator]](_build(node.right), _build(node.left))
    return _OPERATORS[node.operator](_build(node.left), _build(node.right))


@_build.register
def _(node: tree.IsIn) -> Any:
    return _build(node.operand).is_in(list(node.values))


@_build.register
def _(node: tree.Overlaps) -> Any:
    operand = _build(node.operand)
    # `contains` yields null for a null list and false for a list without the text.
    return reduce(or_, [operand.list.contains(text) for text in node.values])


@_build.register
def _(node: tree.Logic) -> Any:
    return reduce(and_ if node.operator == "and" else or_, [_build(part) for part in node.parts])


@_build.register
def _(node: tree.Not) -> Any:
    return ~_build(node.operand)


@_build.register
def _(node: tree.IsMissing) -> Any:
    return _build(node.operand).is_null()


@_build.register
def _(node: tree.Arithmetic) -> Any:
    return _OPERATORS[node.operator](_build(node.left), _build(node.right))


@_build.register
def _(node: tree.Shift) -> Any:
    import polars as pl

    suffix = _SUFFIXES[node.unit]
    if isinstance(node.amount, tree.Const) and node.amount.value is not None:
        return _build(node.start).dt.offset_by(f"{node.amount.value}{suffix}")
    amount = _build(node.amount).cast(pl.String) + suffix
    return _build(node.start).dt.offset_by(amount)


@_build.register
def _(node: tree.Extreme) -> Any:
    import polars as pl

    horizontal = pl.max_horizontal if node.which == "greatest" else pl.min_horizontal
    return horizontal(*[_build(part) for part in node.parts])


@_build.register
def _(node: tree.Case) -> Any:
    import polars as pl

    chain: Any = pl
    for branch in node.branches:
        chain = chain.when(_build(branch.condition)).then(_build(branch.result))
    return chain.otherwise(_build(node.otherwise))
