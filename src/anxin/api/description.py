"""`GET /api/openapi.json`: this interface, described by itself (OpenAPI 3.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.access.policy import public_endpoint
from anxin.access.published import LONGEST_SEARCH, SHORTEST_SEARCH
from anxin.api.caching import revalidated
from anxin.api.client_description import CLIENT_PATHS, CLIENT_SECURITY
from anxin.api.parameters import LAST_PAGE
from anxin.api.problems import (
    LOG_EMPTY,
    LOG_ENTRY,
    NO_STATISTICS,
    NOT_FOUND,
    NOT_SEALED,
    PAGE_NUMBER,
    SEARCH_TEXT,
    Problem,
)
from anxin.api.schemas import SCHEMAS, USCC
from anxin.api.submission_description import PROVIDER_PATHS, SECURITY_SCHEMES
from anxin.law.platform import platform_of

Described = dict[str, Any]
_PAGE: Described = {
    "name": "page",
    "in": "query",
    "required": False,
    "description": "每页二十条 / twenty a page",
    "schema": {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1},
}
_CODE: Described = {"name": "uscc", "in": "path", "required": True, "schema": USCC}
_LOCAL_CODE: tuple[Described, Described] = (
    {
        "name": "code_kind",
        "in": "path",
        "required": True,
        "description": "当地法规包声明的代码种类 / a kind of code that the city's pack declares",
        "schema": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    },
    {"name": "local_code", "in": "path", "required": True, "schema": {"type": "string"}},
)
_TEXT: Described = {
    "name": "q",
    "in": "query",
    "required": True,
    "description": "名称的一部分、曾用名或者代码 / part of a name, a former name, or the code",
    "schema": {"type": "string", "minLength": SHORTEST_SEARCH, "maxLength": LONGEST_SEARCH},
}
_ENTRY: Described = {
    "name": "entry",
    "in": "query",
    "required": True,
    "description": "q(查询)或者 e(事项)加编号 / q (reading) or e (event) and its number",
    "schema": {"type": "string", "pattern": "^[qe][1-9][0-9]{0,17}$"},
}
_CACHED = "no-cache：每次使用前须用 ETag 核对 / ask again with the ETag before each use"
_TAG = "这份内容的标识，供 If-None-Match 使用 / of this very content, for If-None-Match"


@public_endpoint
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description."""
    return revalidated(request, JsonResponse(_description(), json_dumps_params={"ensure_ascii": False}))


@lru_cache(maxsize=1)
def _description() -> Described:
    name = platform_of(settings.LAW_PACK).issuer
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name.zh} / {name.en}",
            "version": "1",
            "description": "只有依法公开、仍在展示期内的信息 / only what the law makes public, while it is displayed",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": settings.PUBLIC_ADDRESS}],
        "paths": {**PATHS, **PROVIDER_PATHS, **CLIENT_PATHS},
        "components": {"schemas": SCHEMAS, "securitySchemes": {**SECURITY_SCHEMES, **CLIENT_SECURITY}},
    }


def described(
    summary: str,
    *parameters: Described,
    name: str,
    answer: str,
    kind: str = "application/json",
    problems: dict[str, tuple[Problem, ...]] | None = None,
) -> Described:
    """A reading operation: its parameters, its 200, each refusal with its codes, and 405 for other methods."""
    responses: Described = {
        "200": {
            "description": "OK",
            "headers": {
                "Cache-Control": {"description": _CACHED, "schema": {"type": "string"}},
                "ETag": {"description": _TAG, "schema": {"type": "string"}},
            },
            "content": {kind: {"schema": {"$ref": f"#/components/schemas/{answer}"}}},
        },
        "304": {"description": "与所持的一致，没有正文 / the same as what the reader holds; no content"},
        "405": {"description": "只能读取 / reading only"},
    }
    for status, found in (problems or {}).items():
        responses[status] = {
            "description": ", ".join(f"{one.code}: {one.detail}" for one in found),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": list(parameters),
            "responses": dict(sorted(responses.items())),
            "security": [],
        }
    }


PATHS: Described = {
    "/api/organizations/{uscc}": described(
        "单个组织的公开信息 / one organization",
        _CODE,
        _PAGE,
        name="organization",
        answer="Organization",
        problems={"404": (NOT_FOUND,), "422": (PAGE_NUMBER,)},
    ),
    "/api/organizations/{code_kind}/{local_code}": described(
        "以当地代码标识的组织 / one organization under a local code",
        *_LOCAL_CODE,
        _PAGE,
        name="localOrganization",
        answer="Organization",
        problems={"404": (NOT_FOUND,), "422": (PAGE_NUMBER,)},
    ),
    "/api/search": described(
        "查询组织 / find organizations",
        _TEXT,
        _PAGE,
        name="search",
        answer="Found",
        problems={"422": (PAGE_NUMBER, SEARCH_TEXT)},
    ),
    "/api/statistics": described(
        "按目录项的主体数；自然人少的不公布 / subjects by catalog item; few persons are not told",
        name="statistics",
        answer="Statistics",
        problems={"404": (NO_STATISTICS,)},
    ),
    "/api/log/checkpoint": described(
        "最新的日志检查点 / the log's latest checkpoint",
        name="log_checkpoint",
        answer="Checkpoint",
        kind="text/plain; charset=utf-8",
        problems={"404": (LOG_EMPTY,)},
    ),
    "/api/log/proof": described(
        "一行日志在检查点之下的证明 / that an entry is under the checkpoint",
        _ENTRY,
        name="log_proof",
        answer="LogProof",
        problems={"404": (NOT_SEALED,), "422": (LOG_ENTRY,)},
    ),
    "/api/keys": described(
        "报告验签公钥 / keys that verify reports",
        name="keys",
        answer="Keys",
        kind="application/jwk-set+json",
    ),
    "/api/openapi.json": described("接口说明 / this description", name="openapi", answer="Description"),
}
