"""One record at the desk: where it came from, what happened to it, and the acts that are open (Art. 11, 41, 45)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.access.desk_reading import NothingToRead, Purpose, read_record
from anxin.kernel.refusals import Refusal
from anxin.records.desk_acts import ACTS, ActNotYours, act_on_record, check_act, open_acts
from anxin.records.events import Basis, BasisMissing, RecordKey
from anxin.web.policy import officer_page, reader_of

READING = ("purpose", "case_reference")
ACTING = ("act", "document_number", "document_issuer", "document_date", "reason", "step")
LONGEST = 2_000


@officer_page("officer", "credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, subject: int, number: int) -> HttpResponse:
    """Asks for purpose and case; with both, shows the record's whole file."""
    typed = _typed(request, READING)
    context: dict[str, Any] = {"typed": typed, "done": request.GET.get("done") in ACTS}
    if request.method != "POST":
        return render(request, "web/desk_record_purpose.html", context)
    try:
        found = read_record(
            record=RecordKey(subject, number),
            purpose=Purpose(typed["purpose"], typed["case_reference"]),
            by=reader_of(request),
            on=timezone.localdate(),
        )
    except NothingToRead:
        return render(request, "web/not_found.html", status=404)
    except Refusal as refusal:
        context["problem"] = _words(refusal)
        return render(request, "web/desk_record_purpose.html", context, status=422)
    context |= {"found": found, "now": found.history["versions"][0], "subject": subject, "number": number}
    return render(request, "web/desk_record.html", context)


@officer_page("officer", "credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, subject: int, number: int) -> HttpResponse:
    """The form of one act; then what will happen; then, confirmed, the act. By address alone it leads to the record."""
    if request.method != "POST":
        return redirect("desk-record", subject=subject, number=number)
    typed, key = _typed(request, ACTING), RecordKey(subject, number)
    if typed["act"] not in open_acts(request.user, key):
        return render(request, "web/desk_act.html", _act(typed, subject, number, ActNotYours()), status=409)
    if typed["step"] not in ("check", "confirm"):
        return render(request, "web/desk_act.html", _act(typed, subject, number, None))
    try:
        basis, by, at = _basis(typed), reader_of(request), timezone.now()
        check_act(name=typed["act"], record=key, basis=basis, by=by, on=timezone.localdate())
        if typed["step"] == "check":
            return render(
                request, "web/desk_act.html", _act(typed, subject, number, None) | {"confirming": True}
            )
        act_on_record(name=typed["act"], record=key, basis=basis, by=by, at=at)
    except Refusal as refusal:
        return render(request, "web/desk_act.html", _act(typed, subject, number, refusal), status=422)
    response = redirect("desk-record", subject=subject, number=number)
    response["Location"] += f"?done={typed['act']}"
    return response


def _typed(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip()[:LONGEST] for name in names}


def _basis(typed: dict[str, str]) -> Basis:
    try:
        day = date.fromisoformat(typed["document_date"]) if typed["document_date"] else None
    except ValueError:
        raise BasisMissing from None
    return Basis(
        clause=ACTS[typed["act"]].clause,
        reason=typed["reason"],
        document_number=typed["document_number"][:128],
        document_issuer=typed["document_issuer"][:200],
        document_date=day,
    )


def _act(typed: dict[str, str], subject: int, number: int, refusal: Refusal | None) -> dict[str, Any]:
    known = ACTS.get(typed["act"])
    return {
        "typed": typed,
        "subject": subject,
        "number": number,
        "act": known,
        "problem": _words(refusal) if refusal else None,
    }


def _words(refusal: Refusal) -> dict[str, str | None]:
    return refusal.as_problem(get_language() or "zh")
