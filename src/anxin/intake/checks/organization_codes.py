"""Columns that hold an organization's unified social credit code (Art. 12(2))."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Checked, Flags, Positions, Terms, flags
from anxin.intake.checks.settling import PERSONAL, Verdict, settle
from anxin.kernel.identifiers import Identified, IdentifierKind, find_personal_numbers, identify
from anxin.kernel.identifiers.columns import matrix_of, personal_number_ok, uscc_errors
from anxin.kernel.identifiers.registration_number import registration_number_ok

# Data about the living: nobody in it was born earlier.
EARLIEST_BIRTH = date(1900, 1, 1)
LENGTH = 18


def check_organization_codes(
    checked: Checked, raw: pl.Series, field: FieldDefinition, terms: Terms
) -> pl.Series:
    """The column in the standard's writing. Every distinct code is checked once."""
    distinct = raw.unique().drop_nulls()
    matrix = matrix_of(distinct)
    good = (uscc_errors(matrix) == 0) & ~personal_number_ok(matrix, as_of=terms.as_of)
    left = positions_of(raw, distinct, ~good)
    judge = partial(judge_organization_code, terms=terms)
    return settle(checked, field.name, raw, raw, left, judge, personal=True)


def positions_of(raw: pl.Series, distinct: pl.Series, chosen: Flags) -> Positions:
    """Where the chosen ones of the column's distinct values stand."""
    if not chosen.any():
        return np.empty(0, np.int64)
    return np.flatnonzero(flags(raw.is_in(distinct.filter(pl.Series(chosen)).implode())))


def judge_organization_code(text: str, terms: Terms) -> Verdict:
    """One text that is not plainly a valid code."""
    found = identify(text, exceptions=terms.exceptions, as_of=terms.as_of, earliest_birth=EARLIEST_BIRTH)
    if found.kind is IdentifierKind.USCC and found.valid:
        notes = ("W-NORMALIZED",) if found.normalized != text else ()
        excepted = ("W-USCC-EXCEPTION",) if "W-USCC-EXCEPTION" in found.warnings else ()
        return Verdict(found.normalized, notes=(*notes, *excepted))
    return Verdict(errors=_errors(found))


def _errors(found: Identified) -> tuple[str, ...]:
    value = found.normalized
    if "E-ID-NUM" in found.errors:
        return ("E-ID-NUM",)
    # In an organization's column, 15 digits that satisfy its own check are the old number before they are a person's.
    if registration_number_ok(value) or "E-USCC-OLD" in found.errors:
        return ("E-USCC-OLD",)
    if found.kind.personal and len(value) in (15, LENGTH):
        misplaced = found.valid or "E-ID-OLD" in found.errors
        return ("E-KIND", PERSONAL) if misplaced else ("E-KIND",)
    if found.kind is IdentifierKind.USCC:
        return found.errors
    code = "E-USCC-CHAR" if len(value) == LENGTH else "E-USCC-LENGTH"
    return (code, PERSONAL) if find_personal_numbers(found.original) else (code,)
