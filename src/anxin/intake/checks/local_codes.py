"""Columns that hold an organization's code of a kind that the pack declares."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from anxin.catalog.definitions import CodeKind, FieldDefinition
from anxin.intake.checks.checked import Checked
from anxin.intake.checks.settling import Verdict, settle
from anxin.kernel.identifiers import normalize


def check_local_codes(checked: Checked, raw: pl.Series, field: FieldDefinition) -> pl.Series:
    """The codes in one writing: without width, spaces, hyphens and case. What the pattern does not know goes back."""
    kind = field.code_kind
    if kind is None:
        raise ValueError(f"field {field.name} names no kind of code")
    rows = np.flatnonzero(np.asarray(raw.is_not_null().to_numpy(), dtype=np.bool_))
    empty = pl.Series(field.name, [None], pl.String).new_from_index(0, raw.len())
    return settle(checked, field.name, raw, empty, rows, lambda text: judge_local_code(text, kind))


def judge_local_code(text: str, kind: CodeKind) -> Verdict:
    """One code as sent."""
    plain = normalize(text).text
    if not re.fullmatch(kind.pattern, plain):
        return Verdict(errors=("E-LOCAL-CODE",))
    return Verdict(plain, notes=() if plain == text else ("W-NORMALIZED",))
