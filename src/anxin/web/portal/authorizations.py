"""A subject's authorizations: give one, see each use, withdraw at once (Art. 13(1)(2))."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from anxin.access.authorizations import Grantee, Terms, grant_access, grants_of, uses_of, withdraw_grant
from anxin.access.models import Representation
from anxin.access.reading_files import field_names
from anxin.authorities.models import Account, Unit
from anxin.authorities.queries import unit_names
from anxin.catalog.queries import definitions_in_force
from anxin.kernel.refusals import Refusal
from anxin.subjects.queries import organizations_by_subject
from anxin.web.policy import reader_of, signed_in_page
from anxin.web.portal.held import held_or_404

TYPED = ("kind", "account", "unit", "client", "purpose", "uses", "ends_on")
LONGEST = 200


@signed_in_page
@require_http_methods(["GET", "HEAD", "POST"])
def authorizations(request: HttpRequest, representation: int) -> HttpResponse:
    """What was authorized, with each use; and the form for another."""
    held, at = held_or_404(request, representation), timezone.now()
    typed = {name: request.POST.get(name, "").strip()[:LONGEST] for name in TYPED}
    fields = request.POST.getlist("fields")[:300]
    if request.method != "POST":
        return _page(request, held, at, {**typed, "kind": "account", "uses": "1"}, [])
    try:
        grant_access(
            representation=held,
            grantee=_grantee(typed),
            terms=_terms(typed, fields),
            by=reader_of(request),
            at=at,
        )
    except Refusal as refusal:
        return _page(request, held, at, typed, fields, refusal)
    return redirect("my-authorizations", representation=held.pk)


@signed_in_page
@require_POST
def withdraw(request: HttpRequest, representation: int, number: int) -> HttpResponse:
    """Ends it at once; another subject's and none at all give the same answer."""
    held = held_or_404(request, representation)
    grant = grants_of(held.subject_id).filter(pk=number).first()
    if grant is None:
        raise Http404
    withdraw_grant(grant=grant, by=reader_of(request), at=timezone.now())
    return redirect("my-authorizations", representation=held.pk)


def _grantee(typed: dict[str, str]) -> Grantee:
    """What was named by the kind chosen; a name of nobody leaves it empty, which is refused."""
    if typed["kind"] == "unit":
        return Grantee(unit=Unit.objects.filter(code=typed["unit"]).first())
    if typed["kind"] == "client":
        return Grantee(client_id=typed["client"][:64])
    return Grantee(account=Account.objects.filter(username=typed["account"][:64], is_active=True).first())


def _terms(typed: dict[str, str], fields: list[str]) -> Terms:
    """The last day counts in full; what is no day or no number is refused as incomplete."""
    try:
        last = date.fromisoformat(typed["ends_on"])
        ends = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    except (ValueError, OverflowError):
        ends = datetime.min.replace(tzinfo=timezone.get_current_timezone()) + timedelta(days=2)
    uses = int(typed["uses"]) if typed["uses"].isdecimal() and len(typed["uses"]) < 6 else 0
    return Terms(fields=fields, purpose=typed["purpose"], uses=uses, ends_at=ends)


def _page(
    request: HttpRequest,
    held: Representation,
    at: datetime,
    typed: dict[str, str],
    fields: list[str],
    refusal: Refusal | None = None,
) -> HttpResponse:
    kind, today = held.subject.kind, timezone.localdate(at)
    grants = [
        {
            "grant": one,
            "fields": field_names(one.fields, today),
            "uses": uses_of(one)[:50],
            "open": _open(one, at),
        }
        for one in grants_of(held.subject_id)[:100]
    ]
    context: dict[str, Any] = {
        "representation": held.pk,
        "organization": organizations_by_subject([held.subject_id]).get(held.subject_id),
        "grants": grants,
        "units": sorted(unit_names(Unit.objects.values_list("code", flat=True)).items()),
        "items": [one for one in definitions_in_force(today) if kind in one.subject_kinds],
        "typed": typed,
        "chosen": fields,
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, "portal/authorizations.html", context, status=422 if refusal else 200)


def _open(grant: Any, at: datetime) -> bool:
    return grant.withdrawn_at is None and grant.ends_at > at and grant.used < grant.uses
