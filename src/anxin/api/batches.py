"""`POST /api/batches` and what becomes of it: many organizations at once, each hit and each miss logged (Art. 18(2))."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anxin.access.batch.client_limits import RightGone
from anxin.access.batch.identifiers import (
    LARGEST,
    Identifiers,
    identifiers_in_file,
    identifiers_in_list,
)
from anxin.access.batch.ordering import BatchOrder, TooLateToCancel, cancel_batch, check_order
from anxin.access.batch.queries import answer_lines, as_csv, batch_of_client
from anxin.access.batch.repeats import order_batch_once
from anxin.access.client_tokens import Caller
from anxin.access.clients import BATCH
from anxin.access.ex_officio import NotOnUseList
from anxin.access.models import Batch
from anxin.api.client import client_endpoint, out_of_scope
from anxin.api.client_input import (
    FIELD_PATTERN,
    LONGEST_KEY,
    MOST_FIELDS,
    Unreadable,
    check_names,
    is_text,
    read_object,
)
from anxin.api.provider_problems import invalid, problem, problem_of
from anxin.audit.promises import RETRY_AFTER_SECONDS, SealBehind, refuse_when_behind
from anxin.audit.services import System, record_event
from anxin.intake.files import FileTooLarge, StorageFull, UploadCut, full_disk_refused
from anxin.intake.reading import Source
from anxin.kernel.refusals import Refusal

PARTICULARS = ("item", "agreement", "case", "purpose", "fields")
FILES = ("text/csv", "text/plain", "application/octet-stream",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")  # fmt: skip
BLOCK = 256 * 1024
STATUS: dict[type[Refusal], int] = {
    FileTooLarge: 413,
    StorageFull: 507,
    UploadCut: 400,
    NotOnUseList: 403,
    RightGone: 403,
    SealBehind: 503,
}
_FIELD = re.compile(FIELD_PATTERN)
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
_CHINESE = {"ensure_ascii": False}


class UnsupportedType(Exception):
    """The body is neither JSON nor a file of identifiers."""


@client_endpoint
@require_POST
def batches(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """202 with where the batch stands, 200 where the same order came before by its key.

    Nothing is read before every identifier stands in the log.
    """
    refused = out_of_scope(caller, BATCH)
    if refused is not None:
        return refused
    try:
        refuse_when_behind(at=timezone.now())
        with full_disk_refused():
            return _ordered(request, caller)
    except Unreadable as fault:
        return invalid([{"path": fault.path, "detail": fault.detail}])
    except UnreadablePostError:
        return problem(400, "E-CUT", "上传中断。", "The upload was cut short.")
    except UnsupportedType:
        return problem(415, "E-TYPE", "不支持的内容类型。", "The content type is not supported.")
    except Refusal as refusal:
        response = problem_of(refusal, STATUS.get(type(refusal), 422))
        if isinstance(refusal, SealBehind):
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


def _ordered(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    in_json = request.content_type == "application/json"
    if not in_json and request.content_type not in FILES:
        raise UnsupportedType
    given: dict[str, Any] = (
        read_object(request, settings.LARGEST_JSON_SUBMISSION) if in_json else _query(request)
    )
    texts = given.pop("identifiers", None) if in_json else None
    if in_json and (not isinstance(texts, list) or not all(map(_is_row, texts))):
        raise Unreadable(
            "/identifiers", "一列代码，或者 code、basis、case / a list of codes, or of code, basis, case"
        )
    order = _order(given, caller)
    refused = out_of_scope(caller, order.use_item) if order.use_item else None
    if refused is not None:
        return refused
    key, at = _key(request), timezone.now()
    check_order(order, at)
    on = timezone.localdate(at)
    case = order.case_reference
    found = _of_body(request, case) if texts is None else identifiers_in_list(texts, on=on, case=case)
    made = order_batch_once(order=order, identifiers=found, key=key, at=at)
    standing, status = standing_of(made.batch), 200 if made.replayed else 202
    response = JsonResponse(standing, status=status, json_dumps_params=_CHINESE)
    response["Location"] = standing["address"]
    return response


def _key(request: HttpRequest) -> str:
    """The idempotency key as it is stored; empty where none was sent."""
    sent = request.headers.get("Idempotency-Key", "")
    if sent and not _KEY.fullmatch(sent):
        raise Unreadable(
            "Idempotency-Key", "1 到 100 个可见的 ASCII 字符 / 1 to 100 visible ASCII characters"
        )
    return f"api-{sent}" if sent else ""


def _is_row(given: object) -> bool:
    """A code, or an object with a code and nothing beside it but the row's own basis and case."""
    if not isinstance(given, dict):
        return isinstance(given, str) and is_text(given)
    known = "code" in given and given.keys() <= {"code", "basis", "case"}
    return known and all(isinstance(one, str) and is_text(one) for one in given.values())


