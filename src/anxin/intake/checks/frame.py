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
# Rows that show whether the texts of a column repeat.
SAMPLE = 1000


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
    """One pass over all texts at once: what is plainly good needs nothing more.

    Where texts repeat (offices, bases, standard wordings), each is looked at once.
    """
    names = [field.name for field in fields]
    if not names:
        return {}
    few = raw.head(SAMPLE).select(pl.col(name).n_unique() for name in names).row(0)
    seldom = min(SAMPLE, raw.height) * 9 // 10
    repeating = [name for name, number in zip(names, few, strict=True) if number <= seldom]
    single = [name for name in names if name not in repeating]
    found = raw.select(pl.col(name).str.contains(SUSPICIOUS) for name in single)
    odd = {name: flags(found[name]) for name in single}
    if repeating:
        odd |= _look_at_distinct(raw, repeating)
    return odd


def _look_at_distinct(raw: pl.DataFrame, names: list[str]) -> dict[str, Flags]:
    lists = raw.select(pl.col(name).unique().implode() for name in names)
    found = [lists[name].explode() for name in names]
    texts = pl.concat([distinct.alias("text") for distinct in found])
    suspicious = flags(texts.str.contains(SUSPICIOUS))
    ends = np.cumsum([len(distinct) for distinct in found])
    odd = {}
    for name, distinct, hits in zip(names, found, np.split(suspicious, ends[:-1]), strict=True):
        wanted = distinct.filter(pl.Series(hits)).implode() if hits.any() else None
        odd[name] = np.zeros(raw.height, np.bool_) if wanted is None else flags(raw[name].is_in(wanted))
    return odd


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
