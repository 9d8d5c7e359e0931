"""What each display rule says to PostgreSQL, kept as text: a change of a rule shows in the diff, to lawyers too.

After a change that is meant: `ANXIN_WRITE_GOLDEN=1 ./anxin test tests/law/test_golden_sql.py`, and read what changed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from anxin.kernel.rules import to_sql
from anxin.law.display import DISPLAY_RULES, display_rule

GOLDEN = Path(__file__).parent / "golden"
BODIES = ("tier", "minimum_months", "maximum_months", "version", "published", "display_from", "display_to")


def written(rule: str) -> str:
    found = display_rule(rule)
    parts = [f"-- {body}\n{broken(to_sql(getattr(found, body)))}\n" for body in BODIES]
    return f"-- Display rule {rule}, as PostgreSQL reads it.\n\n" + "\n".join(parts)


def broken(text: str) -> str:
    """One branch a line, so that a diff names the branch."""
    return re.sub(r" (?=(?:WHEN|ELSE) )", "\n  ", text)


@pytest.mark.parametrize("rule", DISPLAY_RULES)
def test_the_rule_reads_as_the_golden_file_says(rule: str) -> None:
    path = GOLDEN / f"{rule}.sql"
    if os.environ.get("ANXIN_WRITE_GOLDEN"):
        path.write_text(written(rule), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == written(rule), (
        "if the rule was meant to change, write the golden files anew (see the top of this file) and read the diff"
    )


def test_no_golden_file_is_left_of_a_rule_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.glob("*.sql")} == set(DISPLAY_RULES)
