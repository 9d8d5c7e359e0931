"""A person's name at the desk: found by a document's number that goes no further, changed by a document, taken back (Art. 12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.access.desk_reading import Purpose
from anxin.access.person_names import read_person_names
from anxin.kernel.refusals import Refusal
from anxin.subjects.keys import load_key_ring
from anxin.subjects.queries import digests_of, is_person
from anxin.subjects.renaming import (
    NewName,
    RenamingUndocumented,
    check_renaming,
    rename_person,
    undo_renaming,
)
from anxin.web.policy import officer_page, reader_of

FINDING = ("purpose", "case_reference")
RENAMING = ("name", "since", "document_number", "document_issuer", "document_date", "reason", "step")
DONE = ("renamed", "undone")
LONGEST = 2_000


@officer_page("credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """The form; with number, purpose and case the names of the person, and what can be done. The number is not repeated."""
    typed = _typed(request, FINDING)
    context: dict[str, Any] = {"typed": typed, "done": request.GET.get("done")}
    context["done"] = context["done"] if context["done"] in DONE else ""
    if request.method != "POST":
        return render(request, "web/desk_persons.html", context)
    number = request.POST.get("number", "").strip()[:64]
    try:
        context["found"] = read_person_names(
            digests=digests_of(number, load_key_ring(settings.KEY_RING)),
            purpose=Purpose(typed["purpose"], typed["case_reference"]),
            by=reader_of(request),
            at=timezone.now(),
        )
    except Refusal as refusal:
        context["problem"] = _words(refusal)
        return render(request, "web/desk_persons.html", context, status=422)
    return render(request, "web/desk_persons.html", context)


@officer_page("credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, subject: int) -> HttpResponse:
    """The form of a new name; then what will happen; then, confirmed, the act. Who comes by address is led to the start."""
    if request.method != "POST":
        return redirect("desk-persons")
    typed = _typed(request, RENAMING)
    if not is_person(subject):
        return render(request, "web/not_found.html", status=404)
    context: dict[str, Any] = {"typed": typed, "subject": subject}
    if typed["step"] not in ("check", "confirm"):
        return render(request, "web/desk_person_rename.html", context)
    try:
        new, on = _new_name(typed), timezone.localdate()
        check_renaming(subject_id=subject, new=new, on=on)
        if typed["step"] == "check":
            return render(request, "web/desk_person_rename.html", context | {"confirming": True})
        rename_person(subject_id=subject, new=new, by=reader_of(request), at=timezone.now(), on=on)
    except Refusal as refusal:
        context["problem"] = _words(refusal)
        return render(request, "web/desk_person_rename.html", context, status=422)
    return _done("renamed")


@officer_page("credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, subject: int) -> HttpResponse:
    """Take the last change of name back, with a reason."""
    if request.method != "POST":
        return redirect("desk-persons")
    if not is_person(subject):
        return render(request, "web/not_found.html", status=404)
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    try:
        undo_renaming(subject_id=subject, reason=reason, by=reader_of(request), at=timezone.now())
    except Refusal as refusal:
        context = {"typed": _typed(request, FINDING), "problem": _words(refusal)}
        return render(request, "web/desk_persons.html", context, status=422)
    return _done("undone")


def _typed(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip()[:LONGEST] for name in names}


def _new_name(typed: dict[str, str]) -> NewName:
    day: Callable[[str], date] = date.fromisoformat
    try:
        since, document_date = day(typed["since"]), day(typed["document_date"])
    except ValueError:
        raise RenamingUndocumented from None
    return NewName(
        name=typed["name"],
        since=since,
        document_number=typed["document_number"],
        document_issuer=typed["document_issuer"],
        document_date=document_date,
        reason=typed["reason"],
    )


def _done(what: str) -> HttpResponse:
    response = redirect("desk-persons")
    response["Location"] += f"?done={what}"
    return response


def _words(refusal: Refusal) -> dict[str, str | None]:
    return refusal.as_problem(get_language() or "zh")
