"""Texts and names: nothing invisible in them, not too long, no personal number, nothing prohibited.

Names are kept exactly as sent; formulas and markup are stored raw and made harmless where they are shown.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Checked, Flags, Positions, flags
from anxin.intake.checks.settling import MISSING_WORDS, PERSONAL
from anxin.kernel.identifiers import find_personal_numbers
from anxin.law.prohibited import value_pattern, vocabulary

CONTROL = (
    r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}\x{AD}\x{61C}\x{180E}\x{200B}-\x{200F}\x{2028}-\x{202E}"
    r"\x{2060}-\x{206F}\x{FEFF}\x{FFF9}-\x{FFFB}\x{E0000}-\x{E007F}]"
)
PRIVATE_USE = r"\p{Co}"
# A run long enough for a person's number in any script, with the marks that may stand between its digits.
_DIGIT = r"[\p{Nd}\p{No}〇零一二三四五六七八九]"
_GAP = r"[\s\-_./\\·,、*:|\x{AD}\x{2010}-\x{2015}\x{2212}\x{200B}-\x{200F}\x{2060}\x{FEFF}]{0,3}"
MAYBE_PERSONAL = rf"(?:{_DIGIT}{_GAP}){{14}}{_DIGIT}"
# Everything but what ordinary texts are made of; letters of other alphabets may hide a word.
_UNUSUAL = (
    r"[^\n\x20-\x7E\x{B7}\x{2010}-\x{2026}\x{3001}-\x{3011}\x{3014}-\x{301B}\x{4E00}-\x{9FFF}"
    r"\x{FF01}-\x{FF0F}\x{FF10}-\x{FF1F}]"
)
_SPACED = r"[\x{4E00}-\x{9FFF}:]\s|\s[\x{4E00}-\x{9FFF}:]"


def suspicious() -> str:
    """One pattern that no plainly good text matches: a first look at a column of texts."""
    missing = "|".join(sorted(word for word in MISSING_WORDS if word))
    look_alikes = "|".join(word for word in vocabulary().look_alikes if not word.isascii())
    # The screen folds width; here the full-width colon is looked for as it stands.
    phrases = value_pattern(person=True).replace("是:", "是:：").replace("为:", "为:：")
    return "|".join(
        (
            rf"^\s|\s$|^(?:{missing})$",
            CONTROL,
            _UNUSUAL,
            _SPACED,
            look_alikes,
            MAYBE_PERSONAL,
            f"(?i:{phrases})",
        )
    )


SUSPICIOUS = suspicious()


def check_texts(checked: Checked, raw: pl.Series, field: FieldDefinition, odd: Flags) -> pl.Series:
    """The column as text. `odd`: the rows that match `SUSPICIOUS`."""
    name = field.name
    _check_length(checked, raw, field)
    rows = np.flatnonzero(odd)
    if not len(rows):
        return raw
    part = raw.gather(rows).str.strip_chars()
    part = part.set(part.is_in(sorted(MISSING_WORDS)), None)
    checked.refuse(rows[flags(part.str.contains(CONTROL))], name, "E-CTRL")
    _check_private_use(checked, part, rows, field)
    _check_personal(checked, part, rows, name)
    checked.doubtful.append((part.alias(name), rows))
    return raw.scatter(rows, part)


def _check_length(checked: Checked, raw: pl.Series, field: FieldDefinition) -> None:
    longest = raw.str.len_bytes().max()
    if field.length is not None and isinstance(longest, int) and longest > field.length:
        checked.refuse_where(raw.str.strip_chars().str.len_chars() > field.length, field.name, "E-LENGTH")


def _check_private_use(checked: Checked, part: pl.Series, rows: Positions, field: FieldDefinition) -> None:
    private = flags(part.str.contains(PRIVATE_USE))
    if field.type == "name":
        checked.refuse(rows[private], field.name, "E-ENC-PUA")
    else:
        checked.warn("W-ENC-PUA", int(private.sum()))


def _check_personal(checked: Checked, part: pl.Series, rows: Positions, name: str) -> None:
    maybe = np.flatnonzero(flags(part.str.contains(MAYBE_PERSONAL)))
    if not len(maybe):
        return
    texts = part.gather(maybe)
    found = [text for text in texts.unique() if find_personal_numbers(text)]
    hit = flags(texts.is_in(found))
    checked.refuse(rows[maybe[hit]], name, PERSONAL)
