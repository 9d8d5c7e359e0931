"""The public interface: what everyone may read, as JSON. Errors are problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.access.published import organization_json, search_organizations
from anxin.access.signing import signer

_CHINESE = {"ensure_ascii": False}


@public_endpoint
@require_safe
def organization(request: HttpRequest, uscc: str) -> HttpResponse:
    """The same answer as the organization's page, as the database wrote it."""
    found = organization_json(uscc, _page(request))
    if found is None:
        return _problem(404, "E-NOT-FOUND", "没有可以公开的信息 / Nothing public is held under this code.")
    return HttpResponse(found, content_type="application/json")


@public_endpoint
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Twenty organizations a page, found as on the search page."""
    found = search_organizations(request.GET.get("q", ""), _page(request))
    return JsonResponse(found, json_dumps_params=_CHINESE)


@public_endpoint
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that verify signed reports (RFC 7517)."""
    return JsonResponse(signer().public_keys(), content_type="application/jwk-set+json")


@public_endpoint
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this interface (OpenAPI 3.1)."""
    return JsonResponse(_DESCRIPTION, json_dumps_params=_CHINESE)


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else 1


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    return JsonResponse(
        {"type": "about:blank", "status": status, "code": code, "detail": detail},
        status=status,
        content_type="application/problem+json",
        json_dumps_params=_CHINESE,
    )


def _operation(summary: str, *parameters: tuple[str, str, bool], missing: bool = False) -> dict[str, Any]:
    answers = {"200": {"description": "JSON"}}
    if missing:
        answers["404"] = {"description": "application/problem+json"}
    return {
        "get": {
            "summary": summary,
            "parameters": [
                {"name": name, "in": place, "required": required, "schema": {"type": "string"}}
                for name, place, required in parameters
            ],
            "responses": answers,
        }
    }


_PAGE = ("page", "query", False)
_DESCRIPTION = {
    "openapi": "3.1.0",
    "info": {"title": "鞍信 Anxin", "version": "1"},
    "paths": {
        "/api/organizations/{uscc}": _operation(
            "单个组织的公开信息 / one organization", ("uscc", "path", True), _PAGE, missing=True
        ),
        "/api/search": _operation("查询组织 / find organizations", ("q", "query", True), _PAGE),
        "/api/keys": _operation("报告验签公钥 / keys that verify reports"),
        "/api/openapi.json": _operation("接口说明 / this description"),
    },
}
