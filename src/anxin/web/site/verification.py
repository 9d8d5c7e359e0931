"""Is this report genuine? By its number, telling nothing of its content."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from anxin.access.published import issued_report
from anxin.web.policy import public_page, uncached


@public_page
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The form; a number that was typed leads to its page."""
    typed = "".join(request.GET.get("number", "").split()).upper()
    if typed.isascii() and typed.isalnum() and len(typed) <= 40:
        return redirect("verify-report", number=typed)
    return render(request, "web/verify.html", {"typed": typed})


@public_page
@require_safe
def verify_report(request: HttpRequest, number: str) -> HttpResponse:
    """Genuine or not, and whether it was withdrawn since."""
    return uncached(
        render(request, "web/verify.html", {"typed": number, "asked": True, "report": issued_report(number)})
    )
