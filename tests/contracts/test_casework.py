"""Who may work under the login for casework: it passes the read gate by, so each use is named here with its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.contracts.tracked import ROOT, python_files

STORES = "stores, or carries an act out"
COMPARES = "compares with what is on file; what a person is shown of it is logged before"
FIGURES = "counts, and gives out figures alone"
ALLOWED = {
    "anxin.intake.candidates.find_candidates": COMPARES,
    "anxin.intake.decisions.decide_row": STORES,
    "anxin.intake.quality.reporting_by_month": FIGURES,
    "anxin.intake.queue_reading._record_under_key": COMPARES,
    "anxin.intake.queue_reading.possible_outcomes": COMPARES,
    "anxin.intake.queue_reading.row_values": COMPARES,
    "anxin.intake.receiving.process_at_once": STORES,
    "anxin.intake.row_documents.row_documents": COMPARES,
    "anxin.intake.services.take_in": STORES,
    "anxin.intake.undoing.undo_decision": STORES,
    "anxin.records.desk_acts.act_on_record": STORES,
    "anxin.subjects.renaming.check_renaming": COMPARES,
    "anxin.subjects.renaming.rename_person": STORES,
    "anxin.subjects.renaming.undo_renaming": STORES,
}
# The module itself, and the settings that give its connection an address.
OWN = ("src/anxin/audit/casework.py", "src/anxin/config/")
# Above these nothing is stored: pages, interfaces and readings ask the gate.
NEVER = ("src/anxin/web/", "src/anxin/api/", "src/anxin/access/")
WORDS = ("casework", "change_login")


def uses(tree: ast.AST, place: str) -> Iterator[str]:
    """Whatever names casework, or imports it under another name, by the function it stands at."""
    for node in ast.iter_child_nodes(tree):
        inner = place
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{place}.{node.name}"
        if isinstance(node, ast.Name) and node.id in WORDS:
            yield place
        if isinstance(node, ast.Attribute) and node.attr in WORDS:
            yield place
        if isinstance(node, ast.alias) and node.name in WORDS and node.asname:
            yield place
        yield from uses(node, inner)


def imports(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module == "anxin.audit.casework" or any(one.name in WORDS for one in node.names))
        for node in ast.walk(tree)
    )


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in python_files():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(OWN):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def test_each_use_of_the_login_for_casework_is_one_of_those_named() -> None:
    found = {
        one
        for name, tree in sources()
        for one in uses(tree, name.removeprefix("src/").removesuffix(".py").replace("/", "."))
    }

    assert found - set(ALLOWED) == set(), "read through the gate, or name the use here with its reason"
    assert set(ALLOWED) - found == set(), "no such use any more"


def test_pages_interfaces_and_readings_never_take_it_up() -> None:
    found = [name for name, tree in sources() if name.startswith(NEVER) and imports(tree)]
    assert found == [], "what is shown to a person comes through the gate"


def test_a_use_in_any_form_would_be_found() -> None:
    forms = ast.parse(
        "from anxin.audit import casework as own\n"
        "@casework()\ndef decorated(): ...\n"
        "def within():\n    with casework():\n        pass\n"
        "class Reader:\n    def by_module(self):\n        with own.change_login():\n            pass\n"
        "taken = casework()\n"
    )
    assert set(uses(forms, "m")) == {"m.decorated", "m.within", "m.Reader.by_module", "m"}
    assert imports(forms)
