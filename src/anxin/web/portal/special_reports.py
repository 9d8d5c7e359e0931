"""The special credit report: pick fields and a period, get the report at once, as page, paper or data."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.access.models import Representation
from anxin.access.special_reports import (
    Offer,
    PeriodNotAllowed,
    issue_special_report,
    special_offer,
)
from anxin.kernel.refusals import Refusal
from anxin.subjects.queries import organizations_by_subject
from anxin.web.policy import reader_of, signed_in_page
from anxin.web.portal.forms_of_report import as_data, as_page, as_paper
from anxin.web.portal.held import held_or_404


@signed_in_page
@require_http_methods(["GET", "HEAD", "POST"])
def special_report(request: HttpRequest, representation: int) -> HttpResponse:
    """The form, or the report that it asks for; what is wrong leads back to the form with what was chosen."""
    held, at = held_or_404(request, representation), timezone.now()
    offer = special_offer(held, at)
    if request.method != "POST":
        whole = {"items": [], "first": offer.first.isoformat(), "last": offer.last.isoformat()}
        return _form(request, held, offer, whole)
    chosen = {name: request.POST.get(name, "").strip()[:10] for name in ("first", "last")}
    codes = request.POST.getlist("items")[:100]
    try:
        issued = issue_special_report(
            representation=held,
            item_codes=codes,
            first=_day(chosen["first"], offer),
            last=_day(chosen["last"], offer),
            by=reader_of(request),
            at=at,
        )
    except Refusal as refusal:
        return _form(request, held, offer, {**chosen, "items": codes}, refusal)
    match request.POST.get("form"):
        case "paper":
            return as_paper(issued)
        case "data":
            return as_data(issued)
    return as_page(request, issued)


def _day(typed: str, offer: Offer) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise PeriodNotAllowed(years=offer.years) from error


def _form(
    request: HttpRequest,
    held: Representation,
    offer: Offer,
    chosen: dict[str, Any],
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "representation": held.pk,
        "organization": organizations_by_subject([held.subject_id]).get(held.subject_id),
        "offer": offer,
        "chosen": chosen,
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
        "problem_in": refusal.code if refusal else "",
    }
    return render(request, "portal/special_report.html", context, status=422 if refusal else 200)
