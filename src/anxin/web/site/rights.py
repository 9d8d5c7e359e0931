"""How to object and how to have a record restored: steps, days and tiers straight from the law pack (Art. 41, 42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from anxin.kernel.clock import Calendar, DayRecord, Deadline, Unit, deadline, explain
from anxin.law.pack import Pack, Parameter
from anxin.law.packs.china.rules.restoration_guide import restoration_guide
from anxin.law.registry import load_pack
from anxin.web.policy import public_page

OBJECTION = ("objection.verification", "objection.own_error_notice", "objection.unit_answer")
RESTORATION = ("restoration.acceptance", "restoration.decision")


@dataclass(frozen=True, slots=True)
class Step:
    """One duty with its clock, as if it began today: `deadline.due` and every day up to it."""

    parameter: Parameter
    length: int
    deadline: Deadline
    days: tuple[DayRecord, ...]


@public_page
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """What to do, who must answer within how many days, and the restoration orders tier by tier."""
    today = timezone.localdate()
    context = {
        "today": today,
        "objection": [_step(name, today) for name in OBJECTION],
        "restoration": [_step(name, today) for name in RESTORATION],
        "reconsideration": _step("reconsideration.application", today),
        "orders": restoration_guide(),
    }
    return render(request, "web/rights.html", context)


def _step(name: str, today: date) -> Step:
    parameter = _pack(settings.LAW_PACK).parameter(name)
    length, unit, calendar = parameter.on(today), Unit(parameter.unit), Calendar.load()
    return Step(
        parameter=parameter,
        length=length,
        deadline=deadline(start=today, length=length, unit=unit, calendar=calendar),
        days=tuple(explain(start=today, length=length, unit=unit, calendar=calendar)),
    )


@lru_cache(maxsize=4)
def _pack(name: str) -> Pack:
    # Packs cannot change while the process runs.
    return load_pack(name)
