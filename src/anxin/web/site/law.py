"""Every clause of the regulation, and where it is carried out."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anxin.law.coverage import ArticleCoverage, coverage
from anxin.law.registry import load_pack
from anxin.web.policy import public_page


@lru_cache(maxsize=2)
def _articles(pack: str) -> tuple[ArticleCoverage, ...]:
    # The sources cannot change while the process runs.
    return coverage(load_pack(pack))


@public_page
@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """All articles with their clauses."""
    return render(request, "web/law.html", {"articles": _articles(settings.LAW_PACK)})


@public_page
@require_safe
def article(request: HttpRequest, number: int) -> HttpResponse:
    """One article."""
    found = [one for one in _articles(settings.LAW_PACK) if one.article.number == number]
    if not found:
        return render(request, "web/not_found.html", status=404)
    return render(request, "web/law.html", {"articles": found})
