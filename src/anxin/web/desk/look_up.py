"""Looking an organization up at the desk: nothing is shown before purpose and case stand in the query log (Art. 14, 45)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.access.desk_reading import OrganizationFile, Purpose, read_organization, readable_items
from anxin.kernel.refusals import Refusal
from anxin.web.policy import officer_page, reader_of

FIELDS = ("uscc", "item", "purpose", "case_reference")
LONGEST = 200


@officer_page("officer", "credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """The form; a stated purpose leads to the records, anything missing back here with what was typed."""
    typed = {name: request.POST.get(name, "").strip()[:LONGEST] for name in FIELDS}
    if request.method != "POST":
        return _page(request, typed, None, None)
    purpose = Purpose(typed["purpose"], typed["case_reference"])
    try:
        found = read_organization(
            uscc=typed["uscc"].upper(),
            item=typed["item"],
            purpose=purpose,
            by=reader_of(request),
            on=timezone.localdate(),
        )
    except Refusal as refusal:
        return _page(request, typed, None, refusal)
    return _page(request, typed, found, None)


def _page(
    request: HttpRequest, typed: dict[str, str], found: OrganizationFile | None, refusal: Refusal | None
) -> HttpResponse:
    context = {
        "typed": typed,
        "found": found,
        "items": readable_items(request.user, timezone.localdate()),
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, "web/desk_look_up.html", context, status=422 if refusal else 200)
