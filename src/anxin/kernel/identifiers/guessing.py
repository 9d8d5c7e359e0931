"""Which standard an invalid value was meant for, so that its error says something useful."""

from __future__ import annotations

import re

from anxin.kernel.identifiers.divisions import PROVINCES, STATE
from anxin.kernel.identifiers.resident_id import birth_date
from anxin.kernel.identifiers.uscc import DEPARTMENTS

_CENTURIES = ("18", "19", "20")
_LETTERS = re.compile("[A-Z]")


def resembles_resident_id(value: str) -> bool:
    """Whether a normalized value was probably meant as a resident ID number (or a permit of the same form)."""
    body = value[:17]
    letters = len(_LETTERS.findall(body))
    if not letters:
        return _digits_resemble(value)
    # Letters typed for digits (O, I, l): a real day at its place gives the number away, unless a USCC could have
    # its letter there.
    if letters > 2 or birth_date(value) is None or value[6:8] not in _CENTURIES:
        return False
    return value[:2] in PROVINCES or bool(_LETTERS.search(body[:8]))


def _digits_resemble(value: str) -> bool:
    dated = value[6:8] in _CENTURIES
    if value[0] == "9" and not resembles_foreign(value):
        return False
    if value[:2] in PROVINCES or resembles_foreign(value):
        return dated or not resembles_uscc(value)
    return dated and birth_date(value) is not None


def resembles_foreign(value: str) -> bool:
    """Whether digits begin as a foreigner's permanent residence card does, with a real birth date."""
    return value[0] == "9" and value[1:3] in PROVINCES and birth_date(value) is not None


def resembles_uscc(value: str) -> bool:
    """Whether a normalized value was probably meant as a USCC: a department, a kind, a province."""
    if _LETTERS.search(value[:17]):
        return True
    return value[0] in DEPARTMENTS and (value[2:4] in PROVINCES or value[2:4] == STATE)
