"""Codes of organizations that cannot exist: division 210399 is assigned to nobody."""

from __future__ import annotations

from anxin.kernel.identifiers.organization_code import WEIGHTS
from anxin.kernel.identifiers.uscc import check_character

DIVISION = "210399"


def fictional_code(prefix: str, number: int) -> str:
    """A valid code: `prefix` is registering department and kind (such as `91`); `number` below 100,000,000."""
    body = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    first = f"{prefix}{DIVISION}{body}{'0123456789X0'[11 - total % 11]}"
    return first + check_character(first)
