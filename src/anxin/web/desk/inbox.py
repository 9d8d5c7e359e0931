"""The desk's first page and what became of a submission; each account sees its own units' only (Art. 11, 12)."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anxin.authorities.models import RoleAssignment
from anxin.authorities.queries import units_of
from anxin.intake.models import ReturnedReason, Submission
from anxin.intake.queue_queries import visible_rows
from anxin.web.paging import asked_page, pager
from anxin.web.policy import officer_page

EVERY_ROLE = tuple(RoleAssignment.Role.values)
INTAKE_ROLES = ("clerk", "officer", "credit_officer")
ROWS_A_PAGE = 50


def own_submissions(request: HttpRequest) -> QuerySet[Submission]:
    """The submissions of the units where this account may take files in."""
    units = units_of(request.user, INTAKE_ROLES)
    return Submission.objects.filter(unit__in=units).select_related("unit", "item_version")


@officer_page(*EVERY_ROLE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My units' latest submissions, and how many rows wait for a decision."""
    waiting = visible_rows(request.user).filter(decision__isnull=True)
    context = {
        "units": units_of(request.user, EVERY_ROLE),
        "may_look_up": bool(units_of(request.user, ("officer", "credit_officer"))),
        "may_take_in": bool(units_of(request.user, INTAKE_ROLES)),
        "submissions": own_submissions(request).order_by("-received_at", "-pk")[:20],
        "waiting": waiting.count(),
    }
    return render(request, "web/desk_home.html", context)


@officer_page(*INTAKE_ROLES)
@require_safe
def submission(request: HttpRequest, number: int) -> HttpResponse:
    """Counts, reasons by code, and the returned rows with their fields."""
    found = own_submissions(request).filter(pk=number).first()
    if found is None:
        return render(request, "web/not_found.html", status=404)
    reasons = ReturnedReason.objects.filter(submission=found).order_by("row_number", "pk")
    page = asked_page(request)
    first = (page - 1) * ROWS_A_PAGE
    context = {
        "submission": found,
        "replayed": "again" in request.GET,
        "by_code": reasons.values("code", "field").annotate(rows=Count("pk")).order_by("-rows", "code"),
        "reasons": reasons[first : first + ROWS_A_PAGE],
        **pager(page, reasons.count(), ROWS_A_PAGE),
    }
    return render(request, "web/desk_submission.html", context)
