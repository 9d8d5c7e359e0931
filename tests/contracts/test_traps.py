"""Two mistakes that were made here, found late, and look like nothing."""

from __future__ import annotations

import ast
import re

from anxin.locks import Lock
from tests.contracts.tracked import ROOT, python_files, tracked_files

LOCKED = re.compile(r"pg_(?:try_)?advisory_(?:xact_)?(?:un)?lock(?:_shared)?\((\d+)")
NUMBERED = re.compile(r"\b2022_?\d{4}\b")


def test_the_day_of_a_moment_is_the_citys_and_not_utcs() -> None:
    """`at.date()` is yesterday for the first eight hours of every day in Shanghai: say `timezone.localdate(at)`."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr, node.args) == ("date", [])
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"at", "now", "moment", "began"}
    ]
    assert found == []


def test_every_advisory_lock_has_its_number_from_one_list() -> None:
    """Two uses of one number wait for each other for ever: numbers stand in `anxin/locks.py`, also those that SQL takes."""
    in_sql: set[int] = set()
    for path in tracked_files():
        if path.is_relative_to(ROOT / "src") and path.suffix == ".py" and path.name != "locks.py":
            text = path.read_text(encoding="utf-8")
            in_sql |= {int(number) for number in LOCKED.findall(text)}
            if "migrations" not in path.parts:
                assert NUMBERED.findall(text) == [], path
    assert in_sql == {Lock.UNIT_GUESSES, Lock.CLIENT_QUOTA}
