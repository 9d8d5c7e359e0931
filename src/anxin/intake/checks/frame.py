"""All checks over one frame."""

from __future__ import annotations

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.checks.amounts import read_integers, read_money
from anxin.intake.checks.checked import MINOR, PERSON, Checked, Terms, flagged
from anxin.intake.checks.code_lists import read_codes
from anxin.intake.checks.completeness import check_order, check_required
from anxin.intake.checks.dates import read_dates, read_slashed
from anxin.intake.checks.local_codes import check_local_codes
from anxin.intake.checks.organization_codes import check_organization_codes
from anxin.intake.checks.parties import find_minors, find_persons
from anxin.intake.checks.personal_numbers import check_personal_numbers
from anxin.intake.checks.prohibited import check_prohibited
from anxin.intake.checks.settling import Reading, settle
from anxin.intake.checks.texts import check_texts
from anxin.intake.reading import ROW_NUMBER

TYPES: dict[str, type[pl.DataType]] = {"date": pl.Date, "money": pl.Int64, "integer": pl.Int64}
TEXTS = ("text", "name")
READ = ("date", "money", "integer", "code", "codes")


def check_frame(raw: pl.DataFrame, item: ItemDefinition, terms: Terms) -> Checked:
    """Check the rows of `raw`, whose columns are `ROW_NUMBER` and field names, and give them types."""
    rejected = np.zeros(raw.height, np.bool_)
    checked = Checked(typed=raw, rejected=rejected, present=_given(raw, item))
    columns = _typed_columns(checked, raw, item, terms)
    _in_order(checked, item)
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


def _given(raw: pl.DataFrame, item: ItemDefinition) -> frozenset[str]:
    """The fields that hold anything."""
    nulls = dict(zip(raw.columns, raw.null_count().row(0), strict=True))
    return frozenset(field.name for field in item.fields if nulls.get(field.name, raw.height) < raw.height)


def _typed_columns(
    checked: Checked, raw: pl.DataFrame, item: ItemDefinition, terms: Terms
) -> dict[str, pl.Series]:
    given = [field for field in item.fields if field.name in checked.present]
    columns = {f.name: _empty(f, raw.height) for f in item.fields if f.name not in checked.present}
    columns |= check_texts(checked, raw, [field for field in given if field.type in TEXTS])
    columns |= _read_plainly(checked, raw, [field for field in given if field.type in READ], terms)
    for field in given:
        if field.type == "uscc":
            columns[field.name] = check_organization_codes(checked, raw[field.name], field, terms)
        elif field.type == "local_code":
            columns[field.name] = check_local_codes(checked, raw[field.name], field)
        elif field.type == "personal_number":
            # Read by the kind of document that stands beside it.
            kinds = columns.get(field.name.removesuffix("_number") + "_kind")
            columns[field.name] = check_personal_numbers(checked, raw[field.name], field, kinds, terms)
    return columns


def _read_plainly(
    checked: Checked, raw: pl.DataFrame, fields: list[FieldDefinition], terms: Terms
) -> dict[str, pl.Series]:
    """One pass reads what is plainly good in all these columns; the rest is judged value by value."""
    readings = {field.name: _reading(field, terms) for field in fields}
    if not readings:
        return {}
    typed = raw.select(reading.plain.alias(name) for name, reading in readings.items())
    sent = flagged(raw, {name: pl.col(name).is_not_null() for name in readings})
    empty = flagged(typed, {name: pl.col(name).is_null() for name in readings})
    columns = {}
    for field in fields:
        name, column = field.name, typed[field.name]
        left = np.flatnonzero(sent[name] & empty[name])
        if field.type == "date":
            column, left = read_slashed(raw[name], column, left)
        columns[name] = settle(checked, name, raw[name], column, left, readings[name].judge)
    return columns


def _reading(field: FieldDefinition, terms: Terms) -> Reading:
    match field.type:
        case "date":
            return read_dates(field)
        case "money":
            return read_money(field)
        case "integer":
            return read_integers(field)
        case _:
            return read_codes(field, terms)


def _in_order(checked: Checked, item: ItemDefinition) -> None:
    """What the columns gave, by the item's fields, whichever were looked at together; persons' numbers last."""
    fields = sorted(item.fields, key=lambda field: field.type == "personal_number")
    places = {field.name: place for place, field in enumerate(fields)}
    checked.reasons.sort(key=lambda reason: places[reason.field])
    checked.doubtful.sort(key=lambda doubtful: places[doubtful.field])


def _empty(field: FieldDefinition, height: int) -> pl.Series:
    return pl.Series(field.name, [None], dtype=TYPES.get(field.type, pl.String)).new_from_index(0, height)
