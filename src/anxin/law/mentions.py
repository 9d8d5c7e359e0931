"""Where the source says `@carries_out("…")`: read from the text by its syntax tree, nothing imported.

In an installed tree without tests the test mentions are simply absent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anxin.kernel.text import Bilingual
from anxin.law.problems import Problem, Problems

SOURCE = Path(__file__).parents[1]
TESTS = Path(__file__).parents[3] / "tests"
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# The first folder or file name that fits tells what kind of place it is; everything else is code.
_KINDS = (
    ("web", "page"),
    ("api", "endpoint"),
    ("cli", "command"),
    ("law", "rule"),
    ("kernel", "rule"),
    ("services.py", "service"),
    ("models.py", "constraint"),
    ("constraints.py", "constraint"),
    ("queries.py", "query"),
)


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One citation at one decorated thing.

    `kind`: page, endpoint, command, rule, service, constraint, query, code or test. `module` and `name` are what Python
    imports, so that a page's URL can be found: `anxin.web.site.law`, `article`. `file` is relative to the project.
    """

    citation: str
    kind: str
    file: str
    line: int
    module: str
    name: str


@lru_cache(maxsize=4)
def find_mentions(
    source: Path = SOURCE, tests: Path | None = TESTS
) -> tuple[tuple[Mention, ...], tuple[Problem, ...]]:
    """Every mention in the sources and tests, sorted; and the decorators that could not be read."""
    problems = Problems()
    found = [*_in_folder(source, source.parents[1], source.parent, problems)]
    if tests is not None and tests.is_dir():
        found += _in_folder(tests, tests.parent, tests.parent, problems)
    return tuple(sorted(found)), problems.found


def _in_folder(folder: Path, project: Path, import_root: Path, problems: Problems) -> Iterator[Mention]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8")
        if "@carries_out" not in text:
            continue
        file = path.relative_to(project).as_posix()
        parts = path.relative_to(import_root).with_suffix("").parts
        module = ".".join(part for part in parts if part != "__init__")
        kind = _kind_of(path.relative_to(import_root), is_test=folder.name == "tests")
        for name, line, citation in _decorated(ast.parse(text, file), file, problems):
            yield Mention(citation, kind, file, line, module, name)


def _kind_of(path: Path, *, is_test: bool) -> str:
    if is_test:
        return "test"
    return next((kind for part, kind in _KINDS if part in path.parts), "code")


def _decorated(
    tree: ast.AST, file: str, problems: Problems, prefix: str = ""
) -> Iterator[tuple[str, int, str]]:
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, _DEFINITIONS):
            yield from _decorated(node, file, problems, prefix)
            continue
        name = prefix + node.name
        for decorator in node.decorator_list:
            for citation in _citations(decorator, file, problems):
                yield name, node.lineno, citation
        yield from _decorated(node, file, problems, f"{name}.")


def _citations(decorator: ast.expr, file: str, problems: Problems) -> Iterator[str]:
    if not isinstance(decorator, ast.Call) or _called(decorator) != "carries_out":
        return
    if not decorator.args:
        _fault(problems, file, decorator)
    for argument in decorator.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        else:
            _fault(problems, file, decorator)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _fault(problems: Problems, file: str, node: ast.expr) -> None:
    problems.add(
        file,
        node.lineno,
        Bilingual("@carries_out 只能写字面引用", "@carries_out takes literal citations only"),
        Bilingual('写成 @carries_out("anshan-2022-9/41/2")', 'write @carries_out("anshan-2022-9/41/2")'),
    )
