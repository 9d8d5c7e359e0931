"""No page of a signed-in reader rests in a cache: not even a public one, since it bears the reader's name.

No other page is shown out of a cache without being asked for again: what is public can end at any moment.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

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
