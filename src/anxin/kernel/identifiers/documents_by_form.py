"""Passports and permits: known by their form alone, because their check digits are not printed or not public.

A form proves little, so whatever is found here carries W-FORM-ONLY.
"""

from __future__ import annotations

import re

from anxin.kernel.identifiers.kinds import IdentifierKind

# Order matters: an H or M with eight digits is a travel permit before it is a passport of Hong Kong.
_FORMS: tuple[tuple[IdentifierKind, re.Pattern[str]], ...] = (
    (IdentifierKind.MAINLAND_TRAVEL_PERMIT_HONG_KONG_MACAO, re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")),
    (IdentifierKind.MAINLAND_TRAVEL_PERMIT_TAIWAN, re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]")),
    (
        IdentifierKind.FOREIGN_PERMANENT_RESIDENT_ID,
        re.compile(r"[A-Z]{3}[0-9]{6}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{2}"),
    ),
    (
        IdentifierKind.PASSPORT,
        re.compile(
            r"E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[GK][0-9]{8}|[DPS][0-9]{7,8}|[DPS]E[0-9]{7}|KJ[0-9]{7}|M[AB][0-9]{7}"
        ),
    ),
)
# ICAO 9303: a passport number has at most nine characters.
_ANY_PASSPORT = re.compile(r"(?=.*[0-9])[0-9A-Z]{5,9}")


def kind_by_form(value: str) -> IdentifierKind | None:
    """The document whose form a normalized value has, None where it has none. Foreign passports are not guessed."""
    return next((kind for kind, form in _FORMS if form.fullmatch(value)), None)


def has_form(kind: IdentifierKind, value: str) -> bool:
    """Whether a normalized value may be a number of the kind that a file declares, foreign passports included."""
    if kind is IdentifierKind.PASSPORT:
        return _ANY_PASSPORT.fullmatch(value) is not None
    return any(form.fullmatch(value) for declared, form in _FORMS if declared is kind)
