"""Numbers with the form of GB 11643-1999: 6 region, 8 birth date, 3 sequence, 1 check character.

Three documents share it: the resident identity card, the residence permit for residents of Hong Kong, Macao and
Taiwan (regions 810000, 820000, 830000), and the foreigner's permanent residence card of 2023 (9, province, numeric
country code).
"""

from __future__ import annotations

import re
from datetime import date

from anxin.kernel.identifiers.divisions import PROVINCES
from anxin.kernel.identifiers.kinds import IdentifierKind

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

# The standard's own second sample was born in 1880, so the form allows it. Who takes in data about the living
# passes a later day (see `identify`).
EARLIEST_BIRTH = date(1800, 1, 1)

_FORM = re.compile(r"[0-9]{17}[0-9X]")
_HMT_REGIONS = frozenset({"810000", "820000", "830000"})
# ISO 3166-1 numeric codes run from 004 to 894.
_COUNTRIES = range(4, 895)


def check_character(body: str) -> str:
    """The check character of 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def birth_date(number: str) -> date | None:
    """The birth date written in the number; None where those digits are no day."""
    digits = number[6:14]
    if not re.fullmatch("[0-9]{8}", digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def resident_id_errors(
    number: str, *, as_of: date | None = None, earliest_birth: date = EARLIEST_BIRTH
) -> tuple[str, ...]:
    """What makes the number invalid; nothing if it is valid. A birth after `as_of` is no birth date."""
    if len(number) != 18:
        return ("E-ID-LENGTH",)
    if not _FORM.fullmatch(number):
        return ("E-ID-CHAR",)
    born_on = birth_date(number)
    plausible = born_on is not None and earliest_birth <= born_on and (as_of is None or born_on <= as_of)
    errors = () if plausible else ("E-ID-DATE",)
    return errors if check_character(number[:17]) == number[17] else (*errors, "E-ID-CHECK")


def kind_by_region(number: str) -> IdentifierKind:
    """Which of the three documents the first six digits point to."""
    if number[:6] in _HMT_REGIONS:
        return IdentifierKind.RESIDENCE_PERMIT_HMT
    foreign = number[0] == "9" and number[1:3] in PROVINCES
    if foreign and number[3:6].isdecimal() and int(number[3:6]) in _COUNTRIES:
        return IdentifierKind.FOREIGN_PERMANENT_RESIDENT_ID
    return IdentifierKind.RESIDENT_ID_NUMBER


def region_known(number: str) -> bool:
    """Whether the region is a province's, or belongs to one of the other two documents."""
    return number[:2] in PROVINCES or kind_by_region(number) is not IdentifierKind.RESIDENT_ID_NUMBER


def old_number_plausible(number: str) -> bool:
    """Whether 15 digits may be a first-generation number: known province, a day of 1901 to 1999 at places 7 to 12.

    1900 is left out: nobody born then holds one, while most registration numbers continue with 00.
    """
    if not re.fullmatch("[0-9]{15}", number) or number[:2] not in PROVINCES or number[6:8] == "00":
        return False
    return birth_date(f"{number[:6]}19{number[6:]}") is not None


def convert_old_number(number: str) -> str:
    """The 18-character form of a first-generation number of 15 digits: the century 19 and a check character.

    Holds for everybody but those born in the 1800s, whom the old form marked by sequences 996 to 999.
    """
    body = f"{number[:6]}19{number[6:]}"
    return body + check_character(body)
