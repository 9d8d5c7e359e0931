"""A cell's value as text: what a clerk sees in it, and no digit more than the file really holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from anxin.intake.parsing.places import column_letters
from anxin.intake.parsing.refusals import FictionalDate

Value = int | float | str | bool | time | date | datetime | timedelta
# A double keeps fifteen digits for certain; a longer number was altered the moment it was typed into a numeric cell.
EXACT_BELOW = 10**15
# Excel counts a 29 February 1900; no date before the day after it can be trusted.
FIRST_SURE_DAY = date(1900, 3, 1)


def cell_text(value: Value, row: int, column: int, width: int = 0) -> str:
    """The text of a value at a place (from 1). Raises `FictionalDate`.

    Dates are ISO; moments have a space and seconds; a number too long to be exact is written as `2.1030219900101e+17`.
    `width`: digits that the cell's format shows at least.
    """
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _filled_up(number_text(float(value)), width)
        case datetime():
            _check_day(value.date(), row, column)
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            _check_day(value, row, column)
            return value.isoformat()
        case time():
            return value.isoformat(timespec="seconds")
        case timedelta():
            return _duration(value)


def number_text(value: float) -> str:
    """`3.0` → `3`, `0.30000000000000004` → `0.3`, `210302199001010459.0` → `2.103021990010105e+17`."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if abs(value) >= EXACT_BELOW:
        mantissa, exponent = f"{value:.15e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"
    if value == int(value):
        return str(int(value))
    return f"{Decimal(f'{value:.15g}'):f}"


def _filled_up(text: str, width: int) -> str:
    """A whole number with zeros before it; others are measures, not codes."""
    return text.zfill(width) if text.isdigit() else text


def _check_day(day: date, row: int, column: int) -> None:
    if day < FIRST_SURE_DAY:
        raise FictionalDate(place=f"{column_letters(column)}{row}")


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, seconds = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
