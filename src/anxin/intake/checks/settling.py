"""Looking at the values that no quick look explained: each distinct text once, then set back into its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from anxin.intake.checks.checked import Checked, Doubtful, Positions
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


@dataclass(frozen=True, slots=True)
class Reading:
    """How values of one kind are read. `plain`: those that are plainly good, typed, else null; `judge`: one of the rest."""

    plain: pl.Expr
    judge: Judge


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
    texts = raw[rows].to_list()
    verdicts: dict[str | None, Verdict] = {
        text: _judged(text, judge, personal) for text in dict.fromkeys(texts) if text is not None
    }
    verdicts[None] = ABSENT
    found = [verdicts[text] for text in texts]
    _note(checked, name, texts, rows, found)
    return typed.scatter(rows, pl.Series(name, [one.value for one in found], dtype=typed.dtype))


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
    checked: Checked, name: str, texts: list[str | None], rows: Positions, verdicts: list[Verdict]
) -> None:
    by_code: dict[str, list[int]] = {}
    for position, verdict in enumerate(verdicts):
        for code in (*verdict.errors, *verdict.notes):
            by_code.setdefault(code, []).append(position)
    for code, found in by_code.items():
        if code.startswith("E-"):
            checked.refuse(rows[found], name, code)
            # What was refused is shown to somebody, so it is screened like any text.
            checked.doubtful.append(Doubtful(name, [texts[position] for position in found], rows[found]))
        else:
            checked.warn(code, len(found))
