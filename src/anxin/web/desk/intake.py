"""Handing in a file (Art. 11): the form keeps what was typed, and sending it twice has one effect."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.authorities.models import Unit
from anxin.authorities.queries import units_of
from anxin.catalog.queries import definitions_in_force
from anxin.intake.models import Submission
from anxin.intake.orders import Order, Outcome
from anxin.intake.services import take_in
from anxin.kernel.refusals import Refusal
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import load_key_ring
from anxin.web.desk.inbox import INTAKE_ROLES
from anxin.web.policy import officer_page

MAPPINGS = ("double-publicity", "org-register", "csrc-measures")


@officer_page(*INTAKE_ROLES)
@carries_out("anshan-2022-9/11/1")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """The form; a good file leads to its receipt, a refused one back here with the reason."""
    units = units_of(request.user, INTAKE_ROLES)
    if request.method != "POST":
        return _form(request, units, {"token": uuid.uuid4().hex, "mapping": MAPPINGS[0]}, [])
    typed = {name: request.POST.get(name, "").strip()[:120] for name in _FIELDS}
    file = request.FILES.get("file")
    problems = _problems(typed, file, units)
    if problems or file is None:
        return _form(request, units, typed, problems)
    unit = next(one for one in units if one.code == typed["unit"])
    earlier = _sent_before(unit, typed["token"])
    if earlier is not None:
        return redirect("desk-submission", number=earlier.pk)
    try:
        outcome = _take_in(request, unit, typed, file)
    except Refusal as refusal:
        language = get_language() or "zh"
        return _form(request, units, typed, [("file", refusal.explain(language), refusal.advise(language))])
    except IntegrityError:
        earlier = _sent_before(unit, typed["token"])
        if earlier is None:
            raise
        return redirect("desk-submission", number=earlier.pk)
    return _receipt(request, units, typed, outcome)


_FIELDS = ("unit", "item", "mapping", "declared", "token", "dry_run")


def _problems(
    typed: dict[str, str], file: UploadedFile[bytes] | None, units: list[Unit]
) -> list[tuple[str, str, str]]:
    """What is wrong with the form: field, what, what to do."""
    problems = []
    if typed["unit"] not in {unit.code for unit in units}:
        problems.append(("unit", _("请选择报送单位。"), ""))
    if typed["mapping"] not in MAPPINGS:
        problems.append(("mapping", _("请选择文件的列名格式。"), ""))
    declared = typed["declared"]
    if declared and not (declared.isascii() and declared.isdigit() and len(declared) <= 9):
        problems.append(("declared", _("申报行数要填数字。"), ""))
    if file is None:
        problems.append(("file", _("请选择要报送的文件。"), ""))
    return problems


def _sent_before(unit: Unit, token: str) -> Submission | None:
    return Submission.objects.filter(unit=unit, idempotency_key=f"form-{token}").first()


def _take_in(request: HttpRequest, unit: Unit, typed: dict[str, str], file: UploadedFile[bytes]) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="anxin-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as copy:
            copy.writelines(file.chunks())
        order = Order(
            path=path,
            item=typed["item"],
            unit=unit.code,
            channel="desk",
            received_at=timezone.now(),
            as_of=timezone.localdate(),
            file_name=file.name or "",
            mapping=typed["mapping"],
            declared=int(typed["declared"]) if typed["declared"] else None,
            by_account_id=request.user.pk,
            idempotency_key=f"form-{typed['token']}" if typed["token"] else None,
            dry_run=bool(typed["dry_run"]),
        )
        return take_in(order, load_key_ring(settings.KEY_RING) if settings.KEY_RING else None)


def _receipt(
    request: HttpRequest, units: list[Unit], typed: dict[str, str], outcome: Outcome
) -> HttpResponse:
    if outcome.submission is None:
        return _form(request, units, {**typed, "trial": outcome}, [])
    response = redirect("desk-submission", number=outcome.submission)
    if outcome.replayed:
        response["Location"] += "?again"
    return response


def _form(
    request: HttpRequest, units: list[Unit], typed: dict[str, Any], problems: list[tuple[str, str, str]]
) -> HttpResponse:
    context = {
        "units": units,
        "items": definitions_in_force(timezone.localdate()),
        "mappings": MAPPINGS,
        "typed": typed,
        "problems": problems,
    }
    return render(request, "web/desk_intake.html", context, status=422 if problems else 200)
