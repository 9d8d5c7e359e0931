"""Corresponding days: what PostgreSQL's intervals and Polars' offsets also do."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(start: date, months: int) -> date:
    """The corresponding day `months` later, or that month's last day. OverflowError outside years 1 to 9999."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("the date leaves the years 1 to 9999")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def add_years(start: date, years: int) -> date:
    """The corresponding day `years` later; 29 February becomes the 28th in common years."""
    return add_months(start, 12 * years)
