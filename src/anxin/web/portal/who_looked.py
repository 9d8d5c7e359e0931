"""Who read a subject's information: the list, one entry with its proof, and the list as a file (Art. 38(1), 45(2))."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from anxin.access.complaints import complaints_of
from anxin.access.models import Representation
from anxin.access.reading_fields import field_names, use_item_names
from anxin.access.who_looked import (
    Asked,
    SeenReading,
    delayed_entries,
    export_list,
    find_entry,
    log_own_view,
    read_list,
    units_that_looked,
)
from anxin.audit.queries import prove_entry
from anxin.audit.services import Route
from anxin.audit.tree.keys import encode
from anxin.authorities.queries import unit_names
from anxin.kernel.text import Bilingual
from anxin.web.policy import signed_in_page
from anxin.web.portal.held import held_or_404, viewer_of
from anxin.web.templatetags.reading_words import (
    fields_words,
    reader_words,
    route_names,
    route_words,
    system_words,
)

CHOICES = {"mode": ("single", "batch"), "reader": ("others", "own")}
# A cell that begins so is taken for a formula by spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@signed_in_page
@require_safe
def readings(request: HttpRequest, representation: int) -> HttpResponse:
    """The list, filtered and newest first; what may not be told yet is only counted by the day on which it opens."""
    held, now = held_or_404(request, representation), timezone.now()
    asked = asked_for(request.GET)
    page = read_list(viewer=viewer_of(held), asked=asked, at=now, after=request.GET.get("after", "")[:40])
    kept = {name: value for name, value in asdict(asked).items() if value}
    context = {
        "held": held,
        "entries": page.entries,
        "older": page.older,
        "continued": bool(request.GET.get("after")),
        "asked": asked,
        "kept": kept,
        "older_query": urlencode({**kept, "after": page.older}),
        "delayed": delayed_entries(held.subject_id, now),
        "unit_choices": unit_names(units_that_looked(held.subject_id, now)),
        "route_choices": route_names(),
        "reported": {one.entry_id: one for one in complaints_of(held.subject_id)},
        **names_for(page.entries),
    }
    return render(request, "portal/readings.html", context)


@signed_in_page
@require_POST
def readings_file(request: HttpRequest, representation: int) -> HttpResponse:
    """The same as CSV, whole; taking it is an entry too."""
    held = held_or_404(request, representation)
    found = export_list(viewer=viewer_of(held), asked=asked_for(request.POST), at=timezone.now())
    response = StreamingHttpResponse(_lines(list(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="readings.csv"'
    return response  # type: ignore[return-value]


@signed_in_page
@require_safe
def reading(request: HttpRequest, representation: int, reference: str) -> HttpResponse:
    """One entry with where it stands in the sealed log, and the way to report it."""
    held, entry = opened(request, representation, reference)
    proof = prove_entry("q", entry.number)
    context: dict[str, Any] = {
        "held": held,
        "entry": entry,
        "proof": proof,
        "commitment": encode(proof.commitment) if proof else "",
        "complaint": complaints_of(held.subject_id).filter(entry_id=entry.number).first(),
        **names_for([entry]),
    }
    return render(request, "portal/reading.html", context)


@signed_in_page
@require_safe
def reading_proof(request: HttpRequest, representation: int, reference: str) -> HttpResponse:
    """That the entry's commitment is under the log's latest checkpoint, for programs to check."""
    _held, entry = opened(request, representation, reference)
    proof = prove_entry("q", entry.number)
    if proof is None:
        raise Http404
    answer = {
        "index": proof.index,
        "size": proof.checkpoint.size,
        "commitment": encode(proof.commitment),
        "proof_sha256": [encode(one) for one in proof.sha256],
        "proof_sm3": [encode(one) for one in proof.sm3],
        "checkpoint": proof.checkpoint.note,
    }
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="proof.json"'
    return response


def opened(request: HttpRequest, representation: int, reference: str) -> tuple[Representation, SeenReading]:
    """The entry behind a reference, with the view of it logged; a reference of others' entries is no reference."""
    held = held_or_404(request, representation)
    log_own_view(viewer_of(held), Route.OWN_REPORT, "查看一条查询 / one entry of who looked")
    entry = find_entry(viewer=viewer_of(held), reference=reference, at=timezone.now())
    if entry is None:
        raise Http404
    return held, entry


def asked_for(given: Mapping[str, Any]) -> Asked:
    """The filters of a form; what is no value of one asks for everything."""
    chosen = {name: given.get(name, "") for name in ("unit", "route", "mode", "reader")}
    for name, allowed in {**CHOICES, "route": tuple(route_names())}.items():
        chosen[name] = chosen[name] if chosen[name] in allowed else ""
    chosen["unit"] = chosen["unit"][:64].replace("\0", "")
    return Asked(since=_day(given.get("since", "")), until=_day(given.get("until", "")), **chosen)


def names_for(entries: list[SeenReading] | tuple[SeenReading, ...]) -> dict[str, Mapping[str, Bilingual]]:
    """Names of the units, fields and items of the use list that these entries mention."""
    return {
        "units": unit_names({one.unit_code for one in entries}),
        "fields": field_names({field for one in entries for field in one.fields}),
        "use_items": use_item_names({one.use_item for one in entries}),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _lines(entries: list[SeenReading]) -> Iterator[str]:
    names = names_for(entries)
    heads = (
        _("时间"), _("查询单位"), _("查询人"), _("方式"), _("系统"), _("单条或者批量"), _("目的"), _("依据"),
        _("案件或者事项"), _("用途清单条目"), _("查看的信息"), _("暂缓告知至"),
    )  # fmt: skip
    yield "\ufeff" + _line(heads)
    for one in entries:
        unit = names["units"].get(one.unit_code)
        yield _line(
            (
                timezone.localtime(one.at).isoformat(timespec="seconds"),
                unit.zh if unit else one.unit_code,
                reader_words(one),
                route_words(one.route),
                system_words(one.system),
                _("批量") if one.batch else _("单条"),
                one.purpose,
                one.clause,
                one.case_reference,
                one.use_item,
                fields_words(one.fields, names["fields"]),
                timezone.localtime(one.opened_at).isoformat(timespec="seconds") if one.opened_at else "",
            )
        )


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return written.getvalue()
