"""Statements that may not be collected (Art. 16) or that a statute seals: found by phrase, also in disguise.

Of such a row nothing is kept but field, category and count.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from anxin.intake.checks.checked import Checked, Doubtful, Flags, Positions, flagged
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
    texts = [text for one in checked.doubtful for text in one.texts]
    look = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    found = flagged(look, {"": _folded(pl.col("text")).str.contains(value_pattern(person=True))})[""]
    ends = np.cumsum([len(one.rows) for one in checked.doubtful])
    for one, hits in zip(checked.doubtful, np.split(found, ends[:-1]), strict=True):
        for of_person in (False, True):
            chosen = np.flatnonzero(hits & (person[one.rows] == of_person))
            _refuse(checked, one, chosen, of_person)


def _folded(text: pl.Expr) -> pl.Expr:
    """As `law.prohibited.fold` does it, over a column."""
    alikes = vocabulary().look_alikes
    plain = text.str.normalize("NFKC").str.to_lowercase().str.normalize("NFD")
    visible = plain.str.replace_all(r"[\p{Mn}\p{Cf}\p{Cc}]", "")
    usual = visible.str.replace_many(list(alikes), list(alikes.values()))
    joined = usual.str.replace_all(r"([\x{4E00}-\x{9FFF}:])\s+", "$1")
    return joined.str.replace_all(r"\s+([\x{4E00}-\x{9FFF}:])", "$1")


def _refuse(checked: Checked, doubtful: Doubtful, chosen: Positions, person: bool) -> None:
    found: dict[tuple[str, str], list[int]] = {}
    texts = {place: doubtful.texts[place] or "" for place in chosen.tolist()}
    categories = {text: screen_value(text, person=person) for text in set(texts.values())}
    for place, text in texts.items():
        if (category := categories[text]) is not None:
            found.setdefault((_code(category), category.name), []).append(place)
    for (code, category_name), places in found.items():
        checked.refuse(doubtful.rows[places], doubtful.field, code, rule=category_name)


def _code(category: Category) -> str:
    if category.name == UNDER_FOURTEEN:
        return "E-MINOR"
    return "E-SEALED" if category.kind == "sealed" else "E-PROHIBITED"
