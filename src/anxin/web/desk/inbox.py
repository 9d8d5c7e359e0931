"""The desk's first page; each account sees its own units' submissions only (Art. 11, 12)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anxin.authorities.models import RoleAssignment
from anxin.authorities.queries import units_of
from anxin.intake.queries import submissions_of
from anxin.intake.queue_queries import visible_rows
from anxin.web.desk.log_alarms import ROLES as ALARM_ROLES
from anxin.web.policy import officer_page

EVERY_ROLE = tuple(RoleAssignment.Role.values)
INTAKE_ROLES = ("clerk", "officer", "credit_officer")
ROWS_A_PAGE = 50


@officer_page(*EVERY_ROLE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My units' latest submissions, and how many rows wait for a decision."""
    mine = units_of(request.user, INTAKE_ROLES)
    context = {
        "units": units_of(request.user, EVERY_ROLE),
        "may_look_up": bool(units_of(request.user, ("officer", "credit_officer"))),
        "may_list_codes": bool(units_of(request.user, ("credit_officer",))),
        "may_see_clients": bool(units_of(request.user, ("system_administrator", "security_administrator"))),
        "may_take_in": bool(mine),
        "may_end_alarms": bool(units_of(request.user, ALARM_ROLES)),
        "may_audit": bool(units_of(request.user, ("auditor",))),
        "submissions": submissions_of(mine)[:20],
        "waiting": visible_rows(request.user).filter(decision__isnull=True).count(),
    }
    return render(request, "web/desk_home.html", context)
