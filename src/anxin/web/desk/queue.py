"""The rows that wait for a person, and what became of those decided (Art. 12). Values stay encrypted here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.authorities.queries import units_of
from anxin.intake.queue_queries import (
    decidable_rows,
    filter_rows,
    reasons_and_units,
    standing_decisions,
    visible_rows,
)
from anxin.intake.queue_reading import log_list
from anxin.web.desk.inbox import INTAKE_ROLES
from anxin.web.paging import asked_page, pager
from anxin.web.policy import officer_page, reader_of

ROWS_A_PAGE = 50
AGES = (7, 20)


@officer_page(*INTAKE_ROLES)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Filtered by state, reason, unit and age; credit officers open a row from here."""
    asked = {name: request.GET.get(name, "")[:64] for name in ("reason", "unit", "age")}
    state = request.GET.get("state", "waiting")
    everything = visible_rows(request.user)
    rows = filter_rows(
        everything,
        state=state,
        reason=asked["reason"],
        unit=asked["unit"],
        older_than_days=int(asked["age"]) if asked["age"] in map(str, AGES) else 0,
        at=timezone.now(),
    ).order_by("queued_at", "pk")
    mine = units_of(request.user, INTAKE_ROLES)
    log_list(by=reader_of(request), unit=mine[0].code if mine else "")
    page = asked_page(request)
    shown = list(rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE])
    decisions = standing_decisions(shown)
    reasons, units = reasons_and_units(everything)
    context = {
        "rows": [(row, decisions.get(row.pk)) for row in shown],
        "total": rows.count(),
        "decides": decidable_rows(request.user).exists(),
        "reasons": reasons,
        "units": units,
        "ages": AGES,
        "asked": {**asked, "state": state},
        **pager(page, rows.count(), ROWS_A_PAGE, state=state, **asked),
    }
    return render(request, "web/desk_queue.html", context)
