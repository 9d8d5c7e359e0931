"""What every page does: no copies of a signed-in reader's pages, and a plain notice while readings are stopped.

Not even a public page of a signed-in reader rests in a cache, since it bears the reader's name. No other page is shown out of
a cache without being asked for again: what is public can end at any moment.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from anxin.audit.promises import RETRY_AFTER_SECONDS, ReadingOfPersonsStopped

Answer = Callable[[HttpRequest], HttpResponse]


def keep_no_copies(answer: Answer) -> Answer:
    """Middleware: `no-store` on whatever is shown to a session, so that Back after signing out shows nothing.

    `no-cache` on whatever else says nothing of its own.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return respond


class ReadingStopped:
    """Middleware: a refused reading of a person's data is a page that says why and what goes on."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing, until something is refused."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503 with the refusal's own words."""
        if not isinstance(error, ReadingOfPersonsStopped):
            return None
        problem = error.as_problem(get_language() or "zh")
        response = render(request, "web/stopped.html", {"problem": problem}, status=503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        response["Cache-Control"] = "no-store"
        return response
