"""What stands beside the code in a row of a batch: its own case and basis; and what may not stand there (Art. 16(3), 18(2)).

A row's case and basis become what the log says of it, so that its subject can read why it was looked up. A cell under a header of a
prohibited kind is neither kept nor repeated: its row is refused, and the row's number and the reason are all that is left of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from anxin.access.ex_officio import LONGEST_CASE
from anxin.kernel.identifiers import find_personal_numbers
from anxin.law.carries_out import carries_out
from anxin.law.prohibited import screen_field, screen_value, value_pattern

BASES = ("依据", "查询依据", "basis")
CASES = ("案件编号", "办件编号", "案件或者办件编号", "case")
NO_BASIS, BASIS_TEXT, PROHIBITED = "E-ROW-BASIS", "E-ROW-BASIS-TEXT", "E-PROHIBITED"
JOINED = "；"
# A first look for what may be a person's number, in any script's digits and with gaps.
_DIGITS = r"\d(?:[^\d]{0,3}\d){13}"


@dataclass(frozen=True, slots=True)
class RowColumns:
    """Columns of a file by what they hold; empty for none."""

    basis: str = ""
    case: str = ""
    prohibited: tuple[str, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether rows may say why they are asked."""
        return bool(self.basis or self.case)


@carries_out("anshan-2022-9/16/3")
def row_columns(header: Sequence[str], *, code: str) -> RowColumns:
    """Which columns beside that of the codes count; the rest is not looked at."""
    beside = [name for name in header if name != code]
    basis, case = (_named(beside, names) for names in (BASES, CASES))
    prohibited = tuple(name for name in beside if name not in (basis, case) and screen_field(name))
    return RowColumns(basis, case, prohibited)


def row_particulars(columns: RowColumns, case: str) -> list[pl.Expr]:
    """`reference` (case and basis as the log will say them; null for neither) and `prohibited`, for the columns that there are.

    `case`: the order's, for rows without one of their own.
    """
    found: list[pl.Expr] = []
    if columns.stated:
        own = _text(columns.case) if columns.case else pl.lit(None, dtype=pl.String)
        basis = _text(columns.basis) if columns.basis else pl.lit(None, dtype=pl.String)
        whole = pl.concat_str(
            own.fill_null(pl.lit(case or None, dtype=pl.String)), basis, separator=JOINED, ignore_nulls=True
        )
        found.append(pl.when(whole != "").then(whole).alias("reference"))
    if columns.prohibited:
        filled = [_text(name).is_not_null() for name in columns.prohibited]
        found.append(pl.any_horizontal(filled).alias("prohibited"))
    return found


def row_reasons(given: pl.DataFrame) -> pl.Expr:
    """Why a row is refused for what stands beside its code; null where it is not. `given`: `reference`, `prohibited` or neither."""
    reason = pl.lit(None, dtype=pl.String)
    if "reference" in given.columns:
        wrong = _wrong_texts(given["reference"].unique().drop_nulls())
        reason = (
            pl.when(pl.col("reference").is_null())
            .then(pl.lit(NO_BASIS))
            .when(pl.col("reference").is_in(wrong.implode()))
            .then(pl.lit(BASIS_TEXT))
        )
    if "prohibited" in given.columns:
        reason = pl.when(pl.col("prohibited")).then(pl.lit(PROHIBITED)).otherwise(reason)
    return reason


def _wrong_texts(distinct: pl.Series) -> pl.Series:
    """Those too long for the log, with a person's number in them, or stating what nobody may collect."""
    long = distinct.str.len_chars() > LONGEST_CASE
    folded = distinct.str.normalize("NFKC").str.to_lowercase()
    doubtful = distinct.filter(
        ~long
        & (
            folded.str.contains(_DIGITS)
            | folded.str.contains(value_pattern(person=True))
            | distinct.str.contains("\0")
        )
    ).to_list()
    wrong = [
        one for one in doubtful if "\0" in one or find_personal_numbers(one) or screen_value(one, person=True)
    ]
    return pl.concat([distinct.filter(long), pl.Series(distinct.name, wrong, dtype=pl.String)])


def _text(name: str) -> pl.Expr:
    """A cell without what surrounds it; null where nothing is left."""
    stripped = pl.col(name).str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def _named(header: Sequence[str], names: Sequence[str]) -> str:
    return next((name for name in header if name.strip().lower() in names), "")
