"""Checking a frame of text against a catalog item: every reason of every row at once, and typed columns.

Works on whole columns. What a check finds is a set of row positions for one (field, code); nothing loops over good rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.reading import ROW_NUMBER
from anxin.kernel.identifiers import find_personal_numbers
from anxin.kernel.identifiers.columns import (
    USCC_CODES,
    matrix_of,
    personal_number_ok,
    registration_number_ok,
    uscc_errors,
)

# What sources write where they mean nothing at all.
MISSING_WORDS = ["", "null", "NULL", "Null", "None", "无", "/", "-", "--", "—"]
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]"
_SPACES = r"[\s\u200B\uFEFF\u3000'‘’\-–—]"
_DATE = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$"
_MONEY = r"^[0-9]{1,11}(\.[0-9]{1,6})?$"
# A run of digits long enough to be a person's number, in any width, perhaps with separators.
_MAYBE_PERSONAL = r"(?:[0-9０-９][ \-–—]?){14,}[0-9０-９xXｘＸ]"
WAN_YUAN_IN_FEN_DIGITS = 6


@dataclass
class Checked:
    """One frame after the checks, aligned with its rows.

    `typed`: `ROW_NUMBER` and every field of the item, by its name (text, date, or 64-bit integer fen).
    `reasons`: (row position, field, code); `rejected`: one flag a row; `warnings`: number of rows by code.
    """

    typed: pl.DataFrame
    reasons: list[tuple[np.ndarray, str, str]] = field(default_factory=list)
    rejected: np.ndarray = field(default_factory=lambda: np.zeros(0, np.bool_))
    warnings: dict[str, int] = field(default_factory=dict)

    def refuse(self, wrong: np.ndarray, name: str, code: str) -> None:
        """Note a reason for the rows flagged."""
        positions = np.flatnonzero(wrong)
        if len(positions):
            self.reasons.append((positions, name, code))
            self.rejected |= wrong

    def warn(self, code: str, number: int) -> None:
        """Count a warning."""
        if number:
            self.warnings[code] = self.warnings.get(code, 0) + number


def check_frame(
    raw: pl.DataFrame, item: ItemDefinition, *, as_of: date, exceptions: frozenset[str] = frozenset()
) -> Checked:
    """Check the rows of `raw`, whose columns are field names, and give them types.

    `exceptions`: codes of registered organizations that fail the check digit, kept by officers.
    """
    present = set(raw.columns)
    text = raw.with_columns(
        [
            _cleaned(f).alias(f.name) if f.name in present else pl.lit(None, pl.String).alias(f.name)
            for f in item.fields
        ]
    ).select(ROW_NUMBER, *[f.name for f in item.fields])
    checked = Checked(typed=text, rejected=np.zeros(text.height, np.bool_))
    columns: list[pl.Series] = [text[ROW_NUMBER]]
    for one in item.fields:
        source = raw[one.name] if one.name in present else None
        columns.append(_check_field(checked, text[one.name], source, one, as_of, exceptions))
    checked.typed = pl.DataFrame(columns)
    _check_required(checked, item)
    _check_order(checked, item, as_of)
    return checked


def _cleaned(definition: FieldDefinition) -> pl.Expr:
    trimmed = pl.col(definition.name).str.strip_chars()
    return pl.when(trimmed.is_in(MISSING_WORDS)).then(None).otherwise(trimmed)


def _check_field(
    checked: Checked,
    text: pl.Series,
    raw: pl.Series | None,
    definition: FieldDefinition,
    as_of: date,
    exceptions: frozenset[str],
) -> pl.Series:
    if raw is None or text.null_count() == len(text):
        return _empty(text, definition)
    match definition.type:
        case "uscc":
            return _check_uscc(checked, text, definition, as_of, exceptions)
        case "date":
            return _check_date(checked, text, definition)
        case "money":
            return _check_money(checked, text, definition)
        case "integer":
            return _check_integer(checked, text, definition)
        case "personal_number":
            return text
        case _:
            return _check_text(checked, text, definition, as_of)


def _empty(text: pl.Series, definition: FieldDefinition) -> pl.Series:
    types = {"date": pl.Date, "money": pl.Int64, "integer": pl.Int64}
    return text.cast(types.get(definition.type, pl.String))


def _flags(series: pl.Series) -> np.ndarray:
    return np.asarray(series.fill_null(False).to_numpy(), dtype=np.bool_)


def _check_uscc(
    checked: Checked, text: pl.Series, definition: FieldDefinition, as_of: date, exceptions: frozenset[str]
) -> pl.Series:
    code = text.str.normalize("NFKC").str.replace_all(_SPACES, "").str.to_uppercase().alias(definition.name)
    checked.warn("W-NORMALIZED", int((code != text).sum()))
    present = _flags(code.is_not_null())
    matrix = matrix_of(code)
    personal = present & personal_number_ok(matrix, as_of=as_of)
    checked.refuse(personal, definition.name, "E-PERSONAL")
    errors = uscc_errors(matrix)
    bad = present & ~personal & (errors != 0)
    if bad.any() and exceptions:
        bad &= ~_flags(code.is_in(list(exceptions)))
    if not bad.any():
        return code
    ascii_text = _flags(code.str.len_bytes() == code.str.len_chars())
    lengths = code.str.len_chars().fill_null(0).to_numpy()
    old = bad & registration_number_ok(matrix)
    wrong_length = bad & ~old & (lengths != 18)
    checked.refuse(old, definition.name, "E-USCC-OLD")
    checked.refuse(wrong_length, definition.name, "E-USCC-LENGTH")
    rest = bad & ~old & ~wrong_length
    checked.refuse(rest & ~ascii_text, definition.name, "E-USCC-CHAR")
    for bit, name in USCC_CODES.items():
        checked.refuse(rest & ascii_text & ((errors & bit) != 0), definition.name, name)
    return code


def _check_date(checked: Checked, text: pl.Series, definition: FieldDefinition) -> pl.Series:
    name = definition.name
    frame = pl.DataFrame({name: text.str.normalize("NFKC")})
    quick = frame.select(pl.col(name).str.to_date("%Y-%m-%d", strict=False)).to_series()
    todo = _flags(text.is_not_null() & quick.is_null())
    if todo.any():
        parts = [pl.col(name).str.extract(_DATE, group).cast(pl.Int32, strict=False) for group in (1, 2, 3)]
        iso = pl.format("{}-{}-{}", *[part.cast(pl.String).str.zfill(2) for part in parts])
        slow = frame.select(iso.str.to_date("%Y-%m-%d", strict=False)).to_series()
        quick = quick.fill_null(slow)
        checked.refuse(_flags(text.is_not_null() & quick.is_null()), name, "E-DATE")
    return quick.alias(name)


def _check_money(checked: Checked, text: pl.Series, definition: FieldDefinition) -> pl.Series:
    """Ten thousands of yuan with up to six decimals → integer fen, without floats."""
    good = text.str.contains(_MONEY)
    checked.refuse(_flags(~good), definition.name, "E-NUM")
    frame = pl.DataFrame({"text": text, "good": good})
    whole = pl.col("text").str.extract(r"^([0-9]+)", 1)
    decimals = (
        pl.col("text").str.extract(r"\.([0-9]+)$", 1).fill_null("").str.pad_end(WAN_YUAN_IN_FEN_DIGITS, "0")
    )
    amount = pl.when(pl.col("good")).then((whole + decimals).cast(pl.Int64, strict=False))
    return frame.select(amount).to_series().alias(definition.name)


def _check_integer(checked: Checked, text: pl.Series, definition: FieldDefinition) -> pl.Series:
    good = text.str.contains(r"^-?[0-9]{1,15}$")
    checked.refuse(_flags(~good), definition.name, "E-NUM")
    return text.cast(pl.Int64, strict=False)


def _check_text(checked: Checked, text: pl.Series, definition: FieldDefinition, as_of: date) -> pl.Series:
    name = definition.name
    checked.refuse(_flags(text.str.contains(_CONTROL)), name, "E-CTRL")
    if definition.length is not None:
        checked.refuse(_flags(text.str.len_chars() > definition.length), name, "E-LENGTH")
    suspects = np.flatnonzero(_flags(text.str.contains(_MAYBE_PERSONAL)))
    if len(suspects):
        found = np.zeros(len(text), np.bool_)
        for position in suspects:
            found[position] = bool(find_personal_numbers(str(text[int(position)])))
        checked.refuse(found, name, "E-PERSONAL")
    return text


def _check_required(checked: Checked, item: ItemDefinition) -> None:
    person = _is_person(checked, item)
    for one in item.fields:
        absent = np.asarray(checked.typed[one.name].is_null().to_numpy(), dtype=np.bool_)
        if not absent.any():
            continue
        # A value that was there but could not be read has its own reason already.
        told = np.zeros(len(absent), np.bool_)
        for positions, name, _ in checked.reasons:
            if name == one.name:
                told[positions] = True
        if one.required:
            checked.refuse(absent & ~told, one.name, "E-REQUIRED")
        elif "organization" in one.required_for:
            checked.refuse(absent & ~told & ~person, one.name, "E-REQUIRED")
        elif "natural_person" in one.required_for:
            checked.refuse(absent & ~told & person, one.name, "E-REQUIRED")


def _is_person(checked: Checked, item: ItemDefinition) -> np.ndarray:
    subject_class = item.field_with_role("subject_class")
    if subject_class is None:
        return np.zeros(checked.typed.height, np.bool_)
    return _flags(checked.typed[subject_class.name].is_in(["自然人", "个人", "公民", "002"]))


def _check_order(checked: Checked, item: ItemDefinition, as_of: date) -> None:
    decided = item.field_with_role("decided_on") or item.field_with_role("registered_on")
    if decided is None:
        return
    day = checked.typed[decided.name]
    checked.refuse(_flags(day > as_of), decided.name, "E-DATE-ORDER")
    for role in ("valid_to", "display_until"):
        end = item.field_with_role(role)
        if end is not None:
            checked.refuse(_flags(checked.typed[end.name] < day), end.name, "E-DATE-ORDER")
    # Rows about natural persons come with the personal part of intake; until then they go back, whole and unread.
    if (person := _is_person(checked, item)).any():
        checked.refuse(person, "subject_class", "E-PERSON-CHANNEL")
