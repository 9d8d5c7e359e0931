"""Reporting a reading as improper, and what became of it (Art. 45(1)(3))."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from anxin.access.complaint_models import LONGEST_WORDS
from anxin.access.complaints import add_words, complaints_of, file_complaint
from anxin.kernel.refusals import Refusal
from anxin.web.policy import reader_of, signed_in_page
from anxin.web.portal.held import held_or_404
from anxin.web.portal.who_looked import opened


@signed_in_page
@require_POST
def report_reading(request: HttpRequest, representation: int, reference: str) -> HttpResponse:
    """One press files it; words may come with it or later."""
    held, entry = opened(request, representation, reference)
    words = request.POST.get("words", "").replace("\0", "")
    try:
        filed = file_complaint(entry=entry, representation=held, words=words, at=timezone.now())
    except Refusal as refusal:
        return _page(request, representation, refusal)
    return _back(representation, filed.reference, "filed")


@signed_in_page
@require_safe
def my_complaints(request: HttpRequest, representation: int) -> HttpResponse:
    """What this subject reported, how far it is, and the answers."""
    return _page(request, representation, None)


@signed_in_page
@require_POST
def more_words(request: HttpRequest, representation: int, complaint: UUID) -> HttpResponse:
    """Say more about a report that is not answered yet."""
    held = held_or_404(request, representation)
    found = complaints_of(held.subject_id).filter(reference=complaint).first()
    if found is None:
        raise Http404
    words = request.POST.get("words", "").replace("\0", "")
    try:
        add_words(complaint=found, words=words, by=reader_of(request), at=timezone.now())
    except Refusal as refusal:
        return _page(request, representation, refusal)
    return _back(representation, found.reference, "words")


def _page(request: HttpRequest, representation: int, refusal: Refusal | None) -> HttpResponse:
    held = held_or_404(request, representation)
    complaints: list[Any] = list(complaints_of(held.subject_id))
    context = {
        "held": held,
        "complaints": complaints,
        "done": request.GET.get("done") if request.GET.get("done") in ("filed", "words") else "",
        "longest": LONGEST_WORDS,
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, "portal/complaints.html", context, status=409 if refusal else 200)


def _back(representation: int, reference: UUID, done: str) -> HttpResponse:
    response = redirect("my-complaints", representation=representation)
    response["Location"] += f"?done={done}#complaint-{reference}"
    return response
