"""`GET /api/keys`: the public keys that verify signed reports (RFC 7517)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.access.signing import signer
from anxin.api.caching import revalidated


@public_endpoint
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Current and earlier keys; no private part."""
    answer = JsonResponse(signer().public_keys(), content_type="application/jwk-set+json")
    return revalidated(request, answer)
