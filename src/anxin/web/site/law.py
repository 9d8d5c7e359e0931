"""Every clause of the regulation: the page, rule and test that carry it out, or why none does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anxin.law.coverage import ArticleCoverage, ClauseCoverage, coverage
from anxin.law.excerpts import excerpt_of, place_name
from anxin.law.mentions import Mention
from anxin.law.pack import Article
from anxin.law.registry import load_pack
from anxin.web.policy import public_page


@dataclass(frozen=True, slots=True)
class Place:
    """`address`: of the page itself, where it opens without more; `code`: the name its text is found under."""

    kind: str
    name: str
    address: str | None
    code: str


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause with its places, tests last."""

    covered: ClauseCoverage
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article as the page lists it."""

    article: Article
    clauses: tuple[ShownClause, ...]


@lru_cache(maxsize=2)
def _articles(pack: str) -> tuple[ShownArticle, ...]:
    # The sources cannot change while the process runs.
    addresses = dict(_addresses(get_resolver()))
    return tuple(_shown(article, addresses) for article in coverage(load_pack(pack)))


@public_page
@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """All articles with their clauses."""
    return _page(request, _articles(settings.LAW_PACK))


@public_page
@require_safe
def article(request: HttpRequest, number: int) -> HttpResponse:
    """One article."""
    found = tuple(one for one in _articles(settings.LAW_PACK) if one.article.number == number)
    if not found:
        return render(request, "web/not_found.html", status=404)
    return _page(request, found)


@public_page
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """The text of one rule, service, page or test that carries a clause out."""
    found = excerpt_of(code)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    clauses = load_pack(settings.LAW_PACK).clauses
    context = {
        "excerpt": found,
        "kind": kinds()[found.mention.kind],
        "clauses": [clauses[citation] for citation in found.citations if citation in clauses],
    }
    return render(request, "web/law_place.html", context)


def kinds() -> dict[str, str]:
    """What carries a clause out, in the reader's language."""
    return {
        "page": _("页面"),
        "endpoint": _("接口"),
        "rule": _("规则"),
        "service": _("办理"),
        "constraint": _("数据库约束"),
        "query": _("查询语句"),
        "command": _("命令"),
        "code": _("程序"),
        "test": _("测试"),
    }


def _page(request: HttpRequest, articles: tuple[ShownArticle, ...]) -> HttpResponse:
    return render(request, "web/law.html", {"articles": articles, "kinds": kinds()})


def _shown(one: ArticleCoverage, addresses: dict[str, str]) -> ShownArticle:
    clauses = tuple(
        ShownClause(
            covered, tuple(_place(mention, addresses) for mention in (*covered.places, *covered.tests))
        )
        for covered in one.clauses
    )
    return ShownArticle(one.article, clauses)


def _place(mention: Mention, addresses: dict[str, str]) -> Place:
    code = place_name(mention)
    return Place(mention.kind, mention.name, addresses.get(code), code)


def _addresses(resolver: URLResolver) -> Iterator[tuple[str, str]]:
    """`module:name` of every view that opens without more in its address, and that address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _addresses(entry)
        elif isinstance(entry, URLPattern) and entry.name and not entry.pattern.converters:
            view = entry.callback
            yield f"{view.__module__}:{getattr(view, '__name__', '')}", reverse(entry.name)
