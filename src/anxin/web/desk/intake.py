"""Handing in a file (Art. 11): the form keeps what was typed, and sending it twice has one effect."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.audit.promises import RETRY_AFTER_SECONDS, SealBehind, refuse_when_behind
from anxin.authorities.models import Unit
from anxin.authorities.queries import units_of
from anxin.catalog.queries import definitions_in_force
from anxin.intake.files import StorageFull, StoredFile, full_disk_refused, remove_upload, store_upload
from anxin.intake.orders import Order
from anxin.intake.queries import mapping_names
from anxin.intake.receiving import Receipt, is_small, process_at_once, receive_submission
from anxin.intake.services import take_in
from anxin.intake.uploading import refuse_full_disk
from anxin.kernel.refusals import Refusal
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import KeyRing, load_key_ring
from anxin.web.desk.inbox import INTAKE_ROLES
from anxin.web.policy import officer_page

FIRST_MAPPING = "double-publicity"
STATUS: dict[type[Refusal], int] = {StorageFull: 507, SealBehind: 503}
_FIELDS = ("unit", "item", "mapping", "declared", "token", "dry_run")


@officer_page(*INTAKE_ROLES)
@carries_out("anshan-2022-9/11/1")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """The form; a good file leads to its receipt, a refused one back here with the reason."""
    units = units_of(request.user, INTAKE_ROLES)
    if request.method != "POST":
        typed = {"item": request.GET.get("item", ""), "mapping": FIRST_MAPPING}
        return _form(request, units, typed, [])
    typed = {name: request.POST.get(name, "").strip()[:100] for name in _FIELDS}
    file = request.FILES.get("file")
    problems = _problems(typed, file, units)
    try:
        refuse_full_disk(request.META)
        if problems or file is None:
            return _form(request, units, typed, problems)
        refuse_when_behind(at=timezone.now())
        stored = store_upload(file.chunks(), expected_size=file.size)
        order = _order(request, typed, file.name or "", stored)
        if order.dry_run:
            return _trial(request, units, typed, order, stored)
        receipt = receive_submission(order=order, file=stored)
        if not receipt.replayed and is_small(stored):
            process_at_once(submission=receipt.submission, keys=_keys(), at=timezone.now())
    except Refusal as refusal:
        return _refused(request, units, typed, refusal)
    return _to_receipt(receipt, order)


def _problems(
    typed: dict[str, str], file: UploadedFile[bytes] | None, units: list[Unit]
) -> list[tuple[str, str, str]]:
    """What is wrong with the form: field, what, what to do."""
    problems = []
    if typed["unit"] not in {unit.code for unit in units}:
        problems.append(("unit", _("请选择报送单位。"), ""))
    if typed["mapping"] not in mapping_names():
        problems.append(("mapping", _("请选择文件的列名格式。"), ""))
    declared = typed["declared"]
    if declared and not (declared.isascii() and declared.isdigit() and len(declared) <= 9):
        problems.append(("declared", _("申报行数要填数字。"), ""))
    if file is None:
        problems.append(("file", _("请选择要报送的文件。"), ""))
    return problems


def _order(request: HttpRequest, typed: dict[str, str], name: str, stored: StoredFile) -> Order:
    at = timezone.now()
    return Order(
        path=stored.path,
        item=typed["item"],
        unit=typed["unit"],
        channel="desk",
        received_at=at,
        as_of=timezone.localdate(at),
        file_name=name,
        mapping=typed["mapping"],
        declared=int(typed["declared"]) if typed["declared"] else None,
        by_account_id=request.user.pk,
        idempotency_key=f"form-{typed['token']}" if typed["token"] else None,
        dry_run=bool(typed["dry_run"]),
        sealed=True,
        file_size=stored.size,
    )


def _trial(
    request: HttpRequest, units: list[Unit], typed: dict[str, str], order: Order, stored: StoredFile
) -> HttpResponse:
    try:
        with full_disk_refused():
            outcome = take_in(order, _keys())
    finally:
        remove_upload(stored.name)
    return _form(request, units, {**typed, "trial": outcome}, [])


def _keys() -> KeyRing | None:
    return load_key_ring(settings.KEY_RING) if settings.KEY_RING else None


def _to_receipt(receipt: Receipt, order: Order) -> HttpResponse:
    response = redirect("desk-submission", number=receipt.submission.pk)
    if receipt.replayed and receipt.submission.idempotency_key != order.idempotency_key:
        response["Location"] += "?again"
    return response


def _refused(
    request: HttpRequest, units: list[Unit], typed: dict[str, str], refusal: Refusal
) -> HttpResponse:
    language = get_language() or "zh"
    problem = ("file", refusal.explain(language), refusal.advise(language))
    response = _form(request, units, typed, [problem], status=STATUS.get(type(refusal), 422))
    if isinstance(refusal, SealBehind):
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _form(
    request: HttpRequest,
    units: list[Unit],
    typed: dict[str, Any],
    problems: list[tuple[str, str, str]],
    status: int = 422,
) -> HttpResponse:
    context = {
        "units": units,
        "items": definitions_in_force(timezone.localdate()),
        "mappings": mapping_names(),
        # A form that is shown again is a new submission; only the same form sent twice is one.
        "typed": {**typed, "token": uuid.uuid4().hex},
        "problems": problems,
        "wrong": {field for field, _what, _remedy in problems},
    }
    return render(request, "web/desk_intake.html", context, status=status if problems else 200)
