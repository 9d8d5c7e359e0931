"""`POST /api/readings`: a unit's system reads one subject by an item of the use list, in a case (Art. 13(1)(3), 20(2))."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.http import require_POST

from anxin.access.client_reading import read_for_client
from anxin.access.client_tokens import Caller
from anxin.access.desk_reading import NothingToRead
from anxin.access.ex_officio import CLAUSE, LONGEST_CASE, Matter, NotOnUseList
from anxin.access.reading_files import ReadFile
from anxin.api.client import client_endpoint, out_of_scope
from anxin.api.client_input import Unreadable, check_names, read_object, text_of
from anxin.api.provider_problems import invalid, problem, problem_of
from anxin.audit.promises import RETRY_AFTER_SECONDS, SealBehind, refuse_when_behind
from anxin.intake.files import FileTooLarge, UploadCut
from anxin.kernel.identifiers import normalize
from anxin.kernel.refusals import Refusal
from anxin.law.carries_out import carries_out

LARGEST = 10_000
STATUS: dict[type[Refusal], int] = {
    FileTooLarge: 413,
    UploadCut: 400,
    NotOnUseList: 403,
    NothingToRead: 404,
    SealBehind: 503,
}


@client_endpoint
@carries_out("anshan-2022-9/13/1/3", "anshan-2022-9/20/2")
@require_POST
def readings(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The fields of the item, the moment of reading, and what is disputed; nothing else, and logged first."""
    if request.content_type != "application/json":
        return problem(
            415, "E-TYPE", "内容类型应为 application/json。", "The content type is application/json."
        )
    try:
        given = read_object(request, LARGEST)
        code, matter = _asked(given)
        refused = out_of_scope(caller, matter.item)
        if refused is not None:
            return refused
        refuse_when_behind(at=timezone.now())
        found = read_for_client(caller=caller, matter=matter, code=code, at=timezone.now())
        if found is None:
            raise NothingToRead
    except Unreadable as fault:
        return invalid([{"path": fault.path, "detail": fault.detail}])
    except UnreadablePostError:
        return problem(400, "E-CUT", "上传中断。", "The upload was cut short.")
    except Refusal as refusal:
        response = problem_of(refusal, STATUS.get(type(refusal), 422))
        if isinstance(refusal, SealBehind):
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return JsonResponse(_answer(found, matter), json_dumps_params={"ensure_ascii": False})


def _asked(given: dict[str, Any]) -> tuple[str, Matter]:
    check_names(given, "item", "case", "purpose", "subject")
    subject, purpose = given.get("subject"), given.get("purpose", 0)
    if not isinstance(subject, dict):
        raise Unreadable("/subject", "应为对象 / an object is needed")
    check_names(subject, "code", path="/subject")
    if type(purpose) is not int or not 0 <= purpose < 100:
        raise Unreadable("/purpose", "从 0 数起的序号 / a number counted from 0")
    matter = Matter(
        item=text_of(given, "item", longest=64),
        case_reference=text_of(given, "case", longest=LONGEST_CASE),
        purpose=purpose,
    )
    return normalize(text_of(subject, "code", longest=64, path="/subject")).text, matter


def _answer(found: ReadFile, matter: Matter) -> dict[str, Any]:
    return {
        "entry": found.entry,
        "as_of": found.as_of.isoformat(),
        "item": matter.item,
        "case": matter.case_reference,
        "clause": CLAUSE,
        "subject": {"code": found.code, "name": found.name},
        "disputed": any(one.disputed for one in found.records),
        "records": [
            {
                "record": one.record_id,
                "item": one.item,
                "name": f"{one.name.zh} / {one.name.en}",
                "disputed": one.disputed,
                "fields": {field.name: field.value for field in one.fields},
            }
            for one in found.records
        ],
    }
