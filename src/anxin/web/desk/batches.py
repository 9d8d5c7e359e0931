"""Batches at the desk: basis, case and a file of codes; then where it stands, and its answer (Art. 13(1)(3), 18(2), 20(2))."""

from __future__ import annotations

import tempfile
import uuid
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anxin.access.batch.files import KEPT
from anxin.access.batch.identifiers import (
    LARGEST,
    MOST,
    Identifiers,
    NoIdentifiers,
    identifiers_in_file,
)
from anxin.access.batch.ordering import BatchOrder, cancel_batch, check_order
from anxin.access.batch.queries import answer_lines, batch_of, latest_batches
from anxin.access.batch.repeats import order_batch_once
from anxin.access.ex_officio import NotOnUseList
from anxin.access.models import Batch
from anxin.access.use_items import use_items_in_force
from anxin.audit.promises import RETRY_AFTER_SECONDS, SealBehind, refuse_when_behind
from anxin.audit.services import System
from anxin.authorities.queries import units_of
from anxin.intake.files import StorageFull, full_disk_refused
from anxin.intake.reading import Source
from anxin.intake.uploading import refuse_full_disk
from anxin.kernel.refusals import Refusal
from anxin.web.desk.use_choices import ROLES, choices_of
from anxin.web.policy import officer_page, reader_of

FIELDS = {"matter": 200, "agreement": 200, "case_reference": 200, "token": 64}
# What the form sends in place of an item where the basis is an agreement.
BY_AGREEMENT = "agreement"
OPEN = (Batch.State.RECEIVED, Batch.State.LOGGED)
STATUS: dict[type[Refusal], int] = {StorageFull: 507, SealBehind: 503}


@officer_page(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: HttpRequest) -> HttpResponse:
    """The form and my latest batches; a good file leads to where its batch stands, also when the form is sent twice."""
    typed = {
        name: request.POST.get(name, "").replace("\0", "").strip()[:longest]
        for name, longest in FIELDS.items()
    }
    if request.method != "POST":
        return _page(request, typed)
    try:
        refuse_full_disk(request.META)
        at = timezone.now()
        refuse_when_behind(at=at)
        order = _order(request, typed, at)
        check_order(order, at)
        file = request.FILES.get("file")
        if file is None:
            raise NoIdentifiers
        with full_disk_refused():
            key = f"form-{typed['token']}" if typed["token"] else ""
            made = order_batch_once(
                order=order, identifiers=_identifiers(file, order, at), key=key, at=at
            ).batch
    except Refusal as refusal:
        return _page(request, typed, refusal)
    return redirect("desk-batch", number=made.pk)


@officer_page(*ROLES)
@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """Progress, or figures, why rows were refused, and the answer."""
    return _standing(request, number, "web/desk_batch.html")


@officer_page(*ROLES)
@require_safe
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The part of the page that is fetched again while the batch is worked on; at the end the whole page is."""
    found = batch_of(reader_of(request), number)
    response = _standing(request, number, "web/batch_progress.html")
    if found is not None and found.state not in OPEN:
        response["HX-Refresh"] = "true"
    return response


@officer_page(*ROLES)
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """End one that nothing was logged of yet."""
    found = batch_of(reader_of(request), number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    try:
        cancel_batch(batch=found, by_account_id=reader_of(request).pk, at=timezone.now())
    except Refusal as refusal:
        return _standing(request, number, "web/desk_batch.html", refusal)
    return redirect("desk-batch", number=number)


def _order(request: HttpRequest, typed: dict[str, str], at: datetime) -> BatchOrder:
    """Out of the form. Raises `NotOnUseList` for what it does not offer."""
    account, on = reader_of(request), timezone.localdate(at)
    unit, item, purpose = ([*typed["matter"].split("/"), "", ""])[:3]
    offered = {one.value for one in choices_of(account, on, persons=False)}
    offered |= {f"{one.code}/{BY_AGREEMENT}" for one in units_of(account, ROLES, on)}
    if typed["matter"] not in offered:
        raise NotOnUseList
    return BatchOrder(
        account_id=account.pk,
        unit=unit,
        system=System.DESK,
        case_reference=typed["case_reference"],
        use_item="" if not purpose else item,
        agreement=typed["agreement"],
        purpose=int(purpose or 0),
    )


def _identifiers(file: UploadedFile[bytes], order: BatchOrder, at: datetime) -> Identifiers:
    """The codes in an uploaded file, which lies without a name meanwhile."""
    with tempfile.TemporaryFile() as copy:
        for block in file.chunks():
            copy.write(block)
        on, case = timezone.localdate(at), order.case_reference
        return identifiers_in_file(Source.of_file(copy), on=on, case=case)


def _page(request: HttpRequest, typed: dict[str, str], refusal: Refusal | None = None) -> HttpResponse:
    account, today = reader_of(request), timezone.localdate()
    context = {
        # A form that is shown again is a new order; only the same form sent twice is one.
        "typed": {**typed, "token": uuid.uuid4().hex},
        "choices": choices_of(account, today, persons=False),
        "units": units_of(account, ROLES, today),
        "by_agreement": BY_AGREEMENT,
        "batches": latest_batches(account),
        "names": _item_names(),
        "most": MOST,
        "megabytes": LARGEST // 1_000_000,
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    status = STATUS.get(type(refusal), 422) if refusal else 200
    response = render(request, "web/desk_batches.html", context, status=status)
    if isinstance(refusal, SealBehind):
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _standing(
    request: HttpRequest, number: int, template: str, refusal: Refusal | None = None
) -> HttpResponse:
    found = batch_of(reader_of(request), number)
    if found is None:
        return render(request, "web/not_found.html", status=404)
    context: dict[str, Any] = {
        "batch": found,
        "running": found.state in OPEN,
        "elapsed": timezone.now() - found.received_at,
        "names": _item_names(),
        "kept_until": found.ended_at + KEPT if found.ended_at else None,
        "has_answer": found.state == Batch.State.READY and answer_lines(found) is not None,
        "missed": found.accepted - (found.found or 0),
        "problem": refusal.as_problem(get_language() or "zh") if refusal else None,
    }
    return render(request, template, context, status=422 if refusal else 200)


def _item_names() -> dict[str, Any]:
    return {item.code: item.name for item in use_items_in_force(timezone.localdate())}
