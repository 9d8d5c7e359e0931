"""`POST /api/submissions`: a unit's own system hands in a file or rows; sending again has no second effect (Art. 11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.http import require_POST

from anxin.api.provider import provider_endpoint
from anxin.api.provider_problems import invalid, problem, problem_of
from anxin.api.submission_input import Input, UnreadableJson, csv_blocks, from_fields, from_json
from anxin.api.submission_receipt import receipt_of
from anxin.audit.promises import RETRY_AFTER_SECONDS, SealBehind, refuse_when_behind
from anxin.authorities.models import Unit
from anxin.intake.files import FileTooLarge, StorageFull, StoredFile, UploadCut, store_upload
from anxin.intake.models import Submission
from anxin.intake.orders import Order
from anxin.intake.queries import OPEN
from anxin.intake.receiving import Receipt, is_small, process_at_once, receive_submission
from anxin.intake.services import UnknownUnit
from anxin.intake.uploading import refuse_full_disk
from anxin.kernel.refusals import Refusal
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import load_key_ring

BLOCK = 256 * 1024
FILES = {
    "text/csv": ".csv",
    "application/octet-stream": "",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
# An empty one says nothing: what the file is in is found out.
CHARSETS = {"", "utf-8", "utf8", "us-ascii", "gb18030", "gbk", "gb2312"}
STATUS: dict[type[Refusal], int] = {
    FileTooLarge: 413,
    StorageFull: 507,
    UnknownUnit: 403,
    UploadCut: 400,
    SealBehind: 503,
}
_CHINESE = {"ensure_ascii": False}


@provider_endpoint
@carries_out("anshan-2022-9/11/1")
@require_POST
def submit(request: HttpRequest, unit: Unit) -> HttpResponse:
    """201 with a receipt, 200 with the same receipt where it came before, 409 while it is being worked on."""
    try:
        if int(request.headers.get("Content-Length") or 0) > settings.LARGEST_SUBMISSION:
            raise FileTooLarge(limit=settings.LARGEST_SUBMISSION // 1_000_000)
        refuse_when_behind(at=timezone.now())
        given, blocks, size = _read(request)
        if given.faults or blocks is None:
            return invalid(given.faults)
        stored = store_upload(blocks, expected_size=size)
        receipt = receive_submission(order=_order(given, unit, stored), file=stored)
        submission = _worked_on(receipt, stored)
    except UnreadableJson as error:
        return problem(422, "E-JSON", f"JSON 无法读取：{error.zh}。", f"The JSON cannot be read: {error.en}.")
    except (UnreadablePostError, MultiPartParserError):
        return problem(400, "E-CUT", "上传中断或格式不完整。", "The upload was cut short or is malformed.")
    except UnsupportedType:
        return problem(
            415, "E-TYPE", "不支持的内容类型或字符编码。", "The content type or its charset is not supported."
        )
    except Refusal as refusal:
        response = problem_of(refusal, STATUS.get(type(refusal), 422))
        if isinstance(refusal, SealBehind):
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _answer(submission, receipt.replayed, is_small(stored))


class UnsupportedType(Exception):
    """The body is neither a form, nor a file of a known type and charset, nor JSON."""


def _read(request: HttpRequest) -> tuple[Input, Iterator[bytes] | None, int | None]:
    """Particulars, the file's bytes in blocks (None where there is none), and their number where it is known."""
    key = request.headers.get("Idempotency-Key", "")
    if request.content_type == "multipart/form-data":
        return _read_form(request, key)
    if request.content_type == "application/json":
        given = from_json(_small_body(request), key)
        return given, None if given.rows is None else csv_blocks(given.rows), None
    if request.content_type not in FILES:
        raise UnsupportedType
    # The charset of the body says nothing about the address.
    request.encoding = "utf-8"
    given = from_fields(request.GET.lists(), key)
    given.encoding = _known_charset((request.content_params or {}).get("charset", ""))
    given.file_name = given.file_name or "submission" + FILES[request.content_type]
    length = int(request.headers.get("Content-Length") or 0)
    return given, iter(lambda: request.read(BLOCK), b""), length


def _read_form(request: HttpRequest, key: str) -> tuple[Input, Iterator[bytes] | None, int | None]:
    given = from_fields(request.POST.lists(), key)
    files = list(request.FILES.lists())
    refuse_full_disk(request.META)
    if [name for name, parts in files] != ["file"] or len(files[0][1]) != 1:
        given.fault("file", "应有且只有一个文件", "exactly one file is needed")
        return given, None, None
    upload: UploadedFile[bytes] = files[0][1][0]
    given.encoding = _known_charset(upload.charset or "")
    given.file_name = given.file_name or upload.name or ""
    return given, iter(upload.chunks()), upload.size


def _known_charset(name: str) -> str:
    """A declared charset in small letters. Raises `UnsupportedType` where it is none that we read."""
    charset = name.strip().lower()
    if charset not in CHARSETS:
        raise UnsupportedType
    return charset


def _small_body(request: HttpRequest) -> bytes:
    """Rows as JSON are held in memory, so there are fewer of them than a file may have."""
    most = settings.LARGEST_JSON_SUBMISSION
    if int(request.headers.get("Content-Length") or 0) > most:
        raise FileTooLarge(limit=most // 1_000_000)
    return request.read()


def _order(given: Input, unit: Unit, stored: StoredFile) -> Order:
    at = timezone.now()
    return Order(
        path=stored.path,
        item=given.item,
        unit=unit.code,
        channel="api",
        received_at=at,
        as_of=timezone.localdate(at),
        file_name=given.file_name or "submission.json",
        mapping=given.mapping,
        declared=given.declared_rows,
        declared_digest=given.sha256 if given.rows is None else None,
        declared_encoding=given.encoding,
        idempotency_key=f"api-{given.key}",
        sealed=True,
        file_size=stored.size,
    )


def _worked_on(receipt: Receipt, stored: StoredFile) -> Submission:
    if receipt.replayed or not is_small(stored):
        return receipt.submission
    keys = load_key_ring(settings.KEY_RING) if settings.KEY_RING else None
    return process_at_once(submission=receipt.submission, keys=keys, at=timezone.now())


def _answer(submission: Submission, replayed: bool, small: bool) -> HttpResponse:
    receipt: dict[str, Any] = receipt_of(submission)
    if submission.state == Submission.State.REFUSED:
        return problem(
            422,
            submission.refusal_code,
            "这次报送整个没有接收，原因见回执。",
            "This submission was refused as a whole; see the receipt.",
            receipt=receipt,
        )
    if replayed and small and submission.state in OPEN:
        response = problem(
            409,
            "E-IN-PROGRESS",
            "同一次报送正在处理，请稍后用同一个键再试。",
            "The same submission is being worked on; try again with the same key.",
        )
        response["Retry-After"] = "1"
        return response
    response = JsonResponse(receipt, status=200 if replayed else 201, json_dumps_params=_CHINESE)
    response["Location"] = receipt["address"]
    return response
