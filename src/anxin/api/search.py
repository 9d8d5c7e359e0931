"""`GET /api/search?q=…`: organizations by a part of a name, a former name, or their code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.access.published import LONGEST_SEARCH, SHORTEST_SEARCH, search_organizations
from anxin.api.caching import revalidated
from anxin.api.parameters import asked_page
from anxin.api.problems import SEARCH_TEXT, problem
from anxin.subjects.folding import fold_name


@public_endpoint
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Twenty organizations a page, found as on the search page."""
    text = request.GET.get("q", "")
    if "\0" in text or len(text) > LONGEST_SEARCH or len(fold_name(text)) < SHORTEST_SEARCH:
        return problem(422, SEARCH_TEXT)
    page = asked_page(request)
    if isinstance(page, HttpResponse):
        return page
    found = search_organizations(text, page)
    return revalidated(request, JsonResponse(found, json_dumps_params={"ensure_ascii": False}))
