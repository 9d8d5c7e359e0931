"""Columns that hold a person's document number. Their values are stored encrypted and shown nowhere."""

from __future__ import annotations

from functools import partial

import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Checked, Positions, Terms
from anxin.intake.checks.organization_codes import EARLIEST_BIRTH, positions_of
from anxin.intake.checks.settling import Verdict, settle
from anxin.kernel.identifiers import IdentifierKind, identify, normalize
from anxin.kernel.identifiers.columns import matrix_of, resident_id_ok
from anxin.kernel.identifiers.documents_by_form import has_form
from anxin.kernel.identifiers.guessing import resembles_resident_id
from anxin.kernel.identifiers.resident_id import resident_id_errors
from anxin.kernel.identifiers.uscc import uscc_errors

RESIDENT = "身份证"
# What the national templates call the documents that are known by their form.
BY_FORM = {
    "护照号": IdentifierKind.PASSPORT,
    "港澳居民来往内地通行证": IdentifierKind.MAINLAND_TRAVEL_PERMIT_HONG_KONG_MACAO,
    "台湾居民来往大陆通行证": IdentifierKind.MAINLAND_TRAVEL_PERMIT_TAIWAN,
    "外国人永久居留身份证": IdentifierKind.FOREIGN_PERMANENT_RESIDENT_ID,
}


def check_personal_numbers(
    checked: Checked, raw: pl.Series, field: FieldDefinition, kinds: pl.Series | None, terms: Terms
) -> pl.Series:
    """The column in the standard's writing. `kinds`: the checked column that names each row's document."""
    distinct = raw.unique().drop_nulls()
    good = resident_id_ok(matrix_of(distinct), as_of=terms.as_of, earliest_birth=EARLIEST_BIRTH)
    left = positions_of(raw, distinct, ~good)
    typed, documents = raw, _documents(kinds, left)
    for kind in dict.fromkeys(documents):
        rows = left[[document == kind for document in documents]]
        judge = partial(judge_personal_number, kind=kind, terms=terms)
        typed = settle(checked, field.name, raw, typed, rows, judge, personal=True)
    return typed


def _documents(kinds: pl.Series | None, rows: Positions) -> list[str | None]:
    return [None] * len(rows) if kinds is None else kinds[rows].to_list()


def judge_personal_number(text: str, kind: str | None, terms: Terms) -> Verdict:
    """One text that is not plainly a valid resident ID number. `kind`: the document as the row names it."""
    plain = normalize(text).text
    notes = ("W-NORMALIZED",) if plain != text else ()
    if len(plain) == 18 and not uscc_errors(plain) and not resembles_resident_id(plain):
        return Verdict(errors=("E-KIND",))
    if kind in (None, RESIDENT):
        return _judge_resident(plain, notes, kind, terms)
    form = BY_FORM.get(kind or "")
    if form is not None and not has_form(form, plain) and not _resident(plain, terms):
        return Verdict(errors=("E-ID-FORM",))
    return Verdict(plain, notes=notes)


def _resident(plain: str, terms: Terms) -> bool:
    found = identify(plain, as_of=terms.as_of, earliest_birth=EARLIEST_BIRTH)
    return found.valid and found.kind.personal and len(plain) == 18


def _judge_resident(plain: str, notes: tuple[str, ...], kind: str | None, terms: Terms) -> Verdict:
    if len(plain) == 18 and plain.isascii() and resembles_resident_id(plain):
        errors = resident_id_errors(plain, as_of=terms.as_of, earliest_birth=EARLIEST_BIRTH)
        return Verdict(errors=errors) if errors else Verdict(plain, notes=notes)
    found = identify(plain, as_of=terms.as_of, earliest_birth=EARLIEST_BIRTH)
    if found.kind.personal and found.valid and (kind is None or len(plain) == 18):
        return Verdict(plain, notes=notes)
    personal = tuple(error for error in found.errors if error.split("-")[1] == "ID")
    if personal:
        return Verdict(errors=personal)
    if found.kind in (IdentifierKind.USCC, IdentifierKind.REGISTRATION_NUMBER):
        return Verdict(errors=("E-KIND",))
    return Verdict(errors=("E-ID-LENGTH",))
