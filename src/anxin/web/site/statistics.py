"""How many organizations and persons have records of which item; never so that a few persons can be told (Art. 14(2))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anxin.access.statistics import published_statistics
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.web.policy import public_page, uncached


@dataclass(frozen=True, slots=True)
class Row:
    """An item with its two cells; None where the item is not about such subjects, or not public of them."""

    item: str
    name: Bilingual
    organizations: dict[str, Any] | None
    persons: dict[str, Any] | None


@public_page
@carries_out("anshan-2022-9/14/2")
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The latest release as a table, an item a row."""
    released = published_statistics()
    context = None if released is None else {**released, "rows": _rows(released["cells"])}
    return uncached(render(request, "web/statistics.html", {"released": context}))


def _rows(cells: list[dict[str, Any]]) -> list[Row]:
    by_item: dict[str, dict[str, dict[str, Any]]] = {}
    for cell in cells:
        by_item.setdefault(cell["item"], {})[cell["subject_kind"]] = cell
    return [_row(item, kinds) for item, kinds in by_item.items()]


def _row(item: str, kinds: dict[str, dict[str, Any]]) -> Row:
    any_cell = next(iter(kinds.values()))
    name = Bilingual(any_cell["name_zh"], any_cell["name_en"])
    return Row(item, name, kinds.get("organization"), kinds.get("natural_person"))
