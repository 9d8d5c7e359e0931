"""A masked form of the value that was refused, so that its row can be found again without telling more than needed.

Set by set over the refused rows alone. Nothing is kept of a field in which a personal number or a prohibited statement
stood, and nothing at all of a row that a statute seals.
"""

from __future__ import annotations

import re

import polars as pl

from anxin.catalog.definitions import FieldDefinition, ItemDefinition
from anxin.intake.checks import PERSON, Checked, Reason
from anxin.intake.reading import ROW_NUMBER
from anxin.kernel.identifiers import mask, mask_text

# Their field is never shown; the second set hides the whole row.
NEVER_SHOWN = frozenset({"E-PERSONAL", "E-PROHIBITED", "E-SEALED", "E-MINOR"})
SEALS_THE_ROW = frozenset({"E-SEALED", "E-MINOR"})
LONGEST = 40
_PERSONAL_MASK = (4, 2)
# Long enough to be somebody's number, perhaps mistyped.
_LONG_RUN = re.compile(r"(?<![0-9A-Z])(?!9[1-3])[0-9]{14,17}[0-9Xx]?(?![0-9A-Z])")


def reason_rows(raw: pl.DataFrame, checked: Checked, item: ItemDefinition) -> pl.DataFrame:
    """One line a reason: `row_number`, `field`, `code`, `rule`, `sample`. `raw`: columns are field names."""
    fields = {field.name: field for field in item.fields}
    sealed = _sealed_rows(checked)
    parts = [
        pl.DataFrame(
            {"position": reason.rows, "row_number": raw[ROW_NUMBER].gather(reason.rows)}
        ).with_columns(
            pl.lit(reason.field).alias("field"),
            pl.lit(reason.code).alias("code"),
            pl.lit(reason.rule).alias("rule"),
            _sample(raw, checked, reason, fields[reason.field]).alias("sample"),
        )
        for reason in checked.reasons
    ]
    rows = pl.concat(parts)
    hidden = rows.filter(pl.col("code").is_in(list(NEVER_SHOWN))).select("position", "field").unique()
    kept = rows.join(
        hidden.with_columns(hide=True), on=["position", "field"], how="left", maintain_order="left"
    )
    hide = pl.col("hide").fill_null(False) | pl.col("position").is_in(sealed.implode())
    return kept.select(
        "row_number",
        *("field", "code", "rule"),
        pl.when(hide).then(pl.lit("")).otherwise(pl.col("sample").fill_null("")).alias("sample"),
    )


def _sealed_rows(checked: Checked) -> pl.Series:
    found = [pl.Series(reason.rows) for reason in checked.reasons if reason.code in SEALS_THE_ROW]
    return pl.concat(found).unique() if found else pl.Series([], dtype=pl.Int64)


def _sample(raw: pl.DataFrame, checked: Checked, reason: Reason, field: FieldDefinition) -> pl.Series:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(reason.rows))
    if reason.code in NEVER_SHOWN or field.name not in raw.columns:
        return nothing
    values = raw[field.name].gather(reason.rows)
    if values.null_count() == len(values):
        return nothing
    distinct = values.unique().drop_nulls()
    shown = pl.Series([masked(text, field) for text in distinct], dtype=pl.String)
    table = pl.DataFrame({"text": distinct, "shown": shown})
    found = values.to_frame("text").join(table, on="text", how="left", maintain_order="left")["shown"]
    if field.role != "subject_name":
        return found
    # A person's name keeps its first character only.
    person = checked.typed[PERSON].gather(reason.rows)
    return (
        pl.DataFrame({"shown": found, "person": person})
        .select(pl.when("person").then(pl.col("shown").str.head(1) + "**").otherwise("shown"))
        .to_series()
    )


def masked(text: str, field: FieldDefinition) -> str:
    """One value as it may be shown to whoever sent it: by the field's own rule, else by the kernel's."""
    if field.type == "personal_number" or field.mask_head is not None:
        head, tail = field.mask_head, field.mask_tail
        rule = _PERSONAL_MASK if head is None or tail is None else (head, tail)
        return mask(text, *rule)[:LONGEST]
    if field.visibility != "public":
        return mask(text[:LONGEST], 1, 0)
    return _digits_hidden(mask_text(text[: 4 * LONGEST]))[:LONGEST]


def _digits_hidden(text: str) -> str:
    """A mistyped personal number is found by nobody's check digit: runs as long are masked all the same."""
    return _LONG_RUN.sub(lambda found: mask(found[0], *_PERSONAL_MASK), text)
