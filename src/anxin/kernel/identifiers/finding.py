"""Personal numbers in free text, however they are dressed up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from anxin.kernel.identifiers.kinds import IdentifierKind
from anxin.kernel.identifiers.registration_number import registration_number_ok
from anxin.kernel.identifiers.resident_id import (
    kind_by_region,
    old_number_plausible,
    region_known,
    resident_id_errors,
)

# Looks like the check character X: Cyrillic, Greek, Roman numeral ten, multiplication sign, mathematical letters.
_LIKE_X = "xХхΧχⅩⅹ×✕✖Ｘｘ"
_CHINESE_DIGITS = {"〇": "0", "零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7",
                   "八": "8", "九": "9"}  # fmt: skip
# Up to three characters between two digits may be layout: spaces, hyphens, dots, slashes, marks without width.
_GAP = r"[\s\-_./\\·,、*:|\u00ad\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]{0,3}"
# Looks ahead, so that a number inside a longer run of digits is found as well.
_EIGHTEEN = re.compile(rf"(?=([1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9X]))")
_FIFTEEN = re.compile(r"(?<![0-9A-Z])[1-9][0-9]{14}(?![0-9A-Z])")
_DIGIT = re.compile(r"[0-9]")
# No character beyond it stands for a digit in Unicode 14 to 16; looking at all of them would cost half a second.
_LAST_DIGIT = 0x20000


def find_personal_numbers(text: str) -> list[tuple[int, int, str]]:
    """Every personal number in the text as (start, end, kind), in order, not overlapping; `end` is exclusive.

    Finds valid 18-character numbers (resident ID, residence permits) also with separators, in other scripts'
    digits, or inside a longer run; and 15-digit resident ID numbers that stand alone and are no registration number.
    Passports and permits of other forms look like document numbers and are not guessed.
    """
    plain = plain_digits(text)
    if len(_DIGIT.findall(plain)) < 15:
        return []
    found: list[tuple[int, int, str]] = []
    for start, end, kind in sorted([*_eighteen(plain), *_fifteen(plain)]):
        if not found or start >= found[-1][1]:
            found.append((start, end, kind.value))
    return found


def plain_digits(text: str) -> str:
    """The text with whatever reads as a digit or as an X made one, each character staying in its place."""
    return text.replace("x", "X") if text.isascii() else text.translate(_table())


def _eighteen(plain: str) -> Iterator[tuple[int, int, IdentifierKind]]:
    for match in _EIGHTEEN.finditer(plain):
        number = re.sub("[^0-9X]", "", match[1])
        if not resident_id_errors(number) and region_known(number):
            yield match.start(1), match.end(1), kind_by_region(number)


def _fifteen(plain: str) -> Iterator[tuple[int, int, IdentifierKind]]:
    for match in _FIFTEEN.finditer(plain):
        if old_number_plausible(match[0]) and not registration_number_ok(match[0]):
            yield match.start(), match.end(), IdentifierKind.RESIDENT_ID_NUMBER


@cache
def _table() -> dict[int, str]:
    """Every character of any script that stands for a decimal digit, and the likenesses of X."""
    table = {ord(character): "X" for character in _LIKE_X} | {
        ord(zh): digit for zh, digit in _CHINESE_DIGITS.items()
    }
    for code in range(128, _LAST_DIGIT):
        digit = unicodedata.digit(chr(code), None)
        if digit is not None:
            table[code] = str(digit)
    return table
