"""`./anxin law --check`: every fault of the packs, rules and citations, with file and line."""

from __future__ import annotations

from collections.abc import Callable

from anxin.law.coverage import citation_problems
from anxin.law.display import DISPLAY_RULES, display_rule
from anxin.law.gate_data import load_gate_data
from anxin.law.problems import PackError, Problem
from anxin.law.prohibited import vocabulary
from anxin.law.references import reference_problems
from anxin.law.registry import load_pack


def check(pack_name: str, language: str) -> int:
    """Prints a line a fault. 0 where there is none, 1 otherwise."""
    found: list[Problem] = []
    readers: list[Callable[[], object]] = [
        lambda: load_pack(pack_name),
        vocabulary,
        load_gate_data,
        *(lambda rule=rule: display_rule(rule, pack=pack_name) for rule in DISPLAY_RULES),
    ]
    for read in readers:
        try:
            read()
        except PackError as error:
            found += error.problems
    if not found:
        pack = load_pack(pack_name)
        found += [*citation_problems(pack), *reference_problems(pack)]
    for problem in sorted(set(found)):
        print(problem.sentence(language))
    if not found:
        print({"zh": "规则包没有错误。", "en": "The packs have no faults."}[language])
    return 1 if found else 0
