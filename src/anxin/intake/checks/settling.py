"""Looking at the values that no quick look explained: each distinct text once, then set back into its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from anxin.intake.checks.checked import Checked, Positions, flags
from anxin.kernel.identifiers import find_personal_numbers

PERSONAL = "E-PERSONAL"
SHORTEST_PERSONAL = 15
# What sources write where they mean nothing at all.
MISSING_WORDS = frozenset({"", "null", "NULL", "Null", "None", "无", "/", "-", "--", "—"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one text is: its typed value (None: missing or refused), error codes, and notes to be counted."""

    value: object = None
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


ABSENT = Verdict()
Judge = Callable[[str], Verdict]


def settle(
    checked: Checked,
    name: str,
    raw: pl.Series,
    typed: pl.Series,
    rows: Positions,
    judge: Judge,
    *,
    personal: bool = False,
) -> pl.Series:
    """`typed` with the values at `rows` judged; errors and notes go to `checked`.

    `judge` gets a text as sent, and never one that stands for nothing. `personal`: personal numbers belong here.
    """
    if not len(rows):
        return typed
    texts = raw.gather(rows)
    distinct = texts.unique().drop_nulls().to_list()
    verdicts = {text: _judged(text, judge, personal) for text in distinct}
    values = pl.Series(name, [verdict.value for verdict in verdicts.values()], dtype=typed.dtype)
    table = pl.DataFrame({"text": pl.Series(list(verdicts), dtype=pl.String), "value": values})
    settled = texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")["value"]
    _note(checked, name, texts, rows, verdicts)
    return typed.scatter(rows, settled)


def _judged(text: str, judge: Judge, personal: bool) -> Verdict:
    if text.strip() in MISSING_WORDS:
        return ABSENT
    verdict = judge(text)
    long_enough = len(text) >= SHORTEST_PERSONAL and not personal
    misplaced = verdict.errors and long_enough and find_personal_numbers(text)
    if misplaced and PERSONAL not in verdict.errors:
        return Verdict(errors=(*verdict.errors, PERSONAL))
    return verdict


def _note(
    checked: Checked, name: str, texts: pl.Series, rows: Positions, verdicts: dict[str, Verdict]
) -> None:
    by_code: dict[str, list[str]] = {}
    for text, verdict in verdicts.items():
        for code in (*verdict.errors, *verdict.notes):
            by_code.setdefault(code, []).append(text)
    for code, found in by_code.items():
        hit = np.flatnonzero(flags(texts.is_in(found)))
        if code.startswith("E-"):
            checked.refuse(rows[hit], name, code)
            # What was refused is shown to somebody, so it is screened like any text.
            checked.doubtful.append((texts.gather(hit).alias(name), rows[hit]))
        else:
            checked.warn(code, len(hit))
