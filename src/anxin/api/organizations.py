"""`GET /api/organizations/{uscc}` and `…/{code_kind}/{local_code}`: what is on display about one organization now.

Art. 13(1), 14.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.access.published import organization_answer
from anxin.api.caching import revalidated
from anxin.api.parameters import asked_page
from anxin.api.problems import NOT_FOUND, problem
from anxin.law.carries_out import carries_out


@public_endpoint
@carries_out("anshan-2022-9/13/1")
@require_safe
def organization(request: HttpRequest, uscc: str) -> HttpResponse:
    """The same answer as the organization's page, as the database wrote it."""
    return _answer(request, uscc)


@public_endpoint
@carries_out("anshan-2022-9/13/1")
@require_safe
def local_organization(request: HttpRequest, code_kind: str, local_code: str) -> HttpResponse:
    """The same under a code of a kind that the pack of another place declares."""
    return _answer(request, local_code, code_kind)


def _answer(request: HttpRequest, code: str, code_kind: str | None = None) -> HttpResponse:
    page = asked_page(request)
    if isinstance(page, HttpResponse):
        return page
    found = organization_answer(code, page, code_kind=code_kind)
    if found is None:
        return problem(404, NOT_FOUND)
    return revalidated(request, HttpResponse(found.text, content_type="application/json"))
