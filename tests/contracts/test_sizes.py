"""One file answers one question; a function fits on a screen."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.contracts.tracked import ROOT, python_files

LONGEST_FILE, USUAL_FILE = 400, 120
LONGEST_FUNCTION, USUAL_FUNCTION = 60, 30
# Longer than the house allows, with their length. This list only shrinks: shorten the code, never raise a number.
LONGER_FILES: dict[str, int] = {}
LONGER_FUNCTIONS: dict[str, int] = {}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("path", python_files(tests=True), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_answers_one_question(path: Path) -> None:
    allowed = LONGER_FILES.get(str(path.relative_to(ROOT)), LONGEST_FILE)
    assert lines(path) <= allowed, (
        f"{path.name} has {lines(path)} lines: split it by the questions it answers"
    )


@pytest.mark.parametrize("path", python_files(tests=True), ids=lambda path: str(path.relative_to(ROOT)))
def test_function_fits_on_a_screen(path: Path) -> None:
    long = [
        (name, count)
        for name, count in functions(path)
        if count > LONGER_FUNCTIONS.get(name, LONGEST_FUNCTION)
    ]
    assert not long, f"too long, name its steps: {long}"


def test_most_files_and_functions_are_short() -> None:
    counts = sorted(count for path in python_files() for _, count in functions(path))
    assert median(lines(path) for path in python_files()) < USUAL_FILE
    assert counts[int(len(counts) * 0.9)] <= USUAL_FUNCTION


def test_allow_lists_hold_nothing_that_is_no_longer_long() -> None:
    for name, allowed in LONGER_FILES.items():
        assert LONGEST_FILE < lines(ROOT / name) == allowed, f"{name}: lower or remove its entry"
    found = dict(one for path in python_files(tests=True) for one in functions(path))
    for name, allowed in LONGER_FUNCTIONS.items():
        assert LONGEST_FUNCTION < found.get(name, 0) == allowed, f"{name}: lower or remove its entry"
