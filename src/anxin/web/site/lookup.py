"""The public look-up: home, search, one organization (Art. 13(1), 14)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anxin.access.published import PAGE_SIZE, organization_page, search_organizations
from anxin.law.carries_out import carries_out
from anxin.web.paging import asked_page, pager
from anxin.web.policy import public_page, uncached


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One big field."""
    return render(request, "web/home.html")


@public_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Organizations by a part of a name or by code; nothing found and nothing to show look the same."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = asked_page(request)
    found = search_organizations(text, page)
    context = {"text": text, **found, **pager(page, found["total"], PAGE_SIZE, q=text)}
    return uncached(render(request, "web/search.html", context))


@public_page
@carries_out("anshan-2022-9/13/1")
@require_safe
def organization(request: HttpRequest, uscc: str) -> HttpResponse:
    """What is on display about one organization at this moment."""
    page = asked_page(request)
    return _organization(request, organization_page(uscc, page), page)


@public_page
@carries_out("anshan-2022-9/13/1")
@require_safe
def local_organization(request: HttpRequest, code_kind: str, local_code: str) -> HttpResponse:
    """The same of an organization that another place knows by a kind of code of its own."""
    page = asked_page(request)
    return _organization(request, organization_page(local_code, page, code_kind=code_kind), page)


def _organization(request: HttpRequest, found: dict[str, Any] | None, page: int) -> HttpResponse:
    if found is None:
        return uncached(render(request, "web/not_found.html", status=404))
    context = {
        "organization": found,
        "cards": _cards(found["counts"]),
        **pager(page, found["record_count"], PAGE_SIZE),
    }
    return uncached(render(request, "web/organization.html", context))


def section_names() -> dict[str, str]:
    """The sections of the national report, in its order, in the reader's language."""
    return {
        "registration": _("登记注册"),
        "administration": _("行政管理"),
        "honor": _("守信荣誉"),
        "serious_listing": _("严重失信主体名单"),
        "abnormal_operation": _("经营异常"),
        "commitment": _("信用承诺"),
        "evaluation": _("信用评价"),
        "court": _("司法判决及执行"),
        "other": _("其他"),
    }


def _cards(counts: dict[str, int]) -> list[dict[str, object]]:
    names = section_names()
    for section in counts:
        names.setdefault(section, _("其他"))
    return [{"label": name, "count": counts.get(section, 0)} for section, name in names.items()]
