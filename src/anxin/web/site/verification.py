"""Is this report genuine? By its number, the code on its paper, or the file; telling nothing that the holder does not hold.

A scanned code leads to today's state. Our copy of the content is shown only after a press of a button (POST), so that what
follows addresses by itself (previews, mail filters) never receives it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from anxin.access.report_codes import ReportCode, read_code
from anxin.access.signing import published_keys
from anxin.access.verification import (
    Finding,
    Verdict,
    verify_code,
    verify_data,
    verify_file,
    verify_number,
)
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
    """By number: issued or not, withdrawn or not. With the rest of the code: also whether a word was changed, and today's state."""
    if not request.GET:
        return _answer(request, number, verify_number(_number(number)))
    code = read_code(_number(number), request.GET.dict())
    if code is None:
        return _answer(request, number, Verdict(Finding.CHANGED))
    verdict = verify_code(code, published_keys())
    return _answer(request, number, verdict, whole=True, code=code)


@public_page
@require_POST
def verify_copy(request: HttpRequest, number: str) -> HttpResponse:
    """What we issued under this code, for comparison with the paper."""
    parts = {name: request.POST[name] for name in ("h", "k", "c") if request.POST.get(name)}
    code = read_code(_number(number), parts)
    verdict = Verdict(Finding.CHANGED) if code is None else verify_code(code, published_keys())
    return _answer(request, number, verdict, whole=True, shown=True)


@public_page
@require_POST
def verify_signed(request: HttpRequest) -> HttpResponse:
    """A file or pasted data: unchanged or not, our copy, and what became of its records since."""
    number, file = _number(request.POST.get("number", "")), request.FILES.get("file")
    if file is None:
        verdict = verify_data(request.POST.get("data", ""), published_keys(), number=number)
    elif not file.size or file.size > LARGEST_FILE:
        verdict = Verdict(Finding.NOT_SIGNED_DATA)
    else:
        verdict = verify_file(file.read(), published_keys(), number=number)
    return _answer(request, number, verdict, whole=True, shown=True)


def _answer(
    request: HttpRequest,
    typed: str,
    verdict: Verdict,
    *,
    whole: bool = False,
    shown: bool = False,
    code: ReportCode | None = None,
) -> HttpResponse:
    """`whole`: the content itself was checked. `shown`: our copy of it may stand on the page. `code`: it may be asked for."""
    context = {
        "typed": typed,
        "verdict": verdict,
        "finding": verdict.finding.value,
        "whole": whole,
        "report": verdict.copy if shown else None,
        "asked": request.GET if code is not None and verdict.copy else None,
    }
    return uncached(render(request, "web/verify.html", context))


def _number(text: str) -> str:
    return "".join(text.split()).upper()
