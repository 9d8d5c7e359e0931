"""One doubtful row: what it says beside what is on file, the officer's decision in two steps, and undoing it (Art. 12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.audit.promises import refuse_unwitnessed_reading
from anxin.intake.candidates import Candidate, find_candidates
from anxin.intake.decisions import (
    AlreadyDecided,
    Choice,
    Outcome,
    OutcomeNotPossible,
    check_choice,
    decide_row,
)
from anxin.intake.models import QueuedRow
from anxin.intake.queue_queries import queue_counts, standing_decisions, undone_decisions
from anxin.intake.queue_reading import RowNotYours, find_row, open_row, row_values
from anxin.intake.row_documents import RowDocument, row_documents
from anxin.intake.undoing import undo_decision
from anxin.kernel.refusals import Refusal
from anxin.subjects.keys import KeyRing, load_key_ring
from anxin.web.policy import officer_page, reader_of

FIELDS = ("outcome", "explanation", "name_since", "subject", "second_document", "step")
LONGEST_EXPLANATION = 2_000


@officer_page("credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """The row and the form; then what will happen; then, confirmed, the decision."""
    try:
        row = find_row(number=number, by=reader_of(request))
    except RowNotYours:
        return render(request, "web/not_found.html", status=404)
    if row.decision_id is not None:
        return _decided(request, row, AlreadyDecided() if request.method == "POST" else None)
    typed = {name: request.POST.get(name, "").strip()[:LONGEST_EXPLANATION] for name in FIELDS}
    if request.method != "POST" or typed["step"] == "edit":
        return _form(request, row, typed, None)
    try:
        choice = _choice(typed)
        values = row_values(row, _keys())
        candidates = find_candidates(row, values, _keys())
        documents = row_documents(row, values, _keys())
        check_choice(
            row=row,
            choice=choice,
            on=timezone.localdate(),
            candidates=candidates,
            documents=documents,
        )
        if typed["step"] != "confirm":
            return _confirm(request, row, typed, choice, candidates, documents)
        decide_row(number=number, choice=choice, by=reader_of(request), at=timezone.now(), keys=_keys())
    except AlreadyDecided as refusal:
        return _decided(request, find_row(number=number, by=reader_of(request)), refusal)
    except Refusal as refusal:
        return _form(request, row, typed, refusal)
    return redirect("desk-decision", number=number)


@officer_page("credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take the decision back, with a reason."""
    if request.method != "POST":
        return redirect("desk-decision", number=number)
    reason = request.POST.get("reason", "").strip()[:LONGEST_EXPLANATION]
    try:
        undo_decision(number=number, reason=reason, by=reader_of(request), at=timezone.now())
    except RowNotYours:
        return render(request, "web/not_found.html", status=404)
    except Refusal as refusal:
        return _decided(request, find_row(number=number, by=reader_of(request)), refusal, reason)
    return redirect("desk-decision", number=number)


def _choice(typed: dict[str, str]) -> Choice:
    try:
        since = date.fromisoformat(typed["name_since"]) if typed["name_since"] else None
        subject = int(typed["subject"]) if typed["subject"] else None
        second = typed["second_document"] == "1"
        return Choice(Outcome(typed["outcome"]), typed["explanation"], since, subject, second)
    except ValueError:
        raise OutcomeNotPossible from None


def _keys() -> KeyRing:
    return load_key_ring(settings.KEY_RING)


def _confirm(
    request: HttpRequest,
    row: QueuedRow,
    typed: dict[str, str],
    choice: Choice,
    candidates: tuple[Candidate, ...],
    documents: tuple[RowDocument, ...],
) -> HttpResponse:
    kinds = [one.kind for one in documents]
    own = kinds if choice.second_document else kinds[:1]
    context = {"row": row, "typed": typed, "choice": choice, "own": own, "foreign": kinds[len(own) :]}
    # By document, not by name: nobody is named again without another line in the query log.
    several = candidates if len(candidates) > 1 else ()
    context["chosen"] = next((one for one in several if one.subject_id == choice.subject_id), None)
    return render(request, "web/desk_decision_confirm.html", context)


def _form(
    request: HttpRequest, row: QueuedRow, typed: dict[str, str], refusal: Refusal | None
) -> HttpResponse:
    # A row may be about a person; whom it is about shows only once it is open.
    refuse_unwitnessed_reading(at=timezone.now())
    opened = open_row(row=row, by=reader_of(request), keys=_keys())
    context = {"opened": opened, "row": row, "typed": typed, "problem": _words(refusal)}
    context |= {"undone": undone_decisions(row), "counts": queue_counts(row.submission_id)}
    return render(request, "web/desk_decision.html", context, status=422 if refusal else 200)


def _decided(request: HttpRequest, row: QueuedRow, refusal: Refusal | None, reason: str = "") -> HttpResponse:
    context = {
        "row": row,
        "made": standing_decisions([row]).get(row.pk),
        "problem": _words(refusal),
        "undone": undone_decisions(row),
        "counts": queue_counts(row.submission_id),
        "typed": {"reason": reason},
    }
    return render(request, "web/desk_decided.html", context, status=409 if refusal else 200)


def _words(refusal: Refusal | None) -> dict[str, Any] | None:
    language = get_language() or "zh"
    return None if refusal is None else refusal.as_problem(language)
