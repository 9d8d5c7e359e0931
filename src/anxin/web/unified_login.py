"""Signing in by the province's unified log-in: out to it, and back with a code that is used once."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.access.unified_accounts import KnownPerson, find_person, open_account
from anxin.access.unified_login import (
    Attempt,
    Identity,
    LoginRefused,
    Provider,
    begin_login,
    finish_login,
    load_provider,
)
from anxin.subjects.keys import load_key_ring
from anxin.subjects.queries import digests_of
from anxin.web.policy import public_page

ATTEMPT = "unified_login"
RETURNED = ("state", "code", "iss")


@public_page
@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Sends the reader to the unified log-in."""
    provider = _provider()
    try:
        address, attempt = begin_login(provider, return_to=_return_to(), at=timezone.now().timestamp())
    except LoginRefused as refusal:
        return _refused(request, refusal)
    request.session[ATTEMPT] = asdict(attempt)
    return redirect(address)


@public_page
@never_cache
@require_GET
def finish(request: HttpRequest) -> HttpResponse:
    """Where the reader comes back to. An attempt is gone from the session before it is looked at, whatever comes of it."""
    provider, kept = _provider(), request.session.pop(ATTEMPT, None)
    returned = {name: request.GET.get(name, "")[:2000] for name in RETURNED if name in request.GET}
    try:
        if kept is None:
            raise LoginRefused
        at, attempt = timezone.now(), Attempt(**kept)
        identity = finish_login(
            provider, attempt=attempt, returned=returned, return_to=_return_to(), at=at.timestamp()
        )
        account = open_account(known=_known(identity), at=at)
    except LoginRefused as refusal:
        return _refused(request, refusal)
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("my-home")


def _known(identity: Identity) -> KnownPerson:
    keys = load_key_ring(settings.KEY_RING)
    mark = keys.mark(f"{identity.issuer}\n{identity.subject}")
    return find_person(mark=mark, digests=digests_of(identity.number, keys), name=identity.name)


def _provider() -> Provider:
    provider = load_provider(settings.UNIFIED_LOGIN)
    if provider is None:
        raise Http404
    return provider


def _return_to() -> str:
    return settings.PUBLIC_ADDRESS + reverse("unified-login-return")


def _refused(request: HttpRequest, refusal: LoginRefused) -> HttpResponse:
    context = {"problem": refusal.as_problem(get_language() or "zh"), "next": "", "unified": True}
    return render(request, "web/sign_in.html", context, status=403)
