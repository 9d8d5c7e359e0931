"""How much anybody may send: a form little, a signed-in officer or a unit's system a whole file."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from anxin.access.batch.identifiers import LARGEST

# Beside the file itself the desk's form sends its fields and the boundaries between them.
FORM_BYTES = 100_000


class UploadLimit:
    """Refuses a body by its declared length, before anything of it is read or written anywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413 with one sentence, or on to the page."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = _limit(request)
        if limit is not None and length.isdigit() and int(length) > limit:
            return render(request, "web/too_large.html", {"limit": limit // 1_000_000}, status=413)
        return self._get_response(request)


def _limit(request: HttpRequest) -> int | None:
    if request.path == reverse("api-submissions"):
        # The endpoint looks at key and length before it reads, and answers with a problem document.
        return None
    if request.path == reverse("desk-intake") and request.user.is_authenticated:
        return int(settings.LARGEST_SUBMISSION) + FORM_BYTES
    if request.path == reverse("desk-batches") and request.user.is_authenticated:
        return LARGEST + FORM_BYTES
    return int(settings.LARGEST_FORM)
