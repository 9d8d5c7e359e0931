"""The text of the thing that carries a clause out: what a reader of the law page sees behind a link.

Only what bears `@carries_out` can be shown; a name that is not among the mentions finds nothing.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from anxin.law.mentions import SOURCE, TESTS, Mention, find_mentions


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`citations`: every clause it carries out. `text`: its lines as they stand in the file, from `first_line` on."""

    mention: Mention
    citations: tuple[str, ...]
    first_line: int
    text: str


def excerpt_of(name: str) -> Excerpt | None:
    """What `module:name` says, as `place_name` writes it; None where nothing of that name is marked."""
    marked = [mention for mention in find_mentions()[0] if place_name(mention) == name]
    if not marked:
        return None
    mention = marked[0]
    root = TESTS.parent if mention.kind == "test" else SOURCE.parents[1]
    lines = (root / mention.file).read_text("utf-8").splitlines()
    first, last = _extent("\n".join(lines), mention.line)
    citations = tuple(sorted({one.citation for one in marked}))
    return Excerpt(mention, citations, first, "\n".join(lines[first - 1 : last]))


def place_name(mention: Mention) -> str:
    """The name of a place in addresses."""
    return f"{mention.module}:{mention.name}"


def _extent(text: str, line: int) -> tuple[int, int]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.lineno == line:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return first, node.end_lineno or line
    return line, line
