"""`GET /api/changes?cursor=`: what changed in what this client was given (Art. 41, 45)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.access.change_feed import NoCursor, read_changes
from anxin.access.client_tokens import Caller
from anxin.access.clients import CHANGES
from anxin.api.client import client_endpoint, out_of_scope
from anxin.api.provider_problems import problem_of
from anxin.audit.promises import RETRY_AFTER_SECONDS, SealBehind, refuse_when_behind


@client_endpoint
@require_safe
def changes(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page after a cursor. `more` tells whether the next one can be asked for at once."""
    refused = out_of_scope(caller, CHANGES)
    if refused is not None:
        return refused
    try:
        refuse_when_behind(at=timezone.now())
        page = read_changes(caller=caller, cursor=request.GET.get("cursor", ""))
    except NoCursor as refusal:
        return problem_of(refusal, 422)
    except SealBehind as refusal:
        response = problem_of(refusal, 503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return JsonResponse(
        {"changes": page.changes, "next": page.next, "more": page.more},
        json_dumps_params={"ensure_ascii": False},
    )
