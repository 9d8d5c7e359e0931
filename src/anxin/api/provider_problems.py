"""Problem documents (RFC 9457) for providers: code, clause, what happened, what to do, in both languages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

from anxin.kernel.refusals import Refusal

_CHINESE = {"ensure_ascii": False}


def problem(status: int, code: str, zh: str, en: str, **more: Any) -> HttpResponse:
    """A problem document with one sentence in each language."""
    return _document(status, {"code": code, "detail": f"{zh} / {en}", **more})


def problem_of(refusal: Refusal, status: int, **more: Any) -> HttpResponse:
    """The problem document of a refusal."""
    fields = {
        "code": refusal.code,
        "clause": refusal.clause,
        "detail": f"{refusal.explain('zh')} / {refusal.explain('en')}",
        "remedy": f"{refusal.advise('zh')} / {refusal.advise('en')}",
    }
    return _document(status, {**fields, **more})


def invalid(paths: list[dict[str, str]]) -> HttpResponse:
    """422 with every path that is wrong: `path` (JSON pointer or name) and `detail`."""
    return problem(
        422,
        "E-INPUT",
        "请求中有不认识或写法不对的内容。",
        "The request holds something unknown or ill-formed.",
        errors=paths,
    )


def _document(status: int, fields: dict[str, Any]) -> HttpResponse:
    return JsonResponse(
        {"type": "about:blank", "status": status, **fields},
        status=status,
        content_type="application/problem+json",
        json_dumps_params=_CHINESE,
    )
