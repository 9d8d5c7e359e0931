"""Endpoints for units' systems with a token: scope and share are looked at anew in each call (RFC 6750; Art. 45)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from anxin.access.client_tokens import Caller, caller_with_token
from anxin.access.policy import Policy
from anxin.api.provider_problems import problem_of
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

SCHEME = "Bearer "
LONGEST_TOKEN = 200
CLAUSE = "anshan-2022-9/45/1/2"
Endpoint = Callable[..., HttpResponseBase]


class NoToken(Refusal):
    code: ClassVar[str] = "E-TOKEN"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "访问令牌缺失、无效、已过期，或者客户端已终止。",
        "The token is missing, unknown or expired, or the client was ended.",
    )
    remedy = Bilingual("请用客户端密钥重新领取令牌。", "Get a new token with the client's secret.")


class NotInScope(Refusal):
    code: ClassVar[str] = "E-SCOPE"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("客户端没有“{scope}”的权限。", "The client has no right to “{scope}”.")
    remedy = Bilingual(
        "权限由系统管理员登记、安全管理员批准；令牌要包含这个范围。",
        "Rights are drafted and approved by the administrators; the token must have been asked for with this scope.",
    )


class TooManyCalls(Refusal):
    code: ClassVar[str] = "E-RATE"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("调用超过了这个客户端的份额。", "The client called more often than its share.")
    remedy = Bilingual("请在 Retry-After 的秒数之后再试。", "Try again after the seconds in Retry-After.")


def client_endpoint(view: Endpoint) -> Endpoint:
    """Only a call with a valid token within the client's share passes; the view gets `caller`. No session counts here."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sent = _sent(request)
        caller = caller_with_token(sent, timezone.now()) if sent else None
        if caller is None:
            response: HttpResponseBase = _unauthorized(sent is not None)
        elif caller.wait is not None:
            response = problem_of(TooManyCalls(), 429)
            response["Retry-After"] = str(caller.wait)
        else:
            response = view(request, *args, caller=caller, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    guarded.policy = Policy("client")  # type: ignore[attr-defined]
    return guarded


def out_of_scope(caller: Caller, *scopes: str) -> HttpResponse | None:
    """403 where the token or the client lacks one of `scopes`; None where it has them all."""
    missing = [scope for scope in scopes if scope not in caller.scopes]
    if not missing:
        return None
    response = problem_of(NotInScope(scope=missing[0]), 403)
    # An item's code is quoted as it came, so nothing that is no code may get into a header.
    asked = [scope for scope in scopes if scope.replace("-", "").isalnum() and scope.isascii()]
    response["WWW-Authenticate"] = (
        f'Bearer realm="anxin", error="insufficient_scope", scope="{" ".join(asked)}"'
    )
    return response


def _unauthorized(given: bool) -> HttpResponse:
    response = problem_of(NoToken(), 401)
    # A call without a token is told nothing but the scheme (RFC 6750 section 3.1).
    response["WWW-Authenticate"] = 'Bearer realm="anxin"' + (', error="invalid_token"' if given else "")
    return response


def _sent(request: HttpRequest) -> str | None:
    sent = request.headers.get("Authorization", "")
    if not sent.startswith(SCHEME) or len(sent) > LONGEST_TOKEN or not sent.isascii():
        return None
    return sent.removeprefix(SCHEME).strip() or None
