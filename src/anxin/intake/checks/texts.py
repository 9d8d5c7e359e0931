"""Texts and names: nothing invisible in them, not too long, no personal number, nothing prohibited.

Names are kept exactly as sent; formulas and markup are stored raw and made harmless where they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from anxin.catalog.definitions import FieldDefinition
from anxin.intake.checks.checked import Checked, Doubtful, Flags, Positions, flagged, flags
from anxin.intake.checks.settling import MISSING_WORDS, PERSONAL
from anxin.kernel.identifiers import find_personal_numbers
from anxin.law.prohibited import value_pattern, vocabulary

CONTROL = (
    r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}\x{AD}\x{61C}\x{180E}\x{200B}-\x{200F}\x{2028}-\x{202E}"
    r"\x{2060}-\x{206F}\x{FEFF}\x{FFF9}-\x{FFFB}\x{E0000}-\x{E007F}]"
)
PRIVATE_USE = r"\p{Co}"
# Rows that show whether the texts of a column repeat.
SAMPLE = 1000
# A run long enough for a person's number in any script, with the marks that may stand between its digits.
_DIGIT = r"[\p{Nd}\p{No}〇零一二三四五六七八九]"
_GAP = r"[\s\-_./\\·,、*:|\x{AD}\x{2010}-\x{2015}\x{2212}\x{200B}-\x{200F}\x{2060}\x{FEFF}]{0,3}"
MAYBE_PERSONAL = rf"(?:{_DIGIT}{_GAP}){{14}}{_DIGIT}"
LOOKS = {"control": CONTROL, "private use": PRIVATE_USE, "maybe personal": MAYBE_PERSONAL}
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


def check_texts(
    checked: Checked, raw: pl.DataFrame, fields: Sequence[FieldDefinition]
) -> dict[str, pl.Series]:
    """The columns as texts. Only what the first look does not clear is looked at closely."""
    columns = {field.name: raw[field.name] for field in fields}
    _check_lengths(checked, raw, fields)
    odd = {name: np.flatnonzero(found) for name, found in first_look(raw, list(columns)).items()}
    concerned = [field for field in fields if len(odd[field.name])]
    if not concerned:
        return columns
    texts = _meant(pl.concat([columns[one.name][odd[one.name]].alias("text") for one in concerned]))
    found = flagged(
        texts.to_frame(), {name: pl.col("text").str.contains(form) for name, form in LOOKS.items()}
    )
    start = 0
    for field in concerned:
        rows = odd[field.name]
        here = slice(start, start + len(rows))
        part, start = texts[here], here.stop
        _refuse(checked, part.to_list(), rows, field, {name: flags[here] for name, flags in found.items()})
        columns[field.name] = columns[field.name].scatter(rows, part)
    return columns


def _meant(texts: pl.Series) -> pl.Series:
    """Without spaces around them, and without the words for nothing."""
    text = pl.col("text").str.strip_chars()
    return texts.to_frame().select(pl.when(~text.is_in(sorted(MISSING_WORDS))).then(text)).to_series()


def _refuse(
    checked: Checked,
    texts: list[str | None],
    rows: Positions,
    field: FieldDefinition,
    found: dict[str, Flags],
) -> None:
    checked.refuse(rows[found["control"]], field.name, "E-CTRL")
    if field.type == "name":
        checked.refuse(rows[found["private use"]], field.name, "E-ENC-PUA")
    else:
        checked.warn("W-ENC-PUA", int(found["private use"].sum()))
    maybe = np.flatnonzero(found["maybe personal"]).tolist()
    personal = {text for text in {texts[place] for place in maybe} if text and find_personal_numbers(text)}
    checked.refuse(rows[[place for place in maybe if texts[place] in personal]], field.name, PERSONAL)
    checked.doubtful.append(Doubtful(field.name, texts, rows))


def _check_lengths(checked: Checked, raw: pl.DataFrame, fields: Sequence[FieldDefinition]) -> None:
    limits = {field.name: field.length for field in fields if field.length is not None}
    # Bytes are quick to count, and no text has fewer of them than characters.
    maybe = flagged(raw, {name: pl.col(name).str.len_bytes() > limit for name, limit in limits.items()})
    for name, limit in limits.items():
        rows = np.flatnonzero(maybe[name])
        if len(rows):
            long = raw[name][rows].str.strip_chars().str.len_chars() > limit
            checked.refuse(rows[flags(long)], name, "E-LENGTH")


def first_look(raw: pl.DataFrame, names: list[str]) -> dict[str, Flags]:
    """One pass over all texts at once: what is plainly good needs nothing more.

    Where texts repeat (offices, bases, standard wordings), each is looked at once.
    """
    if not names:
        return {}
    few = raw.head(SAMPLE).select(pl.col(name).n_unique() for name in names).row(0)
    seldom = min(SAMPLE, raw.height) * 9 // 10
    repeating = [name for name, number in zip(names, few, strict=True) if number <= seldom]
    tests = {name: pl.col(name).str.contains(SUSPICIOUS) for name in names if name not in repeating}
    odd = _suspicious_ones(raw, repeating) if repeating else {}
    tests |= {name: pl.col(name).is_in(texts) for name, texts in odd.items() if texts}
    nothing = np.zeros(raw.height, np.bool_)
    return dict.fromkeys(names, nothing) | flagged(raw, tests)


def _suspicious_ones(raw: pl.DataFrame, names: list[str]) -> dict[str, list[str]]:
    """The suspicious ones of the distinct texts of each column."""
    lists = raw.select(pl.col(name).unique().implode() for name in names)
    distinct = [lists[name].explode().alias("text") for name in names]
    hits = flags(pl.concat(distinct).str.contains(SUSPICIOUS))
    ends = np.cumsum([len(texts) for texts in distinct])
    return {
        name: texts.filter(pl.Series(found)).to_list()
        for name, texts, found in zip(names, distinct, np.split(hits, ends[:-1]), strict=True)
    }