def _query(request: HttpRequest) -> dict[str, Any]:
    request.encoding = "utf-8"
    found: dict[str, Any] = {}
    for name, values in request.GET.lists():
        if len(values) != 1:
            raise Unreadable(name, "只能出现一次 / give it once")
        value: Any = values[0]
        if name == "purpose" and value.isascii() and value.isdigit():
            value = int(value)
        found[name] = value.split(",") if name == "fields" else value
    return found


def _order(given: dict[str, Any], caller: Caller) -> BatchOrder:
    check_names(given, *PARTICULARS)
    for name, value in given.items():
        if name == "purpose":
            good = type(value) is int and 0 <= value < 100
        elif name == "fields":
            good = isinstance(value, list) and 0 < len(value) <= MOST_FIELDS and all(map(_is_field, value))
        else:
            good = isinstance(value, str) and is_text(value)
        if not good:
            raise Unreadable(f"/{name}", "写法不对 / ill-formed")
    return BatchOrder(
        account_id=caller.account_id,
        client=caller.number,
        unit=caller.unit_code,
        system=System.API,
        case_reference=given.get("case", ""),
        use_item=given.get("item", ""),
        agreement=given.get("agreement", ""),
        purpose=given.get("purpose", 0),
        fields=tuple(given.get("fields", ())),
    )


def _is_field(given: object) -> bool:
    return isinstance(given, str) and _FIELD.fullmatch(given) is not None


def _of_body(request: HttpRequest, case: str) -> Identifiers:
    """The identifiers out of the body. It lies in an unnamed file meanwhile, which nobody else can open and no crash leaves."""
    expected, size = int(request.headers.get("Content-Length") or 0), 0
    if expected > LARGEST:
        raise FileTooLarge(limit=LARGEST // 1_000_000)
    with tempfile.TemporaryFile() as file:
        for block in iter(lambda: request.read(BLOCK), b""):
            size += len(block)
            if size > LARGEST:
                raise FileTooLarge(limit=LARGEST // 1_000_000)
            file.write(block)
        if size != expected:
            raise UploadCut(received=size, expected=expected)
        return identifiers_in_file(Source.of_file(file), on=timezone.localdate(), case=case)


@client_endpoint
@require_http_methods(["GET", "HEAD", "DELETE"])
def batch(request: HttpRequest, number: int, caller: Caller) -> HttpResponseBase:
    """Where a batch stands; DELETE ends one that nothing was logged of yet."""
    refused = out_of_scope(caller, BATCH)
    if refused is not None:
        return refused
    found = batch_of_client(caller.number, number)
    if found is None:
        return _nothing()
    if request.method == "DELETE":
        try:
            found = cancel_batch(batch=found, by_account_id=caller.account_id, at=timezone.now())
        except TooLateToCancel as refusal:
            return problem_of(refusal, 409)
    return JsonResponse(standing_of(found), json_dumps_params=_CHINESE)


@client_endpoint
@require_safe
def result(request: HttpRequest, number: int, caller: Caller) -> HttpResponseBase:
    """The answer as NDJSON, or as CSV where the caller accepts that rather."""
    refused = out_of_scope(caller, BATCH)
    if refused is not None:
        return refused
    found = batch_of_client(caller.number, number)
    if found is None:
        return _nothing()
    if found.use_item and (refused := out_of_scope(caller, found.use_item)) is not None:
        return refused
    lines = answer_lines(found)
    if lines is None and found.state == Batch.State.READY:
        return problem(
            410, "E-BATCH-GONE", "结果已过保存期。", "The answer was kept for its time and is gone."
        )
    if lines is None:
        return problem(
            409,
            "E-BATCH-STATE",
            "还没有结果，或者已经取消、失败。",
            "There is no answer yet, or it was cancelled or failed.",
        )
    record_event(
        act="hand_out_batch",
        by_account_id=caller.account_id,
        clause="anshan-2022-9/18/2",
        details={"batch": found.pk},
    )
    return _stream(found, lines, as_table="text/csv" in request.headers.get("Accept", ""))


def _stream(found: Batch, lines: Iterator[bytes], *, as_table: bool) -> StreamingHttpResponse:
    kind, ending = ("text/csv; charset=utf-8", "csv") if as_table else ("application/x-ndjson", "ndjson")
    response = StreamingHttpResponse(as_csv(lines) if as_table else lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="batch-{found.pk}.{ending}"'
    response["X-Content-SHA256"] = bytes(found.digest or b"").hex()
    return response


def standing_of(found: Batch) -> dict[str, Any]:
    """A batch as its client sees it."""
    return {
        "batch": found.pk,
        "address": reverse("api-batch", args=[found.pk]),
        "state": found.state,
        "item": found.use_item or None,
        "agreement": found.agreement or None,
        "case": found.case_reference,
        "fields": found.fields,
        "received_at": found.received_at.isoformat(),
        "asked": found.asked,
        "accepted": found.accepted,
        "refused": found.refused,
        "duplicates": found.duplicates,
        "written": found.written,
        "found": found.found,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "sha256": bytes(found.digest).hex() if found.digest else None,
    }


def _nothing() -> HttpResponse:
    return problem(404, "E-NOT-FOUND", "这个客户端没有这一批。", "This client has no such batch.")
