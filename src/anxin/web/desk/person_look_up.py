"""Looking a person up ex officio: number and name together, never in an address, one answer for whatever is not given (Art. 14(2))."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anxin.access.ex_officio import CaseMissing, UnitReader, read_person_ex_officio
from anxin.access.ticks import answer_on_the_tick
from anxin.audit.services import System
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import load_key_ring
from anxin.subjects.queries import LONGEST_NAME, LONGEST_NUMBER, person_asked
from anxin.web.desk.use_choices import choices_of, chosen_matter
from anxin.web.policy import officer_page, reader_of

LONGEST = 200


@carries_out("anshan-2022-9/13/1/3", "anshan-2022-9/14/2")
@officer_page("officer")
@require_http_methods(["GET", "HEAD", "POST"])
@answer_on_the_tick
def person_look_up(request: HttpRequest) -> HttpResponse:
    """The form; with a matter, a case, number and name what the item allows, or the one answer. Neither number nor name is repeated."""
    at, by = timezone.now(), reader_of(request)
    typed = {name: request.POST.get(name, "").strip()[:LONGEST] for name in ("matter", "case_reference")}
    context: dict[str, Any] = {
        "typed": typed,
        "choices": choices_of(by, timezone.localdate(at), persons=True),
    }
    if request.method != "POST":
        return render(request, "web/desk_person_look_up.html", context)
    unit, matter = chosen_matter(by, typed["matter"], typed["case_reference"], timezone.localdate(at))
    asked = person_asked(
        number=request.POST.get("number", "")[:LONGEST_NUMBER],
        name=request.POST.get("name", "")[:LONGEST_NAME],
        keys=load_key_ring(settings.KEY_RING),
    )
    try:
        context["answer"] = read_person_ex_officio(
            reader=UnitReader(account_id=by.pk, unit=unit, system=System.DESK),
            matter=matter,
            person=asked,
            at=at,
        )
    except CaseMissing as refusal:
        context["problem"] = refusal.as_problem(get_language() or "zh")
        return render(request, "web/desk_person_look_up.html", context, status=422)
    if context["answer"] is None:
        # Not even what was chosen is repeated: the one answer is one page.
        context |= {"nothing": True, "typed": {}}
    return render(request, "web/desk_person_look_up.html", context)
