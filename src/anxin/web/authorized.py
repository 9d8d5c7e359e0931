"""Reading with an authorization: what was granted to me or my unit, and one use of it (Art. 13(1)(2))."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.access.authorizations import grants_for, read_with_grant
from anxin.access.reading_files import field_names
from anxin.audit.services import System
from anxin.kernel.refusals import Refusal
from anxin.web.policy import officer_page, reader_of, signed_in_page


@signed_in_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_authorized(request: HttpRequest) -> HttpResponse:
    """For accounts, in the portal."""
    return _page(request, System.PORTAL)


@officer_page("officer", "credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def desk_authorized(request: HttpRequest) -> HttpResponse:
    """For officers, on behalf of their unit."""
    return _page(request, System.DESK)


def _page(request: HttpRequest, system: System) -> HttpResponse:
    """The list of grants; posting the number of one uses it once."""
    at, by = timezone.now(), reader_of(request)
    answer, problem = None, None
    if request.method == "POST":
        number = request.POST.get("grant", "")
        try:
            answer = read_with_grant(
                grant_id=int(number) if number.isdecimal() and len(number) < 18 else 0,
                by=by,
                at=at,
                system=system,
                case_reference=request.POST.get("case_reference", "").strip()[:120],
            )
        except Refusal as refusal:
            problem = refusal.as_problem(get_language() or "zh")
    grants = [(one, field_names(one.fields, timezone.localdate(at))) for one in grants_for(by, at)]
    context = {"answer": answer, "problem": problem, "grants": grants, "desk": system == System.DESK}
    return render(request, "web/authorized.html", context, status=422 if problem else 200)
