"""The auditor's desk: the state of the log, reports about readings, entries of the log, unusual numbers (Art. 45)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anxin.access.complaint_models import ReadingComplaint
from anxin.access.complaints import answer_complaint, complaints_for, take_complaint
from anxin.access.log_review import (
    DAYS_COMPARED,
    DAYS_SHOWN,
    LEAST_READINGS,
    PAGE_SIZE,
    TIMES_MEDIAN,
    Search,
    open_complaint,
    reader_names,
    search_log,
    unusual_days,
)
from anxin.access.reading_fields import field_names, use_item_names
from anxin.audit.queries import public_state, unsealed_since, unwitnessed_since
from anxin.authorities.queries import every_unit, unit_names
from anxin.kernel.refusals import Refusal
from anxin.subjects.queries import organizations_by_subject, subject_of_code
from anxin.web.policy import officer_page, reader_of
from anxin.web.site.integrity import alarm_names
from anxin.web.templatetags.reading_words import route_names

ANSWER = {"outcome": 8, "reason": 2_000, "follow_up": 2_000}
DONE = ("taken", "answered")


@officer_page("auditor")
@require_safe
def audit_home(request: HttpRequest) -> HttpResponse:
    """How the log stands, which alarms are open, and which reports wait."""
    now = timezone.now()
    complaints = list(complaints_for(reader_of(request), now))
    state = public_state(now)
    names = alarm_names()
    context = state | {
        "alarms": [{**one, "name": names.get(one["code"], one["code"])} for one in state["alarms"]],
        "unsealed": unsealed_since(),
        "unwitnessed": unwitnessed_since(),
        "waiting": [one for one in complaints if one.state != "answered"],
        "answered": [one for one in complaints if one.state == "answered"][-20:],
        "units": unit_names({one.reader_unit_code for one in complaints}),
    }
    return render(request, "web/desk_audit.html", context)


@officer_page("auditor")
@require_safe
def complaint(request: HttpRequest, number: int) -> HttpResponse:
    """One report with the entry and its chain, and what can be done."""
    return _complaint(request, number, {}, None)


@officer_page("auditor")
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Begin to look at it."""
    found = _found(request, number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    try:
        take_complaint(complaint=found, by=reader_of(request), at=timezone.now())
    except Refusal as refusal:
        return _complaint(request, number, {}, refusal)
    return _done(number, "taken")


@officer_page("auditor")
@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Close it with outcome, reason and what follows."""
    found = _found(request, number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    typed = {name: request.POST.get(name, "").replace("\0", "")[:longest] for name, longest in ANSWER.items()}
    try:
        answer_complaint(complaint=found, by=reader_of(request), at=timezone.now(), **typed)
    except Refusal as refusal:
        return _complaint(request, number, typed, refusal)
    return _done(number, "answered")


@officer_page("auditor")
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """The form; sent, the entries that fit. Only what is sent is looked at and logged."""
    typed = {
        name: request.POST.get(name, "").strip()[:64] for name in ("code", "unit", "route", "since", "until")
    }
    context: dict[str, Any] = {
        "typed": typed,
        "unit_choices": every_unit(),
        "route_choices": route_names(),
    }
    if request.method == "POST":
        context |= _entries(request, typed)
    return render(request, "web/desk_audit_log.html", context)


@officer_page("auditor")
@require_safe
def unusual(request: HttpRequest) -> HttpResponse:
    """Days on which somebody read far more than on the own days before."""
    days = unusual_days(by=reader_of(request), at=timezone.now())
    context = {
        "days": days,
        "readers": reader_names(one.account_id for one in days),
        "least": LEAST_READINGS,
        "times": TIMES_MEDIAN,
        "compared": DAYS_COMPARED,
        "shown": DAYS_SHOWN,
    }
    return render(request, "web/desk_audit_unusual.html", context)


def _found(request: HttpRequest, number: int) -> ReadingComplaint | None:
    """Reports about the own readings, or those of the own unit, are no reports for this auditor."""
    return complaints_for(reader_of(request), timezone.now()).filter(pk=number).first()


def _complaint(
    request: HttpRequest, number: int, typed: dict[str, str], refusal: Refusal | None
) -> HttpResponse:
    found = _found(request, number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    chain = open_complaint(complaint=found, by=reader_of(request), at=timezone.now())
    context = {
        "complaint": found,
        "chain": chain,
        "organization": organizations_by_subject([found.subject_id]).get(found.subject_id),
        "units": unit_names({found.reader_unit_code}),
        "fields": field_names(chain.entry.fields),
        "use_items": use_item_names([chain.entry.use_item]),
        "mine": found.handler_id == reader_of(request).pk,
        "typed": typed,
        "done": request.GET.get("done") if request.GET.get("done") in DONE else "",
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, "web/desk_audit_complaint.html", context, status=422 if refusal else 200)


def _entries(request: HttpRequest, typed: dict[str, str]) -> dict[str, Any]:
    subject = subject_of_code(typed["code"].upper()) if typed["code"] else None
    if typed["code"] and subject is None:
        return {"searched": True, "unknown": True}
    before = request.POST.get("before", "")
    search = Search(
        subject_id=subject,
        unit=typed["unit"],
        route=typed["route"] if typed["route"] in route_names() else "",
        since=_day(typed["since"]),
        until=_day(typed["until"]),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )
    rows = search_log(search=search, by=reader_of(request), at=timezone.now())
    shown = rows[:PAGE_SIZE]
    return {
        "searched": True,
        "entries": shown,
        "before": shown[-1].pk if len(rows) > PAGE_SIZE else None,
        "readers": reader_names(one.reader_account_id for one in shown),
        "units": unit_names({one.reader_unit_code for one in shown}),
        "organizations": organizations_by_subject({one.subject_id for one in shown if one.subject_id}),
        "fields": field_names({field for one in shown for field in one.fields}),
    }


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _done(number: int, done: str) -> HttpResponse:
    response = redirect("desk-audit-complaint", number=number)
    response["Location"] += f"?done={done}"
    return response
