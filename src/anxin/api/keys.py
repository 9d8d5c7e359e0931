"""`GET /api/keys`: the public keys that verify signed reports (RFC 7517), and the roots that vouch for seals on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.access.signing import published_keys
from anxin.api.caching import revalidated


@public_endpoint
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """All keys there ever were, with their dates and revocations; no private part."""
    answer = JsonResponse(published_keys(), content_type="application/jwk-set+json")
    return revalidated(request, answer)
