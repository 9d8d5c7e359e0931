"""Coded values: what a list of the source's own version knows; another spelling becomes the list's value."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from anxin.catalog.codes import CodeList, national_code_lists
from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Terms
from anxin.intake.checks.settling import Reading, Verdict

SEPARATOR = ";"
_SEPARATORS = re.compile(r"[;；、,，/|\s]+")
# 其他-…: what an open list lets a unit add.
_OWN_VALUE = re.compile(r"其他[-－—–:：(（].+")


def read_codes(field: FieldDefinition, terms: Terms) -> Reading:
    """Values of the field's list; `codes` fields hold several, joined by `;`."""
    known, several = list_of(field, terms), field.type == "codes"
    text = pl.col(field.name)
    return Reading(
        pl.when(text.is_in(list(known.values))).then(text), lambda text: judge_code(text, known, several)
    )


def list_of(field: FieldDefinition, terms: Terms) -> CodeList:
    """The list of the terms' source and version; the current one where that template had none."""
    lists = national_code_lists()
    own = lists.get((field.code_list, terms.code_source, terms.code_version))
    return own or next(
        found
        for (name, _, version), found in lists.items()
        if name == field.code_list and version == "current"
    )


def judge_code(text: str, known: CodeList, several: bool) -> Verdict:
    """One text of a coded column."""
    text = text.strip()
    whole = _value(text, known)
    if whole is not None:
        return Verdict(whole, notes=_noted(whole, text))
    if not several:
        return Verdict(errors=("E-CODE",))
    parts = [part for part in _SEPARATORS.split(text) if part]
    values = [_value(part, known) for part in parts]
    found = list(dict.fromkeys(value for value in values if value is not None))
    if not parts or None in values:
        return Verdict(errors=("E-CODE",))
    return Verdict(SEPARATOR.join(found), notes=_noted(values, parts))


def _value(text: str, known: CodeList) -> str | None:
    value = known.value_of(text) or known.value_of(unicodedata.normalize("NFKC", text))
    if value is None and known.open and _OWN_VALUE.fullmatch(text):
        return text
    return value


def _noted(value: object, text: object) -> tuple[str, ...]:
    return () if value == text else ("W-CODE-ALIAS",)
