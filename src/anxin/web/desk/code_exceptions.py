"""The list of exceptions at the desk: codes that a registry issued and the standard's check refuses (Art. 12(2))."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.kernel.refusals import Refusal
from anxin.subjects.code_exceptions import (
    accept_code,
    check_exception,
    end_code_exception,
    find_exception,
    listed_exceptions,
)
from anxin.web.policy import officer_page, reader_of

LISTING = {"code": 18, "organization_name": 200, "reason": 2_000, "step": 10}
ENDING = {"reason": 2_000, "step": 10}
DONE = ("listed", "ended")


@officer_page("credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def code_exceptions(request: HttpRequest) -> HttpResponse:
    """The list, and the form of a new exception; then what will be listed; then, confirmed, the act."""
    typed = _typed(request, LISTING)
    if typed["step"] not in ("check", "confirm"):
        return _page(request, "list", typed)
    given = {name: typed[name] for name in ("code", "organization_name", "reason")}
    try:
        if typed["step"] == "check":
            typed["code"] = check_exception(**given)
            return _page(request, "confirm", typed)
        accept_code(**given, by=reader_of(request), at=timezone.now())
    except Refusal as refusal:
        return _page(request, "list", typed, refusal)
    return _done("listed")


@officer_page("credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def end_exception(request: HttpRequest, number: int) -> HttpResponse:
    """The form that ends one exception; then what will happen; then, confirmed, the act."""
    exception, typed = find_exception(number), _typed(request, ENDING)
    if exception is None:
        return render(request, "web/not_found.html", status=404)
    more: dict[str, Any] = {
        "exception": exception,
        "confirming": typed["step"] == "check" and bool(typed["reason"]),
    }
    if typed["step"] != "confirm" and not (typed["step"] == "check" and not typed["reason"]):
        return _page(request, "end", typed, **more)
    try:
        end_code_exception(
            exception=exception, reason=typed["reason"], by=reader_of(request), at=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, "end", typed, refusal, **more)
    return _done("ended")


def _typed(request: HttpRequest, names: dict[str, int]) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip()[:longest] for name, longest in names.items()}


def _page(
    request: HttpRequest, step: str, typed: dict[str, str], refusal: Refusal | None = None, /, **more: Any
) -> HttpResponse:
    context = {
        "typed": typed,
        "step": step,
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
        "exceptions": listed_exceptions() if step == "list" else [],
        "done": request.GET.get("done") if request.GET.get("done") in DONE else "",
        **more,
    }
    name = "web/desk_code_exception_end.html" if step == "end" else "web/desk_code_exceptions.html"
    return render(request, name, context, status=422 if refusal else 200)


def _done(what: str) -> HttpResponse:
    response = redirect("desk-code-exceptions")
    response["Location"] += f"?done={what}"
    return response
