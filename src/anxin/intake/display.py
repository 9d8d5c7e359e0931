"""From when to when a record may be displayed: dated parameters of the pack applied over columns.

Local midnight in Shanghai; the end is exclusive; both ends missing = never displayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from anxin.catalog.definitions import ItemDefinition
from anxin.law.documents import read_located

PARAMETERS = Path(__file__).resolve().parents[1] / "law" / "packs" / "china" / "parameters" / "display.yaml"
ZONE = "Asia/Shanghai"
MINOR, ORDINARY, GRAVE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Display:
    """The columns a record version needs: tier, rule version, first moment, first moment after."""

    tier: pl.Expr
    version: pl.Expr
    first_day: pl.Expr
    end_day: pl.Expr


@lru_cache(maxsize=1)
def _parameters() -> dict[str, Any]:
    plain: Any = read_located(PARAMETERS).plain()
    return plain  # type: ignore[no-any-return]


def display_columns(item: ItemDefinition) -> list[pl.Expr]:
    """`tier`, `display_rule_version`, `display_from`, `display_to` for rows of an item."""
    found = _display(item)
    shown = found.end_day > found.first_day
    return [
        found.tier.cast(pl.Int16).alias("tier"),
        found.version.alias("display_rule_version"),
        _midnight(pl.when(shown).then(found.first_day)).alias("display_from"),
        _midnight(pl.when(shown).then(found.end_day)).alias("display_to"),
    ]


def _midnight(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Datetime("us")).dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")


def _display(item: ItemDefinition) -> Display:
    parameters = _parameters()
    start = _start(item)
    nothing = pl.lit(None, pl.Int16)
    match item.display_rule:
        case "penalty_tiers":
            return _penalty(item, parameters, start)
        case "until_valid_to":
            return _until_valid_to(item, parameters["until_valid_to"], start)
        case "fixed_period" | "listing_until_removed":
            months = int(parameters[item.display_rule]["months"])
            end = start.dt.offset_by(f"{months}mo")
            until = item.field_with_role("valid_to") if item.display_rule != "fixed_period" else None
            if until is not None:
                end = pl.min_horizontal(end, pl.col(until.name))
            return Display(nothing, pl.lit(item.display_rule), start, end)
        case _:
            return Display(nothing, pl.lit("not_displayed"), start, start)


def _start(item: ItemDefinition) -> pl.Expr:
    day = item.field_with_role("decided_on") or item.field_with_role("registered_on")
    # Registration facts are displayed from the day they came in, however old the organization is.
    if day is None or item.code == "registration":
        return pl.col("received_on")
    return pl.col(day.name)


def _until_valid_to(item: ItemDefinition, limits: dict[str, int], start: pl.Expr) -> Display:
    longest = start.dt.offset_by(f"{limits['longest_months']}mo")
    without = start.dt.offset_by(f"{limits['without_end_months']}mo")
    until = item.field_with_role("valid_to")
    # The last day of validity is still valid: the exclusive end is the day after.
    end = without if until is None else pl.col(until.name).dt.offset_by("1d").fill_null(without)
    return Display(pl.lit(None, pl.Int16), pl.lit("until_valid_to"), start, pl.min_horizontal(end, longest))


def _penalty(item: ItemDefinition, parameters: dict[str, Any], start: pl.Expr) -> Display:
    kinds_field = item.field_with_role("penalty_kinds")
    kinds = pl.col(kinds_field.name) if kinds_field else pl.lit("")
    grave = kinds.str.contains_any(parameters["grave_kinds"])
    without_minor = kinds.str.replace_all("|".join(parameters["minor_kinds"]), "").str.replace_all(
        r"[\s;;、,,/]", ""
    )
    tier = pl.when(grave).then(GRAVE).when(without_minor == "").then(MINOR).otherwise(ORDINARY)
    version, months = pl.lit(None, pl.String), pl.lit(None, pl.Int64)
    for rule in reversed(parameters["penalty_tiers"]):
        applies = start < pl.lit(rule["decided_before"])
        length = (
            pl.when(tier == GRAVE)
            .then(rule["months"]["grave"])
            .when(tier == MINOR)
            .then(rule["months"]["minor"])
            .otherwise(rule["months"]["ordinary"])
        )
        version = pl.when(applies).then(pl.lit(rule["version"])).otherwise(version)
        months = pl.when(applies).then(length).otherwise(months)
    end = start.dt.offset_by(pl.format("{}mo", months))
    until = item.field_with_role("display_until")
    if until is not None:
        end = pl.min_horizontal(end, pl.col(until.name).dt.offset_by("1d"))
    return Display(tier, version, start, end)
