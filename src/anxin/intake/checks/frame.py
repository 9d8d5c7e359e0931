"""All checks over one frame."""

from __future__ import annotations

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.checks.amounts import check_integers, check_money
from anxin.intake.checks.checked import MINOR, PERSON, Checked, Flags, Terms, flags
from anxin.intake.checks.code_lists import check_codes
from anxin.intake.checks.completeness import check_order, check_required
from anxin.intake.checks.dates import check_dates
from anxin.intake.checks.local_codes import check_local_codes
from anxin.intake.checks.organization_codes import check_organization_codes
from anxin.intake.checks.parties import find_minors, find_persons
from anxin.intake.checks.personal_numbers import check_personal_numbers
from anxin.intake.checks.prohibited import check_prohibited
from anxin.intake.checks.texts import SUSPICIOUS, check_texts
from anxin.intake.reading import ROW_NUMBER

TYPES: dict[str, type[pl.DataType]] = {"date": pl.Date, "money": pl.Int64, "integer": pl.Int64}
TEXTS = ("text", "name")


def check_frame(raw: pl.DataFrame, item: ItemDefinition, terms: Terms) -> Checked:
    """Check the rows of `raw`, whose columns are `ROW_NUMBER` and field names, and give them types."""
    rejected = np.zeros(raw.height, np.bool_)
    given = frozenset(field.name for field in item.fields if _given(raw, field))
    checked = Checked(typed=raw, rejected=rejected, present=given)
    columns = _typed_columns(checked, raw, item, terms)
    person = find_persons(checked, columns, item, terms)
    check_required(checked, columns, item, person, terms)
    check_order(checked, columns, item, terms)
    check_prohibited(checked, person)
    minor = find_minors(checked, columns, item, person, terms)
    checked.typed = pl.DataFrame(
        [
            raw[ROW_NUMBER],
            *[columns[field.name] for field in item.fields],
            pl.Series(PERSON, person),
            minor.alias(MINOR),
        ]
    )
    return checked


def _given(raw: pl.DataFrame, field: FieldDefinition) -> bool:
    return field.name in raw.columns and raw[field.name].null_count() < raw.height


def _typed_columns(
    checked: Checked, raw: pl.DataFrame, item: ItemDefinition, terms: Terms
) -> dict[str, pl.Series]:
    odd = _first_look(raw, [f for f in item.fields if f.type in TEXTS and f.name in checked.present])
    columns: dict[str, pl.Series] = {}
    # A person's number is read by the kind of document that stands beside it.
    for field in sorted(item.fields, key=lambda field: field.type == "personal_number"):
        if field.name not in checked.present:
            columns[field.name] = _empty(field, raw.height)
        elif field.type in TEXTS:
            columns[field.name] = check_texts(checked, raw[field.name], field, odd[field.name])
        else:
            columns[field.name] = _check_typed(checked, raw[field.name], field, columns, terms)
    return columns


def _first_look(raw: pl.DataFrame, fields: list[FieldDefinition]) -> dict[str, Flags]:
    """One pass over all texts at once: what is plainly good needs nothing more."""
    odd = raw.select(pl.col(field.name).str.contains(SUSPICIOUS) for field in fields)
    return {field.name: flags(odd[field.name]) for field in fields}


def _check_typed(
    checked: Checked,
    raw: pl.Series,
    field: FieldDefinition,
    columns: dict[str, pl.Series],
    terms: Terms,
) -> pl.Series:
    match field.type:
        case "uscc":
            return check_organization_codes(checked, raw, field, terms)
        case "local_code":
            return check_local_codes(checked, raw, field)
        case "date":
            return check_dates(checked, raw, field)
        case "money":
            return check_money(checked, raw, field)
        case "integer":
            return check_integers(checked, raw, field)
        case "personal_number":
            kinds = columns.get(field.name.removesuffix("_number") + "_kind")
            return check_personal_numbers(checked, raw, field, kinds, terms)
        case "code" | "codes":
            return check_codes(checked, raw, field, terms)
        case _:
            raise ValueError(f"no check for fields of type {field.type}")


def _empty(field: FieldDefinition, height: int) -> pl.Series:
    return pl.Series(field.name, [None], dtype=TYPES.get(field.type, pl.String)).new_from_index(0, height)
