"""`GET /api/statistics`: the latest release of the public statistics."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.access.statistics import published_statistics
from anxin.api.caching import revalidated
from anxin.api.problems import NO_STATISTICS, problem


@public_endpoint
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Counts by catalog item and kind of subject; null where telling would tell of a few persons."""
    released = published_statistics()
    if released is None:
        return problem(404, NO_STATISTICS)
    return revalidated(request, JsonResponse(released, json_dumps_params={"ensure_ascii": False}))
