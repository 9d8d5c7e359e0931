"""A subject's own pages: its report as page, paper and signed data, and who read its information."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from anxin.access.models import Representation
from anxin.access.services import IssuedReport, issue_report
from anxin.audit.models import QueryLogEntry
from anxin.subjects.queries import organizations_by_subject
from anxin.web.policy import signed_in_page
from anxin.web.portal.forms_of_report import as_data, as_page, as_paper

LATEST_READINGS = 100


@signed_in_page
@require_safe
def my_home(request: HttpRequest) -> HttpResponse:
    """The subjects this account may act for, with the latest readings of their information."""
    held = list(_held(request))
    subjects = [one.subject_id for one in held]
    organizations = organizations_by_subject(subjects)
    cards = [{"pk": one.pk, "organization": organizations.get(one.subject_id)} for one in held]
    readings = QueryLogEntry.objects.filter(subject_id__in=subjects).order_by("-at", "-pk")
    return render(
        request, "portal/home.html", {"representations": cards, "readings": readings[:LATEST_READINGS]}
    )


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


def held_by(request: HttpRequest, number: int) -> Representation:
    """Another account's representation, an ended one and none at all give the same answer."""
    found = _held(request).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _held(request: HttpRequest) -> QuerySet[Representation]:
    now = timezone.now()
    return Representation.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now), account_id=request.user.pk or 0, valid_from__lte=now
    )


def _issue(request: HttpRequest, number: int) -> IssuedReport:
    return issue_report(
        representation=held_by(request, number),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
