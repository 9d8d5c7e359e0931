"""Is this report genuine? By its number, or by its signed data; telling nothing that the holder does not hold."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from anxin.access.signing import signer
from anxin.access.tokens import token_in_file
from anxin.access.verification import Verdict, verify_data, verify_number
from anxin.web.policy import public_page, uncached

LARGEST_FILE = 8_000_000


@public_page
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The forms; a number that was typed leads to its page."""
    typed = _number(request.GET.get("number", ""))
    if typed.isascii() and typed.isalnum() and len(typed) <= 40:
        return redirect("verify-report", number=typed)
    return render(request, "web/verify.html", {"typed": typed})


@public_page
@require_safe
def verify_report(request: HttpRequest, number: str) -> HttpResponse:
    """Issued or not, and whether it was withdrawn since."""
    return _answer(request, number, verify_number(_number(number)))


@public_page
@require_POST
def verify_signed(request: HttpRequest) -> HttpResponse:
    """Pasted or uploaded signed data: unchanged or not, and how many of its records changed since."""
    number = _number(request.POST.get("number", ""))
    return _answer(
        request, number, verify_data(_given_data(request), signer().public_keys(), number=number), whole=True
    )


def _answer(request: HttpRequest, typed: str, verdict: Verdict, *, whole: bool = False) -> HttpResponse:
    context = {"typed": typed, "verdict": verdict, "finding": verdict.finding.value, "whole": whole}
    return uncached(render(request, "web/verify.html", context))


def _number(text: str) -> str:
    return "".join(text.split()).upper()


def _given_data(request: HttpRequest) -> str:
    """The pasted text, or what a file holds; nothing for a file that is too large or no report."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("data", "")
    if not file.size or file.size > LARGEST_FILE:
        return ""
    return token_in_file(file.read()) or ""
