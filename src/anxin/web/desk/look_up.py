"""Looking an organization up at the desk: by an item of the use list, in a case; the log before the data (Art. 13(1)(3), 20(2), 45)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.access.desk_reading import OrganizationFile, Purpose, read_organization, readable_items
from anxin.access.ex_officio import UnitReader, read_ex_officio
from anxin.access.reading_files import ReadFile
from anxin.audit.services import System
from anxin.authorities.queries import roles_of
from anxin.kernel.refusals import Refusal
from anxin.web.desk.use_choices import choices_of, chosen_matter
from anxin.web.policy import officer_page, reader_of

FIELDS = ("uscc", "item", "purpose", "case_reference", "matter")
LONGEST = 200


@officer_page("officer", "credit_officer")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """The form; with a matter and a case the fields of the item. The credit office reads to keep the records, with a purpose."""
    typed = {name: request.POST.get(name, "").strip()[:LONGEST] for name in FIELDS}
    keeps = "credit_officer" in roles_of(request.user) and not typed["matter"]
    if request.method != "POST":
        return _page(request, typed)
    try:
        if keeps:
            return _page(request, typed, found=_kept(request, typed))
        return _page(request, typed, answer=_ex_officio(request, typed))
    except Refusal as refusal:
        return _page(request, typed, refusal=refusal)


def _kept(request: HttpRequest, typed: dict[str, str]) -> OrganizationFile:
    return read_organization(
        uscc=typed["uscc"].upper(),
        item=typed["item"],
        purpose=Purpose(typed["purpose"], typed["case_reference"]),
        by=reader_of(request),
        on=timezone.localdate(),
    )


def _ex_officio(request: HttpRequest, typed: dict[str, str]) -> ReadFile:
    at = timezone.now()
    unit, matter = chosen_matter(
        reader_of(request), typed["matter"], typed["case_reference"], timezone.localdate(at)
    )
    reader = UnitReader(account_id=reader_of(request).pk, unit=unit, system=System.DESK)
    return read_ex_officio(reader=reader, matter=matter, code=typed["uscc"].upper(), at=at)


def _page(
    request: HttpRequest,
    typed: dict[str, str],
    *,
    found: OrganizationFile | None = None,
    answer: ReadFile | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "typed": typed,
        "found": found,
        "answer": answer,
        "keeps": "credit_officer" in roles_of(request.user),
        "items": readable_items(request.user, today),
        "choices": choices_of(reader_of(request), today, persons=False),
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, "web/desk_look_up.html", context, status=422 if refusal else 200)
