"""`POST /api/oauth/token`: a short token for a unit's system (RFC 6749 sections 4.4 and 5)."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_plus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from anxin.access.client_tokens import LIFE, Caller, client_with_secret, issue_token
from anxin.access.policy import Policy

FORM = "application/x-www-form-urlencoded"
LONGEST_FORM = 8_000
LONGEST = 200
_KNOWN = ("grant_type", "scope", "client_id", "client_secret")


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """A bearer token, or an error in the form and words of RFC 6749 section 5.2."""
    if request.method != "POST":
        return _uncached(HttpResponseNotAllowed(["POST"]))
    given = _form(request)
    if given is None:
        return _error(
            400, "invalid_request", "send a form with grant_type=client_credentials, each field once"
        )
    credentials = _credentials(request, given)
    if credentials is None:
        return _error(401, "invalid_client", "client_id and client_secret are missing or given twice")
    caller = client_with_secret(*credentials, timezone.now())
    if caller is None:
        return _error(
            401, "invalid_client", "unknown client, wrong secret, or the client is not approved or was ended"
        )
    if caller.wait is not None:
        answer = _error(429, "temporarily_unavailable", "too many calls: see Retry-After")
        answer["Retry-After"] = str(caller.wait)
        return answer
    return _issued(caller, given)


token.policy = Policy("client")  # type: ignore[attr-defined]


def _issued(caller: Caller, given: dict[str, str]) -> HttpResponse:
    if given.get("grant_type") != "client_credentials":
        error = "unsupported_grant_type" if given.get("grant_type") else "invalid_request"
        return _error(400, error, "grant_type is client_credentials")
    wanted = frozenset(given.get("scope", "").split()) or caller.scopes
    if not wanted or not wanted <= caller.scopes:
        return _error(400, "invalid_scope", "the client has no right to every scope asked for")
    made = issue_token(caller=caller, scopes=wanted, at=timezone.now())
    return _uncached(
        JsonResponse(
            {
                "access_token": made.token,
                "token_type": "Bearer",
                "expires_in": int(LIFE.total_seconds()),
                "scope": " ".join(made.scopes),
            }
        )
    )


def _form(request: HttpRequest) -> dict[str, str] | None:
    """The fields, each given once; None where the body is no such form."""
    length = request.headers.get("Content-Length") or "0"
    if request.content_type != FORM or not length.isdigit() or int(length) > LONGEST_FORM:
        return None
    try:
        fields = {name: values for name, values in request.POST.lists() if name in _KNOWN}
    except (UnreadablePostError, RequestDataTooBig, TooManyFieldsSent, UnicodeError, ValueError):
        return None
    if any(len(values) != 1 or "\0" in values[0] for values in fields.values()):
        return None
    return {name: values[0] for name, values in fields.items()}


def _credentials(request: HttpRequest, given: dict[str, str]) -> tuple[str, str] | None:
    """Out of the header (RFC 6749 section 2.3.1) or the form, not both."""
    header = request.headers.get("Authorization", "")
    in_form = given.get("client_id"), given.get("client_secret")
    if not header:
        return _plain(*in_form)
    if in_form[1] is not None or not header.startswith("Basic "):
        return None
    try:
        name, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return _plain(unquote_plus(name), unquote_plus(secret))


def _plain(client_id: str | None, secret: str | None) -> tuple[str, str] | None:
    if not client_id or not secret or max(len(client_id), len(secret)) > LONGEST or "\0" in client_id:
        return None
    return client_id, secret


def _error(status: int, error: str, description: str) -> HttpResponse:
    answer = JsonResponse({"error": error, "error_description": description}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="anxin", charset="UTF-8"'
    return _uncached(answer)


def _uncached(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    answer["Pragma"] = "no-cache"
    return answer
