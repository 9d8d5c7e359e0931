"""Reading the query of an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from anxin.api.problems import PAGE_NUMBER, problem

LAST_PAGE = 500


def asked_page(request: HttpRequest) -> int | HttpResponse:
    """The page asked for, 1 by default; a problem document for what is no page from 1 to 500."""
    typed = request.GET.get("page", "1")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3 and 1 <= int(typed) <= LAST_PAGE):
        return problem(422, PAGE_NUMBER)
    return int(typed)
