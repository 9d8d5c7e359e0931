"""`GET /api/submissions/{number}` and its returned rows: a unit's own; another's looks like none (Art. 11, 12)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from anxin.api.provider import provider_endpoint
from anxin.api.provider_problems import problem
from anxin.api.submission_receipt import standing_of
from anxin.authorities.models import Unit
from anxin.intake.models import Submission
from anxin.intake.queries import reason_count, submission_of
from anxin.intake.returning import hand_out_reasons, hand_out_workbook
from anxin.subjects.keys import load_key_ring

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REASONS_A_PAGE = 1000
_CHINESE = {"ensure_ascii": False}


@provider_endpoint
@require_safe
def submission(request: HttpRequest, number: int, unit: Unit) -> HttpResponse:
    """Where a submission stands, with its counts."""
    found = submission_of([unit], number)
    if found is None:
        return _nothing()
    return JsonResponse(standing_of(found), json_dumps_params=_CHINESE)


@provider_endpoint
@require_safe
def returned(request: HttpRequest, number: int, unit: Unit) -> HttpResponse:
    """Every reason of every returned row, page by page; as a workbook where the caller accepts one."""
    found = submission_of([unit], number)
    if found is None or found.state != Submission.State.CLOSED:
        return _nothing()
    if WORKBOOK in request.headers.get("Accept", ""):
        return _workbook(found)
    page = _page(request)
    first = (page - 1) * REASONS_A_PAGE
    reasons = [
        {
            "row": one.row,
            "field": one.field,
            "code": one.code,
            "detail": f"{one.message.zh} / {one.message.en}",
            "remedy": f"{one.remedy.zh} / {one.remedy.en}",
            "sample": one.sample,
        }
        for one in hand_out_reasons(
            submission=found, first=first, last=first + REASONS_A_PAGE, by_account_id=None
        )
    ]
    total = reason_count(found)
    return JsonResponse(
        {"submission": found.pk, "total": total, "page": page, "reasons": reasons}, json_dumps_params=_CHINESE
    )


def _workbook(found: Submission) -> HttpResponse:
    content = None
    if settings.KEY_RING:
        keys = load_key_ring(settings.KEY_RING)
        content = hand_out_workbook(submission=found, keys=keys, by_account_id=None)
    if content is None:
        return _nothing()
    name = f'attachment; filename="returned-{found.pk}.xlsx"'
    return HttpResponse(content, content_type=WORKBOOK, headers={"Content-Disposition": name})


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else 1


def _nothing() -> HttpResponse:
    return problem(404, "E-NOT-FOUND", "本单位没有这次报送。", "This unit has no such submission.")
