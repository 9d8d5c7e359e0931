"""Endpoints for a unit's own systems: the key in the `Authorization` header says which unit calls (Art. 45)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from anxin.access.policy import Policy
from anxin.api.provider_problems import problem
from anxin.authorities.models import Unit
from anxin.authorities.queries import unit_for_key

SCHEME = "Bearer "
LONGEST_KEY = 200


def provider_endpoint(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only a call with a valid key may pass; the view gets its unit as `unit`. No session counts here, so no form token."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unit = _caller(request)
        if unit is None:
            response = problem(
                401,
                "E-API-KEY",
                "接口密钥缺失、无效或已过期。",
                "The key is missing, unknown, or no longer valid.",
            )
            response["WWW-Authenticate"] = 'Bearer realm="anxin"'
        else:
            response = view(request, *args, unit=unit, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    guarded.policy = Policy("provider")  # type: ignore[attr-defined]
    return guarded


def _caller(request: HttpRequest) -> Unit | None:
    sent = request.headers.get("Authorization", "")
    if not sent.startswith(SCHEME) or len(sent) > LONGEST_KEY or not sent.isascii():
        return None
    return unit_for_key(sent.removeprefix(SCHEME).strip(), timezone.now())
