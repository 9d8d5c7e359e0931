"""Alarms of the log at the desk: one administrator says what was found, another agrees, and only then signing goes on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from anxin.audit.alarms import approve_reconciliation, draft_reconciliation, find_alarm, open_alarms
from anxin.kernel.refusals import Refusal
from anxin.web.policy import officer_page, reader_of
from anxin.web.site.integrity import alarm_names

ROLES = ("security_administrator", "auditor")
LONGEST_FINDING = 2_000


@officer_page(*ROLES)
@require_safe
def log_alarms(request: HttpRequest) -> HttpResponse:
    """Every alarm that stands, with what was drafted about it."""
    return _page(request, None)


@officer_page(*ROLES)
@require_POST
def draft(request: HttpRequest, alarm: int) -> HttpResponse:
    """Say what an alarm came from."""
    found = find_alarm(alarm)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    finding = request.POST.get("finding", "").strip()[:LONGEST_FINDING]
    try:
        draft_reconciliation(alarm=found, finding=finding, by=reader_of(request).pk, at=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return redirect("desk-log-alarms")


@officer_page(*ROLES)
@require_POST
def approve(request: HttpRequest, alarm: int) -> HttpResponse:
    """Agree with what another found, which ends the alarm."""
    found = find_alarm(alarm)
    drafted = found.reconciliations.order_by("-id").first() if found else None
    if drafted is None:
        return render(request, "web/not_found.html", status=404)
    try:
        approve_reconciliation(reconciliation=drafted, by=reader_of(request).pk, at=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return redirect("desk-log-alarms")


def _page(request: HttpRequest, refusal: Refusal | None) -> HttpResponse:
    names = alarm_names()
    shown: list[dict[str, Any]] = [
        {"alarm": alarm, "name": names[alarm.code], "drafted": alarm.reconciliations.order_by("-id").first()}
        for alarm in open_alarms()
    ]
    problem = refusal.as_problem(get_language() or "zh") if refusal else None
    context = {"alarms": shown, "problem": problem, "me": reader_of(request).pk}
    return render(request, "web/desk_log_alarms.html", context, status=422 if refusal else 200)
