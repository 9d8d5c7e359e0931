"""Statements that may not be collected (Art. 16) or that a statute seals: found by phrase, also in disguise.

Of such a row nothing is kept but field, category and count.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from anxin.intake.checks.checked import Checked, Flags, Positions, flags
from anxin.law.carries_out import carries_out
from anxin.law.prohibited import Category, screen_value, value_pattern, vocabulary

UNDER_FOURTEEN = "under_fourteen"


@carries_out("anshan-2022-9/16/3", "public-security-penalty-law/136/1")
def check_prohibited(checked: Checked, person: Flags) -> None:
    """Refuse rows that state what is prohibited; about natural persons also what is sealed.

    Looks at the texts that no earlier check cleared. `person`: one flag a row of the frame.
    """
    if not checked.doubtful:
        return
    everything = pl.concat([texts.alias("text") for texts, _ in checked.doubtful])
    found = flags(_folded(everything).str.contains(value_pattern(person=True)))
    ends = np.cumsum([len(rows) for _, rows in checked.doubtful])
    for (texts, rows), hits in zip(checked.doubtful, np.split(found, ends[:-1]), strict=True):
        for of_person in (False, True):
            chosen = hits & (person[rows] == of_person)
            if chosen.any():
                _refuse(checked, texts.filter(pl.Series(chosen)), rows[chosen], of_person)


def _folded(texts: pl.Series) -> pl.Series:
    """As `law.prohibited.fold` does it, over a column."""
    alikes = vocabulary().look_alikes
    plain = texts.str.normalize("NFKC").str.to_lowercase().str.normalize("NFD")
    visible = plain.str.replace_all(r"[\p{Mn}\p{Cf}\p{Cc}]", "")
    usual = visible.to_frame("text").select(
        pl.col("text").str.replace_many(list(alikes), list(alikes.values()))
    )
    joined = usual.to_series().str.replace_all(r"([\x{4E00}-\x{9FFF}:])\s+", "$1")
    return joined.str.replace_all(r"\s+([\x{4E00}-\x{9FFF}:])", "$1")


def _refuse(checked: Checked, texts: pl.Series, rows: Positions, person: bool) -> None:
    found: dict[tuple[str, str], list[str]] = {}
    for text in texts.unique():
        category = screen_value(text, person=person)
        if category is not None:
            found.setdefault((_code(category), category.name), []).append(text)
    for (code, category_name), same in found.items():
        hit = np.flatnonzero(flags(texts.is_in(same)))
        checked.refuse(rows[hit], texts.name, code, rule=category_name)


def _code(category: Category) -> str:
    if category.name == UNDER_FOURTEEN:
        return "E-MINOR"
    return "E-SEALED" if category.kind == "sealed" else "E-PROHIBITED"
