"""From what somebody typed to what the standard writes, with a note for every kind of change.

Only full-width forms fold to ASCII. NFKC as a whole would also turn the Roman numeral Ⅹ into X and ² into 2, and so
accept a character that stands on no document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce

WIDTH = "W-NORMALIZED-WIDTH"
SPACE = "W-NORMALIZED-SPACE"
HYPHEN = "W-NORMALIZED-HYPHEN"
CASE = "W-NORMALIZED-CASE"
APOSTROPHE = "W-NORMALIZED-APOSTROPHE"

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Spaces, controls of layout, and characters without width that copies from web pages and chats carry along.
_SPACES = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_HYPHENS = re.compile(r"[-\u2010-\u2015\u2212\ufe58\ufe63]+")
_PLAIN = re.compile(r"[0-9A-Z]+")
# Spreadsheets mark text cells with an apostrophe; editors make it typographic.
_APOSTROPHES = "'‘’`"


@dataclass(frozen=True, slots=True)
class Normalized:
    """The value as the standard writes it, and what had to be changed."""

    text: str
    notes: tuple[str, ...]


def normalize(text: str) -> Normalized:
    """Full-width to ASCII, no spaces or hyphens, no leading apostrophe, upper case. Other characters stay."""
    if _PLAIN.fullmatch(text):
        return Normalized(text, ())
    steps = (_narrow, _without_spaces, _without_apostrophe, _without_hyphens, _upper)
    return reduce(lambda done, step: step(done), steps, Normalized(text, ()))


def _noted(before: Normalized, text: str, note: str) -> Normalized:
    return before if text == before.text else Normalized(text, (*before.notes, note))


def _narrow(before: Normalized) -> Normalized:
    return _noted(before, before.text.translate(_FULL_WIDTH), WIDTH)


def _without_spaces(before: Normalized) -> Normalized:
    return _noted(before, _SPACES.sub("", before.text), SPACE)


def _without_apostrophe(before: Normalized) -> Normalized:
    return _noted(before, before.text.lstrip(_APOSTROPHES), APOSTROPHE)


def _without_hyphens(before: Normalized) -> Normalized:
    return _noted(before, _HYPHENS.sub("", before.text), HYPHEN)


def _upper(before: Normalized) -> Normalized:
    # ASCII only: str.upper() would turn ı into I and ß into SS.
    text = re.sub("[a-z]+", lambda found: found[0].upper(), before.text)
    return _noted(before, text, CASE)
