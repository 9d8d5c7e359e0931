"""Unified social credit codes (GB 32100-2015): 18 characters.

1 registering department, 1 kind, 6 division (GB/T 2260), 9 organization code (GB 11714), 1 check character.
"""

from __future__ import annotations

import re
from collections.abc import Container

from anxin.kernel.identifiers.divisions import PROVINCES, STATE
from anxin.kernel.identifiers.organization_code import organization_code_ok

# The alphabet leaves out I, O, S, V and Z, which are mistaken for digits and for each other.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LENGTH = 18

# Registering departments, table 1 of the standard with its later additions A, N and Y; none is 0.
DEPARTMENTS = frozenset("123456789ANY")

_FORM = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def check_character(body: str) -> str:
    """The check character of the first 17 characters. KeyError for a character outside the alphabet."""
    total = sum(_VALUES[character] * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def uscc_alphabet_ok(code: str) -> bool:
    """18 characters, all in the alphabet of the standard."""
    return bool(_FORM.fullmatch(code))


def uscc_check_ok(code: str) -> bool:
    """18 characters of the alphabet whose check character holds. Says nothing about department or region."""
    return uscc_alphabet_ok(code) and check_character(code[:17]) == code[17]


def uscc_errors(code: str) -> tuple[str, ...]:
    """What makes the code invalid, most basic first; nothing if it is valid."""
    if len(code) != LENGTH:
        return ("E-USCC-LENGTH",)
    if not uscc_alphabet_ok(code):
        return ("E-USCC-CHAR",)
    department = () if code[0] in DEPARTMENTS else ("E-USCC-DEPARTMENT",)
    return department if check_character(code[:17]) == code[17] else (*department, "E-USCC-CHECK")


def uscc_warnings(code: str, divisions: Container[str] | None = None) -> tuple[str, ...]:
    """Oddities of registered companies: a region nobody lists, an inner check digit that does not hold.

    `divisions`: six-digit codes to look the region up in; without them only the province is looked at.
    """
    known = code[2:4] in PROVINCES or code[2:4] == STATE
    if divisions is not None and code[2:4] != STATE:
        known = code[2:8] in divisions
    region = () if known else ("W-USCC-REGION",)
    return region if organization_code_ok(code[8:17]) else (*region, "W-USCC-INNER")
