"""A subject's own pages: where they begin, and its report as page, paper and signed data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from anxin.access.complaints import answered_by_subject
from anxin.access.services import IssuedReport, issue_report
from anxin.subjects.queries import organizations_by_subject
from anxin.web.policy import signed_in_page
from anxin.web.portal.forms_of_report import as_data, as_page, as_paper
from anxin.web.portal.held import held_by, held_or_404


@signed_in_page
@require_safe
def my_home(request: HttpRequest) -> HttpResponse:
    """The subjects this account may act for, and what waits for each."""
    held = list(held_by(request))
    subjects = [one.subject_id for one in held]
    organizations, answered = organizations_by_subject(subjects), answered_by_subject(subjects)
    cards = [
        {
            "pk": one.pk,
            "organization": organizations.get(one.subject_id),
            "answered": answered.get(one.subject_id, 0),
        }
        for one in held
    ]
    return render(request, "portal/home.html", {"representations": cards})


@signed_in_page
@require_POST
def my_report(request: HttpRequest, representation: int) -> HttpResponse:
    """Issue the report and show it."""
    return as_page(request, _issue(request, representation))


@signed_in_page
@require_POST
def my_report_pdf(request: HttpRequest, representation: int) -> HttpResponse:
    """Issue the report and hand it over on paper."""
    return as_paper(_issue(request, representation))


@signed_in_page
@require_POST
def my_report_data(request: HttpRequest, representation: int) -> HttpResponse:
    """Issue the report and hand it over as a compact JWS."""
    return as_data(_issue(request, representation))


def _issue(request: HttpRequest, number: int) -> IssuedReport:
    return issue_report(
        representation=held_or_404(request, number),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
