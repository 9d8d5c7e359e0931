"""The public catalog: what is collected, on what basis, by whom; with every version (Art. 9, 10)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.catalog.queries import definitions_in_force, versions_of
from anxin.law.carries_out import carries_out
from anxin.web.policy import public_page


@public_page
@carries_out("anshan-2022-9/10/2")
@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    """Every item in force today."""
    return render(request, "web/catalog.html", {"items": definitions_in_force(timezone.localdate())})


@public_page
@require_safe
def catalog_item(request: HttpRequest, code: str) -> HttpResponse:
    """One item with all its versions, the latest first."""
    versions = versions_of(code)
    if not versions:
        return render(request, "web/not_found.html", status=404)
    return render(request, "web/catalog_item.html", {"versions": versions, "latest": versions[0]})
