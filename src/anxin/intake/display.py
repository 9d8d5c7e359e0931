"""Tier and display window over the columns of a submission, by the law's own rules (`anxin.law.display`).

Local midnight in Shanghai; the end is exclusive; both ends missing = never displayed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import polars as pl

from anxin.catalog.definitions import ItemDefinition
from anxin.kernel.rules import to_polars
from anxin.law.display import display_rule
from anxin.law.documents import entries, read_located, require

ZONE = "Asia/Shanghai"
KINDS = Path(__file__).resolve().parents[1] / "law" / "packs" / "china" / "rules" / "restoration.yaml"
SEPARATORS = ";；、,，/"
DATES = ("decided_on", "valid_from", "valid_to", "display_until")


@lru_cache(maxsize=1)
def _kinds_by_text() -> dict[str, str]:
    """What a source writes → the kind's name in the rules."""
    return {
        require(kind, "zh", str): require(kind, "name", str)
        for kind in entries(read_located(KINDS), "penalty_kinds")
    }


def display_columns(typed: pl.DataFrame, item: ItemDefinition) -> pl.DataFrame:
    """`tier`, `display_rule_version`, `display_from`, `display_to` (moments) for rows that hold `received_on`, `subject_kind`, `minor`."""
    read = typed.select(_facts(item)).with_columns(*_read_by(item.display_rule))
    return read.select(
        "tier",
        "display_rule_version",
        pl.col("shown_from").alias("display_from"),
        pl.col("shown_to").alias("display_to"),
    )


@lru_cache
def _read_by(rule: str) -> tuple[pl.Expr, ...]:
    """The rule's columns. Kept, since making them takes longer than reading a small file by them."""
    found = display_rule(rule)
    return (
        to_polars(found.tier).cast(pl.Int16).alias("tier"),
        to_polars(found.version).alias("display_rule_version"),
        _midnight(to_polars(found.display_from)).alias("shown_from"),
        _midnight(to_polars(found.display_to)).alias("shown_to"),
    )


def _midnight(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Datetime("us")).dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")


def _facts(item: ItemDefinition) -> list[pl.Expr]:
    """The columns that the rules read; null where the item does not have them."""
    days = {name: _role(item, name, pl.Date) for name in DATES}
    listed = item.display_rule in {"listing_until_removed", "while_registered"}
    nothing = pl.lit(None, pl.String)
    return [
        *[day.alias(name) for name, day in days.items()],
        days["decided_on"].alias("document_on"),
        pl.col("received_on"),
        (days["valid_to"] if listed else pl.lit(None, pl.Date)).alias("removed_on"),
        pl.col("subject_kind"),
        _penalty_kinds(item).alias("penalty_kinds"),
        _role(item, "fine_amount", pl.Int64).alias("fine"),
        nothing.alias("procedure"),
        nothing.alias("field"),
        pl.col("minor"),
        nothing.alias("legal_status"),
    ]


def _role(item: ItemDefinition, role: str, kind: type[pl.DataType]) -> pl.Expr:
    found = item.field_with_role(role)
    return pl.lit(None, kind) if found is None else pl.col(found.name)


def _penalty_kinds(item: ItemDefinition) -> pl.Expr:
    """The kinds a row names, as the rules call them; a text that no kind matches counts as `other`."""
    found = item.field_with_role("penalty_kinds")
    if found is None:
        return pl.lit(None, pl.List(pl.String))
    words = pl.col(found.name).str.replace_all(rf"[{SEPARATORS}\s]+", ";").str.strip_chars(";").str.split(";")
    return words.list.eval(
        pl.element().replace_strict(_kinds_by_text(), default="other", return_dtype=pl.String)
    )
