"""What no file of the project may say, and which words name nothing here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.contracts.tracked import ROOT, python_files, tracked_files

# Written in pieces, so that this file passes its own test.
MACHINE_PATHS = tuple("/" + name + "/" for name in ("work", "root/.", "tmp/venv", "tmp/briefs", "opt/pypi"))
WORKPLACE_WORDS = ("farm" + "-", "." + "library")
REGISTRY_HOST = re.compile(
    r"https?://[^\s\"')]*(?:py" + r"pi|pythonhosted|np" + r"mjs|tsinghua|aliyun)", re.IGNORECASE
)
WORDS_FOR_PERSONS = {"black" + "list", "sco" + "re", "untrust" + "worthy"}
SHORTENED = {"cfg", "ctx", "usr", "pwd_", "tmp_", "req", "resp", "mgr", "svc"}
EDGES = ("web", "api", "jobs", "cli", "city")


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked_files():
        try:
            found.append((path.relative_to(ROOT), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def identifiers(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name) | ast.Name(id=name):
                found.add(name)
            case ast.Attribute(attr=name):
                found.add(name)
    return found


def called(tree: ast.AST) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_no_file_names_a_machine_or_a_workplace_tool() -> None:
    unwanted = MACHINE_PATHS + WORKPLACE_WORDS
    found = [(str(path), word) for path, text in texts() for word in unwanted if word in text]
    assert not found, f"these mean nothing to a stranger: {found}"


def test_no_file_names_a_package_registry() -> None:
    found = [str(path) for path, text in texts() if REGISTRY_HOST.search(text)]
    assert not found, f"the machine's own configuration says where packages come from: {found}"


def test_locks_carry_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path.name
        assert "index-url" not in text, path.name
        for requirement in re.split(r"\n(?=[a-z0-9])", text):
            if "==" in requirement.partition("\n")[0]:
                assert "--hash=sha256:" in requirement, requirement.partition("\n")[0]


def test_no_identifier_judges_a_person() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in python_files()
        for name in identifiers(path)
        if WORDS_FOR_PERSONS & set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
    ]
    assert not found, f"name the act, not the person (glossary): {found}"


def test_identifiers_are_whole_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in python_files()
        for name in identifiers(path) & SHORTENED
    ]
    assert not found, f"write the word out: {found}"


def test_only_the_edge_asks_for_the_time() -> None:
    clocks = {"timezone.now", "datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    found = []
    for path in python_files():
        if path.relative_to(ROOT / "src/anxin").parts[0] in EDGES:
            continue
        calls = called(ast.parse(path.read_text(encoding="utf-8")))
        found += [
            f"{path.relative_to(ROOT)}: {call}" for call in calls if call.removeprefix("datetime.") in clocks
        ]
    assert not found, f"take the moment as an argument (`at`, `on`): {found}"


def test_no_legal_period_is_a_number_of_days() -> None:
    guess = re.compile(
        r"timedelta\(\s*(?:days\s*=\s*)?(?:365|366|730|1095|1096|30|31|180|183)\b|365\s*\*|\*\s*365"
    )
    found = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if guess.search(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"periods in months and years end on the corresponding day (kernel periods): {found}"
