"""Templates of catalog items to download and fill in, for every unit and everybody else (Art. 10, 11)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.queries import ItemNotInForce, item_definition
from anxin.intake.templates import template_csv, template_workbook
from anxin.web.policy import public_page

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@public_page
@require_safe
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The item's columns as a workbook whose second sheet explains them."""
    item = _item(code)
    if item is None:
        return render(request, "web/not_found.html", status=404)
    return _download(template_workbook(item), WORKBOOK, f"{code}.xlsx")


@public_page
@require_safe
def csv(request: HttpRequest, code: str) -> HttpResponse:
    """The item's columns as the first line of a CSV file."""
    item = _item(code)
    if item is None:
        return render(request, "web/not_found.html", status=404)
    return _download(template_csv(item), "text/csv; charset=utf-8", f"{code}.csv")


def _item(code: str) -> ItemDefinition | None:
    try:
        return item_definition(code, timezone.localdate())
    except ItemNotInForce:
        return None


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=disposition)
