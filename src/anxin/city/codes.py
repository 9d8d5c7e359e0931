"""Codes of organizations and numbers of persons that cannot exist: division 210399 is assigned to nobody."""

from __future__ import annotations

from datetime import date

from anxin.kernel.identifiers.organization_code import WEIGHTS
from anxin.kernel.identifiers.resident_id import CHECK_CHARACTERS
from anxin.kernel.identifiers.resident_id import WEIGHTS as ID_WEIGHTS
from anxin.kernel.identifiers.uscc import check_character

DIVISION = "210399"


def fictional_code(prefix: str, number: int) -> str:
    """A valid code: `prefix` is registering department and kind (such as `91`); `number` below 100,000,000."""
    body = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    first = f"{prefix}{DIVISION}{body}{'0123456789X0'[11 - total % 11]}"
    return first + check_character(first)


def fictional_resident_id(born_on: date, sequence: int) -> str:
    """A number of the resident ID's form whose division is nobody's; `sequence` below 1,000."""
    body = f"{DIVISION}{born_on:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True))
    return body + CHECK_CHARACTERS[total % 11]
