"""What became of a submission: progress while it runs, then counts, reasons, and the returned workbook (Art. 11, 12)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.authorities.queries import units_of
from anxin.intake.models import Submission
from anxin.intake.quality import reporting_by_month
from anxin.intake.queries import (
    OPEN,
    explained,
    reason_count,
    reasons_by_code,
    refusal_explained,
    row_reasons,
    submission_of,
)
from anxin.intake.queue_queries import queue_counts, returned_by_officers
from anxin.intake.returning import hand_out_workbook, log_reasons
from anxin.subjects.keys import load_key_ring
from anxin.web.charts import trend
from anxin.web.desk.inbox import INTAKE_ROLES, ROWS_A_PAGE
from anxin.web.paging import asked_page, pager
from anxin.web.policy import officer_page

# Under which code a row stands that a person sent back.
OFFICERS_CODE = "E-OFFICER"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@officer_page(*INTAKE_ROLES)
@require_safe
def submission(request: HttpRequest, number: int) -> HttpResponse:
    """Progress, or counts, reasons by code with what to do, and the returned rows."""
    found = _own(request, number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    page = asked_page(request)
    first = (page - 1) * ROWS_A_PAGE
    counts, total = queue_counts(number), reason_count(found)
    if total or counts.returned:
        log_reasons(submission=found, by_account_id=request.user.pk)
    context = {
        "submission": found,
        "running": found.state in OPEN,
        "elapsed": timezone.now() - found.received_at,
        "refusal": refusal_explained(found),
        "replayed": "again" in request.GET,
        "counts": counts,
        "by_officers": returned_by_officers(number),
        "officers_code": OFFICERS_CODE,
        "officers_words": explained(OFFICERS_CODE),
        "by_code": reasons_by_code(found),
        "reasons": row_reasons(found, first, first + ROWS_A_PAGE),
        **pager(page, total, ROWS_A_PAGE),
    }
    return render(request, "web/desk_submission.html", context)


@officer_page(*INTAKE_ROLES)
@require_safe
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The part of the page that is fetched again while the file is worked on; at the end the whole page is."""
    found = _own(request, number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    response = render(
        request,
        "web/submission_progress.html",
        {"submission": found, "elapsed": timezone.now() - found.received_at},
    )
    if found.state not in OPEN:
        response["HX-Refresh"] = "true"
    return response


@officer_page(*INTAKE_ROLES)
@require_safe
def returned(request: HttpRequest, number: int) -> HttpResponse:
    """The returned workbook, as a download; who took it is written down first."""
    found = _own(request, number)
    content = None
    if found is not None and settings.KEY_RING:
        keys = load_key_ring(settings.KEY_RING)
        content = hand_out_workbook(submission=found, keys=keys, by_account_id=request.user.pk)
    if content is None:
        return render(request, "web/not_found.html", status=404)
    return HttpResponse(
        content,
        content_type=WORKBOOK,
        headers={"Content-Disposition": f'attachment; filename="returned-{number}.xlsx"'},
    )


@officer_page(*INTAKE_ROLES)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """A year of my units' reporting: compliance, lateness, overturned records."""
    units = units_of(request.user, INTAKE_ROLES)
    asked = request.GET.get("unit", "")
    shown = [unit for unit in units if unit.code == asked] or units
    months = reporting_by_month(shown, timezone.localdate())
    context = {
        "units": units,
        "asked": asked if len(shown) == 1 else "",
        # The latest first; a month without a file has no figures to show.
        "months": [month for month in reversed(months) if month.files or month.refused_files],
        "first": months[0].month,
        "last": months[-1].month,
        "chart": trend([month.compliance for month in months], [month.lateness for month in months]),
    }
    return render(request, "web/desk_quality.html", context)


def _own(request: HttpRequest, number: int) -> Submission | None:
    return submission_of(units_of(request.user, INTAKE_ROLES), number)
