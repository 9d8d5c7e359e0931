"""What is held of a subject, for itself: every record with source, effect and end (Art. 38(1), 39(1))."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.access.own_credit import PAGE_SIZE, STATES, Wanted, read_own_credit
from anxin.access.report_content import SECTIONS
from anxin.kernel.text import Bilingual
from anxin.subjects.queries import organizations_by_subject
from anxin.web.paging import asked_page, pager
from anxin.web.policy import signed_in_page
from anxin.web.portal.held import held_or_404
from anxin.web.timeline import Period, timeline


@signed_in_page
@require_safe
def credit(request: HttpRequest, representation: int) -> HttpResponse:
    """A page of records with the picture of their display periods; opening it is an entry of the log."""
    held, now = held_or_404(request, representation), timezone.now()
    names = {name: Bilingual(zh, en) for name, zh, en in SECTIONS}
    section, state = request.GET.get("section", ""), request.GET.get("state", "")
    wanted = Wanted(
        section if section in names else "", state if state in STATES else "", asked_page(request)
    )
    found = read_own_credit(representation=held, wanted=wanted, at=now)
    periods = [
        Period(str(one.place), one.decided_on, *(one.display or (None, None))) for one in found.records
    ]
    context = {
        "held": held,
        "organization": organizations_by_subject([held.subject_id]).get(held.subject_id),
        "found": found,
        "picture": timeline(periods, timezone.localdate(now)) if periods else None,
        "sections": names,
        "wanted": wanted,
        "states": STATES,
        **pager(wanted.page, found.total, PAGE_SIZE, section=wanted.section, state=wanted.state),
    }
    return render(request, "portal/credit.html", context)
