"""`POST /api/readings`: a unit's system reads one subject by an item of the use list, in a case (Art. 13(1)(3), 14(2), 20(2))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.http import require_POST

from anxin.access.client_reading import read_for_client
from anxin.access.client_tokens import Caller
from anxin.access.desk_reading import NothingToRead
from anxin.access.ex_officio import CLAUSE, LONGEST_CASE, Matter, NotOnUseList
from anxin.access.reading_files import ReadFile
from anxin.access.ticks import on_the_tick
from anxin.api.client import client_endpoint, out_of_scope
from anxin.api.client_input import LONGEST_CODE, Unreadable, check_names, read_object, text_of
from anxin.api.provider_problems import invalid, problem, problem_of
from anxin.audit.promises import RETRY_AFTER_SECONDS, ReadingOfPersonsStopped, SealBehind, refuse_when_behind
from anxin.intake.files import FileTooLarge, UploadCut
from anxin.kernel.identifiers import normalize
from anxin.kernel.refusals import Refusal
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import load_key_ring
from anxin.subjects.queries import LONGEST_NAME, LONGEST_NUMBER, PersonAsked, person_asked

LARGEST = 10_000
STATUS: dict[type[Refusal], int] = {
    FileTooLarge: 413,
    UploadCut: 400,
    NotOnUseList: 403,
    NothingToRead: 404,
    SealBehind: 503,
    ReadingOfPersonsStopped: 503,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: an organization by `code`, or a `person`."""

    matter: Matter
    code: str
    person: PersonAsked | None


@client_endpoint
@carries_out("anshan-2022-9/13/1/3", "anshan-2022-9/20/2")
@require_POST
def readings(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The fields of the item, the moment of reading, and what is disputed; nothing else, and logged first.

    Of a person, what is not given is one answer, and every answer leaves on the tick.
    """
    if request.content_type != "application/json":
        return problem(
            415, "E-TYPE", "内容类型应为 application/json。", "The content type is application/json."
        )
    try:
        question = _question(read_object(request, LARGEST))
        refused = out_of_scope(caller, question.matter.item)
        if refused is not None:
            return refused
        refuse_when_behind(at=timezone.now())
        return _found(caller, question)
    except Unreadable as fault:
        return invalid([{"path": fault.path, "detail": fault.detail}])
    except UnreadablePostError:
        return problem(400, "E-CUT", "上传中断。", "The upload was cut short.")
    except Refusal as refusal:
        response = problem_of(refusal, STATUS.get(type(refusal), 422))
        if isinstance(refusal, SealBehind | ReadingOfPersonsStopped):
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


@carries_out("anshan-2022-9/14/2")
def _found(caller: Caller, question: Question) -> HttpResponse:
    """The answer; raises for an organization what `read_ex_officio` does, of a person nothing that tells of this one."""
    found = read_for_client(
        caller=caller,
        matter=question.matter,
        code=question.code,
        person=question.person,
        at=timezone.now(),
    )
    if found is None:
        response = problem_of(NothingToRead(), STATUS[NothingToRead])
    else:
        answer = _answer(found, question.matter)
        response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    return response if question.person is None else on_the_tick(response)


def _question(given: dict[str, Any]) -> Question:
    check_names(given, "item", "case", "purpose", "subject")
    subject, purpose = given.get("subject"), given.get("purpose", 0)
    if type(purpose) is not int or not 0 <= purpose < 100:
        raise Unreadable("/purpose", "从 0 数起的序号 / a number counted from 0")
    matter = Matter(
        item=text_of(given, "item", longest=LONGEST_CODE),
        case_reference=text_of(given, "case", longest=LONGEST_CASE),
        purpose=purpose,
    )
    # What else stands there may be a number: it is not named in the answer.
    if not isinstance(subject, dict) or set(subject) not in ({"code"}, {"number", "name"}):
        raise Unreadable("/subject", "code，或者 number 和 name / code, or number and name")
    if "code" in subject:
        code = text_of(subject, "code", longest=LONGEST_CODE, path="/subject")
        return Question(matter, normalize(code).text, None)
    person = person_asked(
        number=text_of(subject, "number", longest=LONGEST_NUMBER, path="/subject"),
        name=text_of(subject, "name", longest=LONGEST_NAME, path="/subject"),
        keys=load_key_ring(settings.KEY_RING),
    )
    return Question(matter, "", person)


def _answer(found: ReadFile, matter: Matter) -> dict[str, Any]:
    return {
        "entry": found.entry,
        "as_of": found.as_of.isoformat(),
        "item": matter.item,
        "case": matter.case_reference,
        "clause": CLAUSE,
        "subject": {"code": found.code or None, "name": found.name},
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
