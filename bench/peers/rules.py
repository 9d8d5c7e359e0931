"""The 26 rules that every peer checks, value by value: those that the generated faults break (`bench.faults`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from anxin.kernel.identifiers import find_personal_numbers, resident_id, uscc

AS_OF = date(2026, 11, 20)
CONTROL = re.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]")
MONEY = re.compile(r"[0-9]{1,11}(\.[0-9]{1,6})?")
DAY = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")
MAYBE_PERSONAL = re.compile(r"[0-9]{17}[0-9Xx]")
CODES = ("uscc", "authority_code", "source_code")
REQUIRED = (
    *("subject_name", "subject_class", "document_number", "breach_type", "facts", "basis", "penalty_kinds"),
    *(
        "content",
        "decided_on",
        "penalty_valid_to",
        "authority_name",
        "authority_code",
        "source_name",
        "source_code",
    ),
)
TEXTS = ("subject_name", "document_number", "content", "facts")
AMOUNTS = ("fine", "confiscated")
LONGEST_NUMBER = 128
CLASSES = ("法人及非法人组织", "自然人", "个体工商户")
KINDS = (
    *(
        "警告",
        "通报批评",
        "罚款",
        "没收违法所得",
        "没收非法财物",
        "暂扣许可证件",
        "降低资质等级",
        "吊销许可证件",
    ),
    *("限制开展生产经营活动", "责令停产停业", "责令关闭", "限制从业", "行政拘留", "其他"),
)
SOME_KINDS = re.compile(f"({'|'.join(KINDS)})(;({'|'.join(KINDS)}))*")


def code_reasons(code: str) -> list[str]:
    """What is wrong with an organization's code."""
    if len(code) == uscc.LENGTH and not resident_id.resident_id_errors(code, as_of=AS_OF):
        return ["E-PERSONAL"]
    if len(code) == 15 and code.isdigit():
        return ["E-USCC-OLD"]
    return list(uscc.uscc_errors(code))


def day_of(text: str) -> date | None:
    """The day, or None where it cannot be read or does not exist."""
    found = DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def row_reasons(row: dict[str, str | None]) -> list[tuple[str, str]]:
    """Every (field, code) that is wrong with a row."""
    wrong = [(name, "E-REQUIRED") for name in REQUIRED if not row[name]]
    if not row["uscc"]:
        wrong.append(("uscc", "E-REQUIRED"))
    for name in CODES:
        wrong += [(name, code) for code in code_reasons(row[name])] if row[name] else []
    if row["subject_class"] and row["subject_class"] not in CLASSES:
        wrong.append(("subject_class", "E-CODE"))
    if row["penalty_kinds"] and not SOME_KINDS.fullmatch(row["penalty_kinds"]):
        wrong.append(("penalty_kinds", "E-CODE"))
    for name in AMOUNTS:
        if row[name] and not MONEY.fullmatch(row[name] or ""):
            wrong.append((name, "E-NUM"))
    for name in TEXTS:
        wrong += [(name, code) for code in text_reasons(name, row[name] or "")]
    return wrong + day_reasons(row["decided_on"], row["penalty_valid_to"])


def text_reasons(name: str, text: str) -> list[str]:
    """What is wrong with a text."""
    wrong = []
    if CONTROL.search(text):
        wrong.append("E-CTRL")
    if name == "document_number" and len(text) > LONGEST_NUMBER:
        wrong.append("E-LENGTH")
    if name == "facts" and MAYBE_PERSONAL.search(text) and find_personal_numbers(text):
        wrong.append("E-PERSONAL")
    return wrong


def day_reasons(decided: str | None, ends: str | None) -> list[tuple[str, str]]:
    """What is wrong with the two days of a decision."""
    first, last = (day_of(text) if text else None for text in (decided, ends))
    wrong = [
        (name, "E-DATE")
        for name, text, day in (("decided_on", decided, first), ("penalty_valid_to", ends, last))
        if text and day is None
    ]
    if first and first > AS_OF:
        wrong.append(("decided_on", "E-DATE-ORDER"))
    if first and last and last < first:
        wrong.append(("penalty_valid_to", "E-DATE-ORDER"))
    return wrong


def timed_rows(path: str, check: Callable[[dict[str, str | None]], bool]) -> dict[str, float]:
    """Read a CSV file row by row and count the rows that `check` rejects."""
    import csv
    import time

    from bench.generate import labels

    names = list(labels())
    began = time.perf_counter()
    rejected = 0
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for cells in rows:
            rejected += check(dict(zip(names, cells, strict=True)))
    return {"seconds": time.perf_counter() - began, "rejected": rejected}
