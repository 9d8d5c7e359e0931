"""Registration numbers of before 2015: 15 digits, the last a check digit (ISO 7064 MOD 11,10)."""

from __future__ import annotations

import re

_FIFTEEN_DIGITS = re.compile(r"[0-9]{15}")


def registration_number_ok(number: str) -> bool:
    """Whether 15 digits satisfy ISO 7064 MOD 11,10."""
    if not _FIFTEEN_DIGITS.fullmatch(number):
        return False
    product = 10
    for digit in number[:14]:
        total = (product + int(digit)) % 10
        product = 2 * (total or 10) % 11
    return (product + int(number[14])) % 10 == 1
