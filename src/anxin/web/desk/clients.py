"""Clients of the interface at the desk: drafted by one administrator, approved by another, ended at once by either (Art. 45)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from anxin.access.clients import (
    APPROVER,
    CALLS,
    DRAFTER,
    USUAL_BURST,
    USUAL_QUOTA,
    USUAL_RATE,
    check_client,
    draft_client,
    end_of,
    find_client,
    listed_clients,
    possible_scopes,
    rights_of,
    usual_last_day,
)
from anxin.access.use_items import use_items_in_force
from anxin.authorities.models import Unit
from anxin.authorities.queries import every_unit, roles_of
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.web.desk.client_acts import ACTS, ActForm, act_form, perform
from anxin.web.policy import officer_page, reader_of

ROLES = (DRAFTER.value, APPROVER.value)
DRAFTING = {"unit": 64, "name": 80, "rate": 5, "burst": 6, "quota": 8, "last_day": 10, "step": 10}


@officer_page(*ROLES)
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Every client with its unit, state and end."""
    now = timezone.now()
    context = {
        "clients": [(one, one.state(now)) for one in listed_clients()],
        "may_draft": DRAFTER in roles_of(request.user),
        "done": request.GET.get("done") if request.GET.get("done") in ACTS else "",
    }
    return render(request, "web/desk_clients.html", context)


@officer_page(DRAFTER.value)
@require_http_methods(["GET", "HEAD", "POST"])
def new_client(request: HttpRequest) -> HttpResponse:
    """The unit; then what its client may do; then what was typed, to check; then, confirmed, the secret, this once."""
    typed = _typed(request)
    unit = next((one for one in every_unit() if one.code == typed["unit"]), None)
    if unit is None or request.method != "POST":
        return _new(request, unit, typed)
    wanted: dict[str, Any] = {
        "unit": unit,
        "name": typed["name"],
        "scopes": typed["scopes"],
        "rate": _number(typed["rate"]),
        "burst": _number(typed["burst"]),
        "quota": _number(typed["quota"]),
        "ends_at": end_of_day(typed["last_day"]),
        "by": reader_of(request),
        "at": timezone.now(),
    }
    try:
        if typed["step"] == "check":
            check_client(**wanted)
        if typed["step"] == "confirm":
            made = draft_client(**wanted)
            context = {"client": made.client, "secret": made.secret}
            return render(request, "web/desk_client_secret.html", context)
    except Refusal as refusal:
        return _new(request, unit, typed, refusal)
    return _new(request, unit, typed, confirming=typed["step"] == "check")


@officer_page(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def client(request: HttpRequest, number: int) -> HttpResponse:
    """One client with its rights; posting an act asks once more, and confirmed does it."""
    found = find_client(number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    form = act_form(request)
    refusal: Refusal | None = None
    if request.method == "POST" and form.step == "confirm":
        try:
            perform(found, form, by=reader_of(request), at=timezone.now())
        except Refusal as why:
            refusal, form = why, ActForm()
        else:
            response = redirect("desk-client", number=number)
            response["Location"] += f"?done={form.act}"
            return response
    now, roles = timezone.now(), roles_of(request.user)
    rights = rights_of(found)
    held = {one.scope for one in rights if one.state != "revoked"}
    context = {
        "client": found,
        "state": found.state(now),
        "rights": rights,
        "waiting": [one for one in rights if one.state == "waiting"],
        "more": [one for one in possible_scopes(found.unit, now) if one[0] not in held],
        "names": scope_names(now),
        "form": form,
        "may_draft": DRAFTER in roles,
        "may_approve": APPROVER in roles,
        "done": request.GET.get("done") if request.GET.get("done") in ACTS else "",
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, "web/desk_client.html", context, status=422 if refusal else 200)


def scope_names(at: datetime) -> dict[str, Bilingual]:
    """What the rights are called."""
    return {**{item.code: item.name for item in use_items_in_force(timezone.localdate(at))}, **dict(CALLS)}


def end_of_day(text: str) -> datetime:
    """The moment after a day; long ago where the text is no day."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 2000 < day.year < 9000:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return end_of(day)


def _typed(request: HttpRequest) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    typed: dict[str, Any] = {
        name: given.get(name, "").replace("\0", "").strip()[:longest] for name, longest in DRAFTING.items()
    }
    typed["scopes"] = [one[:64] for one in given.getlist("scope")[:200]]
    if request.method != "POST":
        typed |= {"rate": str(USUAL_RATE), "burst": str(USUAL_BURST), "quota": str(USUAL_QUOTA)}
        typed["last_day"] = usual_last_day(timezone.now()).isoformat()
    return typed


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _new(
    request: HttpRequest,
    unit: Unit | None,
    typed: dict[str, Any],
    refusal: Refusal | None = None,
    *,
    confirming: bool = False,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "typed": typed,
        "unit": unit,
        "units": every_unit(),
        "choices": possible_scopes(unit, now) if unit else [],
        "names": scope_names(now),
        "ends_at": end_of_day(typed["last_day"]),
        "confirming": confirming,
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, "web/desk_client_new.html", context, status=422 if refusal else 200)
