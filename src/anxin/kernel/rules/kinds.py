"""The kinds of value a rule knows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

Value = int | str | bool | date | tuple[str, ...] | frozenset[str] | None

# What 64 bits hold: PostgreSQL's bigint and Polars' Int64.
SMALLEST, LARGEST = -(2**63), 2**63 - 1


class Kind(StrEnum):
    """What a value is. `TEXTS` is several texts at once, such as the kinds of one penalty."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TEXTS = "texts"


def kind_of_value(value: Value) -> Kind:
    """The kind of a Python value; TypeError for None (no kind), floats, datetimes and anything else."""
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int):
        return Kind.INTEGER
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, date) and not isinstance(value, datetime):
        return Kind.DATE
    if isinstance(value, (tuple, frozenset)) and all(isinstance(text, str) for text in value):
        return Kind.TEXTS
    raise TypeError(f"a rule knows integers, texts, booleans and dates, not {type(value).__name__}")


def check_value(value: Value, kind: Kind, where: str) -> None:
    """TypeError where a fact is of another kind, OverflowError where an integer needs more than 64 bits."""
    if value is None:
        return
    found = kind_of_value(value)
    if found is not kind:
        raise TypeError(f"{where} is {found}, where the rule expects {kind}")
    if isinstance(value, int) and not SMALLEST <= value <= LARGEST:
        raise OverflowError(f"{where} does not fit in 64 bits")
    if "\0" in _texts(value):
        raise ValueError(f"{where} holds a NUL character, which PostgreSQL cannot store")


def _texts(value: Value) -> str:
    if isinstance(value, str):
        return value
    return "".join(value) if isinstance(value, Collection) else ""
