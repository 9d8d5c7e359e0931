"""The reading for a table: PostgreSQL text.

The text holds no parameters; constants are written as literals. `columns` is trusted text from code, never input.
A `%` in a text constant is doubled only with `placeholders=True`, for statements run with psycopg parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import singledispatch

from anxin.kernel.rules import expressions as tree
from anxin.kernel.rules.kinds import Kind, Value

_TYPES = {
    Kind.INTEGER: "bigint",
    Kind.TEXT: "text",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TEXTS: "text[]",
}


def to_sql(
    body: tree.Expression, columns: Mapping[str, str] | None = None, *, placeholders: bool = False
) -> str:
    """The body as one SQL expression.

    `columns` maps a field's name to the SQL that yields it (`p.fine_fen`); a field that is not named there is the
    quoted column of its own name. Integer columns are read as bigint, so that arithmetic has 64 bits.
    """
    text = _write(body, columns or {})
    return text.replace("%", "%%") if placeholders else text


@singledispatch
def _write(node: tree.Expression, columns: Mapping[str, str]) -> str:
    raise TypeError(f"unknown node {type(node).__name__}")


@_write.register
def _(node: tree.Field, columns: Mapping[str, str]) -> str:
    column = columns.get(node.name, f'"{node.name}"')
    return f"({column})::{_TYPES[node.kind]}"


@_write.register
def _(node: tree.Const, columns: Mapping[str, str]) -> str:
    return f"NULL::{_TYPES[node.kind]}" if node.value is None else _literal(node.value)


@_write.register
def _(node: tree.Compare, columns: Mapping[str, str]) -> str:
    return f"({_write(node.left, columns)} {node.operator} {_write(node.right, columns)})"


@_write.register
def _(node: tree.IsIn, columns: Mapping[str, str]) -> str:
    values = ", ".join(_literal(value) for value in node.values)
    return f"({_write(node.operand, columns)} IN ({values}))"


@_write.register
def _(node: tree.Overlaps, columns: Mapping[str, str]) -> str:
    return f"({_write(node.operand, columns)} && {_literal(node.values)})"


@_write.register
def _(node: tree.Logic, columns: Mapping[str, str]) -> str:
    return "(" + f" {node.operator.upper()} ".join(_write(part, columns) for part in node.parts) + ")"


@_write.register
def _(node: tree.Not, columns: Mapping[str, str]) -> str:
    return f"(NOT {_write(node.operand, columns)})"


@_write.register
def _(node: tree.IsMissing, columns: Mapping[str, str]) -> str:
    return f"({_write(node.operand, columns)} IS NULL)"


@_write.register
def _(node: tree.Arithmetic, columns: Mapping[str, str]) -> str:
    return f"({_write(node.left, columns)} {node.operator} {_write(node.right, columns)})"


@_write.register
def _(node: tree.Shift, columns: Mapping[str, str]) -> str:
    start, amount = _write(node.start, columns), _write(node.amount, columns)
    return f"({start} + make_interval({node.unit} => ({amount})::integer))::date"


@_write.register
def _(node: tree.Extreme, columns: Mapping[str, str]) -> str:
    parts = ", ".join(_write(part, columns) for part in node.parts)
    return f"{node.which.upper()}({parts})"


@_write.register
def _(node: tree.Case, columns: Mapping[str, str]) -> str:
    branches = " ".join(
        f"WHEN {_write(branch.condition, columns)} THEN {_write(branch.result, columns)}"
        for branch in node.branches
    )
    return f"(CASE {branches} ELSE {_write(node.otherwise, columns)} END)"


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return f"'{value}'::bigint"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return _quoted(value)
    texts = ", ".join(_quoted(text) for text in sorted(value or ()))
    return f"ARRAY[{texts}]::text[]"


def _quoted(text: str) -> str:
    # An escape string reads the same whatever standard_conforming_strings says.
    doubled = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{doubled}'" if "\\" in text else f"'{doubled}'"
