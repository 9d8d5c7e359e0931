"""Clauses that data and refusals point to: each must exist in the pack."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from anxin.kernel.citations import CitationMalformed
from anxin.kernel.text import Bilingual
from anxin.law.display_data import load_display_data
from anxin.law.gate_data import load_gate_data
from anxin.law.mentions import SOURCE
from anxin.law.pack import Pack
from anxin.law.problems import Problem, Problems
from anxin.law.prohibited import vocabulary

_CLAUSE = re.compile(r"[a-z][a-z0-9-]*/[0-9]")


def reference_problems(pack: Pack, *, source: Path = SOURCE) -> tuple[Problem, ...]:
    """Faults of `clause = "…"` in refusals, and of the clauses in gates, word lists and display data."""
    problems = Problems()
    for file, line, citation in [*_refusal_clauses(source), *_data_clauses(pack)]:
        if not _covered(pack, citation):
            problems.add(
                file,
                line,
                Bilingual(f"条款“{citation}”不存在", f"there is no clause “{citation}”"),
                Bilingual("改正引用，或在规则包中补充", "correct it, or add the clause to the pack"),
            )
    return problems.found


def _covered(pack: Pack, citation: str) -> bool:
    try:
        return pack.covers(citation)
    except CitationMalformed:
        return False


def _refusal_clauses(source: Path) -> Iterator[tuple[str, int, str]]:
    for path in sorted(source.rglob("*.py")):
        text = path.read_text("utf-8")
        if "clause" not in text or "Refusal" not in text:
            continue
        file = path.relative_to(source.parents[1]).as_posix()
        for node in ast.walk(ast.parse(text, file)):
            value = _assigned_clause(node)
            if value is not None and _CLAUSE.match(value):
                yield file, getattr(node, "lineno", 0), value


def _assigned_clause(node: ast.AST) -> str | None:
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets, value = [node.target], node.value
    else:
        return None
    named = any(isinstance(target, ast.Name) and target.id == "clause" for target in targets)
    return value.value if named and isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _data_clauses(pack: Pack) -> Iterator[tuple[str, int, str]]:
    for category in vocabulary().categories:
        yield "china/prohibited.yaml", 0, str(category.clause)
    for bar in load_display_data(pack.name).never:
        yield f"{pack.name}/display.yaml", 0, str(bar.clause)
    for name in (
        *load_gate_data().general_instruments,
        *(one.instrument for one in load_gate_data().negative),
    ):
        yield "china/gates.yaml", 0, name
