"""What is wrong with the rows that have faults: each kind changes cells of one group, and is found under known codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.codes import ALPHABET, as_text, registration_numbers, resident_numbers, with_check

Draw = np.random.Generator
Change = Callable[[pl.Series, Draw], pl.Series]
SECOND_FAULT_SHARE = 0.2


@dataclass(frozen=True)
class Fault:
    """One kind. Faults of the same `group` never meet in one row. `found`: codes under which it must come back."""

    name: str
    group: str
    field: str
    change: Change
    found: tuple[str, ...]


def _put(text: str) -> Change:
    return lambda values, draw: pl.repeat(text, len(values), eager=True)


def _emptied(values: pl.Series, draw: Draw) -> pl.Series:
    return pl.repeat(None, len(values), dtype=pl.String, eager=True)


def _matrix(codes: pl.Series) -> NDArray[np.uint8]:
    joined = codes.str.join("").item() if len(codes) else ""
    return np.frombuffer(joined.encode(), np.uint8).reshape(-1, 18).copy()


def _wrong_check(codes: pl.Series, draw: Draw) -> pl.Series:
    matrix = _matrix(codes)
    place = np.searchsorted(ALPHABET, matrix[:, 17])
    matrix[:, 17] = ALPHABET[(place + draw.integers(1, 31, len(matrix))) % 31]
    return as_text(matrix)


def _wrong_character(codes: pl.Series, draw: Draw) -> pl.Series:
    matrix = _matrix(codes)
    matrix[:, 9] = draw.choice(np.frombuffer(b"IOSVZ", np.uint8), len(matrix))
    return as_text(matrix)


def _wrong_department(codes: pl.Series, draw: Draw) -> pl.Series:
    matrix = _matrix(codes)[:, :17]
    matrix[:, 0] = ord("B")
    return as_text(with_check(matrix))


def _too_short(codes: pl.Series, draw: Draw) -> pl.Series:
    return codes.str.head(17)


def _old_number(codes: pl.Series, draw: Draw) -> pl.Series:
    pool = registration_numbers(1_000, 7)
    return pool.gather(draw.integers(0, len(pool), len(codes)))


def _person(values: pl.Series, draw: Draw) -> pl.Series:
    pool = resident_numbers(1_000, 11)
    return pool.gather(draw.integers(0, len(pool), len(values)))


def _person_within(values: pl.Series, draw: Draw) -> pl.Series:
    return values + "现场人员证件号" + _person(values, draw) + "。"


def _hidden_character(values: pl.Series, draw: Draw) -> pl.Series:
    return values + "\u202e"


def _longer(values: pl.Series, draw: Draw) -> pl.Series:
    return values + "补" * 130


FAULTS = (
    Fault("code: wrong check character", "code", "uscc", _wrong_check, ("E-USCC-CHECK",)),
    Fault("code: letter outside the alphabet", "code", "uscc", _wrong_character, ("E-USCC-CHAR",)),
    Fault("code: no such department", "code", "uscc", _wrong_department, ("E-USCC-DEPARTMENT",)),
    Fault("code: a character missing", "code", "uscc", _too_short, ("E-USCC-LENGTH",)),
    Fault("code: old registration number", "code", "uscc", _old_number, ("E-USCC-OLD",)),
    Fault("code: a person's number", "code", "uscc", _person, ("E-KIND", "E-PERSONAL")),
    Fault("code: empty", "code", "uscc", _emptied, ("E-REQUIRED",)),
    Fault("authority's code: wrong check", "authority", "authority_code", _wrong_check, ("E-USCC-CHECK",)),
    Fault("name: empty", "name", "subject_name", _emptied, ("E-REQUIRED",)),
    Fault("name: hidden character", "name", "subject_name", _hidden_character, ("E-CTRL",)),
    Fault("class: empty", "class", "subject_class", _emptied, ("E-REQUIRED",)),
    Fault("class: not in the list", "class", "subject_class", _put("其他主体"), ("E-CODE",)),
    Fault("kinds: not in the list", "kinds", "penalty_kinds", _put("罚款;口头教育"), ("E-CODE",)),
    Fault("number of the decision: empty", "document", "document_number", _emptied, ("E-REQUIRED",)),
    Fault("number of the decision: too long", "document", "document_number", _longer, ("E-LENGTH",)),
    Fault("day of decision: impossible", "day", "decided_on", _put("2025-02-30"), ("E-DATE",)),
    Fault("day of decision: in words", "day", "decided_on", _put("二〇二五年三月"), ("E-DATE",)),
    Fault("day of decision: empty", "day", "decided_on", _emptied, ("E-REQUIRED",)),
    Fault("end before the decision", "day", "penalty_valid_to", _put("1999-01-01"), ("E-DATE-ORDER",)),
    Fault("end: impossible", "day", "penalty_valid_to", _put("2026/13/01"), ("E-DATE",)),
    Fault("fine: in words", "fine", "fine", _put("伍万元"), ("E-NUM",)),
    Fault("fine: negative", "fine", "fine", _put("-1.5"), ("E-NUM",)),
    Fault("fine: thousands separated", "fine", "fine", _put("12,500.00"), ("E-NUM",)),
    Fault("facts: a person's number within", "facts", "facts", _person_within, ("E-PERSONAL",)),
    Fault("facts: empty", "facts", "facts", _emptied, ("E-REQUIRED",)),
    Fault("content: hidden character", "content", "content", _hidden_character, ("E-CTRL",)),
)


def spoil(rows: pl.DataFrame, wanted: NDArray[np.int64], draw: Draw) -> tuple[pl.DataFrame, dict[str, int]]:
    """Put one or two faults of different groups into each wanted row; returns how often each kind was put in."""
    first = draw.integers(0, len(FAULTS), len(wanted))
    second = draw.integers(0, len(FAULTS), len(wanted))
    groups = np.array([fault.group for fault in FAULTS])
    also = (draw.random(len(wanted)) < SECOND_FAULT_SHARE) & (groups[first] != groups[second])
    counts = {}
    changed: dict[str, pl.Series] = {}
    for kind, fault in enumerate(FAULTS):
        places = np.sort(np.concatenate([wanted[first == kind], wanted[also & (second == kind)]]))
        counts[fault.name] = len(places)
        if len(places):
            column = changed.get(fault.field, rows[fault.field])
            changed[fault.field] = column.clone().scatter(places, fault.change(column.gather(places), draw))
    return rows.with_columns(**changed), counts
