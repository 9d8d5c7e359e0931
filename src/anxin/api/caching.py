"""How long a cache may keep a public answer: never past the moment at which something in it stops being shown.

The database computes the seconds with the same clock that decided what is shown; a fraction is cut off, never rounded up.
"""

from __future__ import annotations

from django.http import HttpResponse

LONGEST_SECONDS = 60


def cached_until(response: HttpResponse, seconds_shown: int | None) -> HttpResponse:
    """`seconds_shown`: whole seconds until the answer is no longer true; None where nothing in it ends."""
    seconds = LONGEST_SECONDS if seconds_shown is None else max(0, min(LONGEST_SECONDS, seconds_shown))
    response["Cache-Control"] = f"public, max-age={seconds}, must-revalidate" if seconds else "no-store"
    return response


def never_cached(response: HttpResponse) -> HttpResponse:
    """Many subjects in one answer: asked anew each time."""
    response["Cache-Control"] = "no-store"
    return response
