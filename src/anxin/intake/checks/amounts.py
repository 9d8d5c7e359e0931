"""Amounts of money and whole numbers, without floating point."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Checked, flags
from anxin.intake.checks.settling import Judge, Verdict, settle

# The template's unit is ten thousand yuan with up to six decimals: its last decimal is one fen.
FEN_DIGITS = 6
_MONEY = r"^[0-9]{1,11}(\.[0-9]{1,6})?$"
_INTEGER = r"^-?[0-9]{1,15}$"


def check_money(checked: Checked, raw: pl.Series, field: FieldDefinition) -> pl.Series:
    """Ten thousands of yuan → integer fen."""
    text = pl.col("text")
    whole = text.str.extract(r"^([0-9]+)", 1)
    decimals = text.str.extract(r"\.([0-9]+)$", 1).fill_null("").str.pad_end(FEN_DIGITS, "0")
    amount = pl.when(text.str.contains(_MONEY)).then((whole + decimals).cast(pl.Int64, strict=False))
    typed = raw.to_frame("text").select(amount).to_series().alias(field.name)
    return _settled(checked, raw, typed, field, _judge_money)


def check_integers(checked: Checked, raw: pl.Series, field: FieldDefinition) -> pl.Series:
    """Whole numbers of at most 15 digits."""
    plain = raw.set(~raw.str.contains(_INTEGER), None)
    typed = plain.cast(pl.Int64, strict=False).alias(field.name)
    return _settled(checked, raw, typed, field, _judge_integer)


def _settled(
    checked: Checked, raw: pl.Series, typed: pl.Series, field: FieldDefinition, judge: Judge
) -> pl.Series:
    left = np.flatnonzero(flags(raw.is_not_null() & typed.is_null()))
    return settle(checked, field.name, raw, typed, left, judge)


def _judge_money(text: str) -> Verdict:
    text = text.strip()
    if not re.fullmatch(_MONEY, text):
        return Verdict(errors=("E-NUM",))
    whole, _, decimals = text.partition(".")
    return Verdict(int(whole + decimals.ljust(FEN_DIGITS, "0")))


def _judge_integer(text: str) -> Verdict:
    text = text.strip()
    return Verdict(int(text)) if re.fullmatch(_INTEGER, text) else Verdict(errors=("E-NUM",))
