"""What must be there (E-REQUIRED), and days that must follow one another (E-DATE-ORDER)."""

from __future__ import annotations

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.checks.checked import Checked, Flags, Terms, flagged

# Days of which nobody can know before they come, and ends that no decision can outlive.
PAST = ("decided_on", "registered_on", "served_on", "effective_on")
ENDS = ("valid_to", "display_until")
FOLLOWS = (("valid_to", "valid_from"), ("display_until", "effective_on"), ("decided_on", "breached_on"))


def check_required(
    checked: Checked, columns: dict[str, pl.Series], item: ItemDefinition, person: Flags, terms: Terms
) -> None:
    """Refuse rows without a required value. A value that could not be read has its own reason already."""
    fields = {
        field.name: field
        for field in item.fields
        if field.name not in terms.not_required and columns[field.name].null_count()
    }
    concerned = {
        name: found for name, field in fields.items() if (found := _concerned(field, person)) is not None
    }
    frame = pl.DataFrame([columns[name] for name in concerned])
    absent = flagged(frame, {name: pl.col(name).is_null() for name in concerned})
    for name, found in concerned.items():
        rows = np.flatnonzero(absent[name] & found)
        checked.refuse(rows[~checked.told(name, rows)], name, "E-REQUIRED")


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
    start = days.get("decided_on") or days.get("registered_on")
    tests = [(days[role], pl.col(days[role].name) > terms.as_of) for role in PAST if role in days]
    if start is not None:
        tests += [(days[role], _before(days[role], start)) for role in ENDS if role in days]
    number = len(tests)
    pairs = [(days[later], days[earlier]) for later, earlier in FOLLOWS if later in days and earlier in days]
    tests += [(later, _before(later, earlier)) for later, earlier in pairs]
    frame = pl.DataFrame([columns[field.name] for field in days.values()])
    found = flagged(frame, {str(place): test for place, (_, test) in enumerate(tests)})
    for place, (field, _) in enumerate(tests):
        rows = np.flatnonzero(found[str(place)])
        told = checked.told(field.name, rows) & (place >= number)
        checked.refuse(rows[~told], field.name, "E-DATE-ORDER")


def _before(later: FieldDefinition, earlier: FieldDefinition) -> pl.Expr:
    return pl.col(later.name) < pl.col(earlier.name)
