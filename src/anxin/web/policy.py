"""Who may open a page. Every view carries exactly one policy; a contract test refuses a view without.

The permission matrix of the tests is generated from the URL table and these policies.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from anxin.access.policy import Policy
from anxin.authorities.models import Account

Response = TypeVar("Response", bound=HttpResponseBase)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public_page(view: View) -> View:
    """Everyone may open it; it shows the published projection and nothing else."""
    view.policy = Policy("public")  # type: ignore[attr-defined]
    return view


def signed_in_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Any signed-in account may open it; what it shows is that account's own."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return uncached(view(request, *args, **kwargs))

    guarded.policy = Policy("signed_in")  # type: ignore[attr-defined]
    return guarded


def officer_page(*roles: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Only an account that holds one of `roles` today may open it; others get the same 403 whatever it shows."""
    from anxin.authorities.queries import roles_of

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not roles_of(request.user) & frozenset(roles):
                return render(request, "web/refused.html", status=403)
            return uncached(view(request, *args, **kwargs))

        guarded.policy = Policy("officer", frozenset(roles))  # type: ignore[attr-defined]
        return guarded

    return decorate


def reader_of(request: HttpRequest) -> Account:
    """The account behind a page that only accounts open."""
    assert isinstance(request.user, Account)
    return request.user


def uncached(response: Response) -> Response:
    """Nothing that is not public may rest in a cache; after the session ends, the page shows nothing."""
    response["Cache-Control"] = "no-store"
    return response
