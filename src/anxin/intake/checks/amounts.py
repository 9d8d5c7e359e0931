"""Amounts of money and whole numbers, without floating point."""

from __future__ import annotations

import re

import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.settling import Reading, Verdict

# The template's unit is ten thousand yuan with up to six decimals: its last decimal is one fen.
FEN_DIGITS = 6
_MONEY = r"^[0-9]{1,11}(\.[0-9]{1,6})?$"
_INTEGER = r"^-?[0-9]{1,15}$"


def read_money(field: FieldDefinition) -> Reading:
    """Ten thousands of yuan → integer fen. A decimal keeps every digit that the form allows."""
    text = pl.col(field.name)
    amount = text.cast(pl.Decimal(38, FEN_DIGITS), strict=False) * 10**FEN_DIGITS
    return Reading(pl.when(text.str.contains(_MONEY)).then(amount.cast(pl.Int64, strict=False)), _judge_money)


def read_integers(field: FieldDefinition) -> Reading:
    """Whole numbers of at most 15 digits."""
    text = pl.col(field.name)
    number = text.cast(pl.Int64, strict=False)
    return Reading(pl.when(text.str.contains(_INTEGER)).then(number), _judge_integer)


def _judge_money(text: str) -> Verdict:
    text = text.strip()
    if not re.fullmatch(_MONEY, text):
        return Verdict(errors=("E-NUM",))
    whole, _, decimals = text.partition(".")
    return Verdict(int(whole + decimals.ljust(FEN_DIGITS, "0")))


def _judge_integer(text: str) -> Verdict:
    text = text.strip()
    return Verdict(int(text)) if re.fullmatch(_INTEGER, text) else Verdict(errors=("E-NUM",))
