"""What must be there (E-REQUIRED), and days that must follow one another (E-DATE-ORDER)."""

from __future__ import annotations

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.checks.checked import Checked, Flags, Terms

# Days of which nobody can know before they come, and ends that no decision can outlive.
PAST = ("decided_on", "registered_on", "served_on", "effective_on")
ENDS = ("valid_to", "display_until")
FOLLOWS = (("valid_to", "valid_from"), ("display_until", "effective_on"), ("decided_on", "breached_on"))


def check_required(
    checked: Checked, columns: dict[str, pl.Series], item: ItemDefinition, person: Flags, terms: Terms
) -> None:
    """Refuse rows without a required value. A value that could not be read has its own reason already."""
    for field in item.fields:
        column = columns[field.name]
        if field.name in terms.not_required or not column.null_count():
            continue
        concerned = _concerned(field, person)
        if concerned is not None:
            absent = np.asarray(column.is_null().to_numpy(), dtype=np.bool_)
            checked.refuse_where(absent & concerned & ~checked.told(field.name), field.name, "E-REQUIRED")


def _concerned(field: FieldDefinition, person: Flags) -> Flags | None:
    if field.required:
        return np.ones(len(person), np.bool_)
    if "organization" in field.required_for:
        return ~person
    return person if "natural_person" in field.required_for else None


def check_order(checked: Checked, columns: dict[str, pl.Series], item: ItemDefinition, terms: Terms) -> None:
    """Refuse days that lie ahead, and ends before their beginning."""
    days = {
        role: field
        for role in (*PAST, *ENDS, "valid_from", "breached_on")
        if (field := item.field_with_role(role))
    }
    for role in PAST:
        if role in days:
            _refuse(checked, columns[days[role].name] > terms.as_of, days[role])
    start = days.get("decided_on") or days.get("registered_on")
    for role in ENDS:
        if role in days and start is not None:
            _refuse(checked, columns[days[role].name] < columns[start.name], days[role])
    for later, earlier in FOLLOWS:
        if later in days and earlier in days:
            wrong = columns[days[later].name] < columns[days[earlier].name]
            _refuse(checked, wrong & ~pl.Series(checked.told(days[later].name)), days[later])


def _refuse(checked: Checked, wrong: pl.Series, field: FieldDefinition) -> None:
    checked.refuse_where(wrong, field.name, "E-DATE-ORDER")
