"""The public catalog: what is collected, on what basis, by whom; with every version and what it changed (Art. 9, 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.authorities.queries import unit_names
from anxin.catalog.codes import CodeList, code_list
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.history import Change, changes
from anxin.catalog.queries import definitions_in_force, history_of
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.web.policy import public_page

LAYERS = ("national", "provincial", "city")


@dataclass(frozen=True, slots=True)
class Version:
    """One version as the page shows it; `changes` against the version before, empty for the first."""

    item: ItemDefinition
    units: tuple[Bilingual, ...]
    changes: tuple[Change, ...]


@public_page
@carries_out("anshan-2022-9/10/2")
@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    """Every item in force today, layer by layer."""
    items = definitions_in_force(timezone.localdate())
    layers = {layer: [item for item in items if item.layer == layer] for layer in LAYERS}
    return render(request, "web/catalog.html", {"layers": layers, "number": len(items)})


@public_page
@require_safe
def catalog_item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: the latest version whole, and what each version before it said otherwise."""
    history = history_of(code)
    if not history:
        return render(request, "web/not_found.html", status=404)
    context = {"latest": history[0], "versions": _versions(history), "code_lists": _code_lists(history[0])}
    return render(request, "web/catalog_item.html", context)


def _versions(history: tuple[ItemDefinition, ...]) -> list[Version]:
    names = unit_names({unit for item in history for unit in item.source_units})
    before: Iterable[ItemDefinition | None] = (*history[1:], None)
    return [
        Version(
            item=item,
            units=tuple(names.get(unit, Bilingual(unit, unit)) for unit in item.source_units),
            changes=() if older is None else changes(older, item),
        )
        for item, older in zip(history, before, strict=True)
    ]


def _code_lists(item: ItemDefinition) -> list[CodeList]:
    """The lists that the item's fields take their values from, each once, in the order of the fields."""
    return [code_list(name) for name in dict.fromkeys(f.code_list for f in item.fields if f.code_list)]
