"""Whom a row is about: an organization or a natural person, and whether that person was a minor.

A code with prefix 92 is an organization by code whatever class a source files it under; the class stays as sent.
"""

from __future__ import annotations

import polars as pl

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks.checked import Checked, Flags, Terms, flags
from anxin.law.carries_out import carries_out
from anxin.law.registry import load_pack

NATURAL_PERSON = "自然人"
ORGANIZATION = "法人及非法人组织"
SOLE_PROPRIETOR = "92"
RESIDENT_LENGTH = 18


def find_persons(
    checked: Checked, columns: dict[str, pl.Series], item: ItemDefinition, terms: Terms
) -> Flags:
    """Which rows are about a natural person. Fills in the class of rows whose source has no such column."""
    told, code = item.field_with_role("subject_class"), item.field_with_role("subject_code")
    if code is None:
        return flags(pl.repeat("natural_person" in item.subject_kinds, len(checked.rejected), eager=True))
    if told is None:
        return flags(pl.repeat(False, len(checked.rejected), eager=True))
    number = item.field_with_role("person_id_number")
    if number is not None and told.name in terms.not_required:
        columns[told.name] = _class_by_number(columns[told.name], columns[code.name], columns[number.name])
    person = flags((columns[told.name] == NATURAL_PERSON).fill_null(False))
    if code.type == "uscc":
        person &= ~flags(columns[code.name].str.starts_with(SOLE_PROPRIETOR))
    if "natural_person" not in item.subject_kinds:
        checked.refuse_where(person, told.name, "E-KIND")
    return person


def _class_by_number(told: pl.Series, code: pl.Series, number: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"told": told, "code": code, "number": number})
    person = pl.col("code").is_null() & pl.col("number").is_not_null()
    found = pl.when(person).then(pl.lit(NATURAL_PERSON)).otherwise(pl.lit(ORGANIZATION))
    return frame.select(pl.coalesce("told", found)).to_series().alias(told.name)


@carries_out("administrative-penalty-law/30/1")
def find_minors(
    checked: Checked, columns: dict[str, pl.Series], item: ItemDefinition, person: Flags, terms: Terms
) -> pl.Series:
    """Whether the person was under age on the day of the decision; a penalty on a child goes back (E-MINOR).

    False for organizations, null where no birth date is known. A year of age is full on the day after the birthday.
    """
    nothing = pl.Series(person).replace_strict({True: None, False: False}, return_dtype=pl.Boolean)
    number, decided = item.field_with_role("person_id_number"), item.field_with_role("decided_on")
    if number is None or not person.any():
        return nothing
    law = load_pack()
    child, adult = (law.parameter(f"minor.{name}").on(terms.as_of) for name in ("penalty_from", "adult_from"))
    day = pl.lit(terms.as_of) if decided is None else pl.col("day").fill_null(terms.as_of)
    text = pl.col("number")
    born = pl.when(text.str.len_chars() == RESIDENT_LENGTH).then(
        text.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    )
    frame = pl.DataFrame({"number": columns[number.name], "person": pl.Series(person)})
    if decided is not None:
        frame = frame.with_columns(columns[decided.name].alias("day"))
    ages = frame.select(
        *[
            pl.when("person").then(day <= born.dt.offset_by(f"{years}y")).otherwise(False).alias(name)
            for name, years in (("child", child), ("minor", adult))
        ]
    )
    if item.adverse:
        checked.refuse_where(ages["child"], number.name, "E-MINOR")
    return ages["minor"]
