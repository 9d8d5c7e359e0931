"""Reporting a reading as improper, and answering the report: by an auditor who did not look and is not of that unit (Art. 45(1)(3))."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from anxin.access.complaint_models import LONGEST_WORDS, ReadingComplaint
from anxin.access.models import Representation
from anxin.access.who_looked import SeenReading
from anxin.audit.services import record_event
from anxin.authorities.models import Account, RoleAssignment
from anxin.authorities.queries import units_of
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out

CLAUSE = "anshan-2022-9/45/1/3"
AUDITOR = RoleAssignment.Role.AUDITOR
_OTHER_ROLES = tuple(role for role in RoleAssignment.Role.values if role != AUDITOR)


class NotReportable(Refusal):
    """The entry is one's own view, a program's run about everybody, or reported already."""

    code: ClassVar[str] = "E-COMPLAINT-ENTRY"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这条查询不能反映，或者已经反映过。", "This reading cannot be reported, or was reported already."
    )
    remedy = Bilingual(
        "已经反映过的，请在“我的反映”中查看进展。",
        "Where it was reported, see “My reports” for what became of it.",
    )


class NotYourComplaint(Refusal):
    """Only an auditor who did not look, and holds nothing at the unit that looked, may handle it."""

    code: ClassVar[str] = "E-COMPLAINT-HANDLER"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "您与这次查询有关，或者不是审计管理员，不能办理。",
        "You have a part in this reading, or are no auditor: you cannot handle it.",
    )
    remedy = Bilingual("请交由其他单位的审计管理员办理。", "Leave it to an auditor of another unit.")


class ComplaintClosed(Refusal):
    """It was answered, or somebody else handles it."""

    code: ClassVar[str] = "E-COMPLAINT-STATE"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这件反映已经答复，或者正由他人办理。", "This report was answered, or somebody else handles it."
    )
    remedy = Bilingual("请重新打开页面查看现状。", "Open the page again for its present state.")


class AnswerIncomplete(Refusal):
    """An answer has an outcome and a reason; an improper reading also says what follows."""

    code: ClassVar[str] = "E-COMPLAINT-ANSWER"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "请选择结论并写明理由；认定不当的，还要写明后续处理。每项不超过 {longest} 字。",
        "Choose an outcome and give the reason; for an improper reading also what follows. At most {longest} characters each.",
    )
    remedy = Bilingual("主体会看到您写的内容。", "The subject will read what you write.")


@carries_out("anshan-2022-9/45/1/3")
def file_complaint(
    *, entry: SeenReading, representation: Representation, words: str, at: datetime
) -> ReadingComplaint:
    """Report an entry of one's own list. Raises `NotReportable`."""
    if entry.everybody or entry.who == "own":
        raise NotReportable
    try:
        with transaction.atomic():
            filed = ReadingComplaint.objects.create(
                entry_id=entry.number,
                subject_id=representation.subject_id,
                filed_by_id=representation.account_id,
                filed_at=at,
                words=words.strip()[:LONGEST_WORDS],
            )
            _receipt("file_complaint", filed, representation.account_id)
    except IntegrityError as error:
        raise NotReportable from error
    return filed


@transaction.atomic
def add_words(*, complaint: ReadingComplaint, words: str, by: Account, at: datetime) -> ReadingComplaint:
    """Say more about one's own report, until it is answered. Raises `ComplaintClosed`."""
    held = _lock(complaint)
    if held.decided_at is not None or held.filed_by_id != by.pk:
        raise ComplaintClosed
    held.words = words.strip()[:LONGEST_WORDS]
    held.save(update_fields=["words"])
    _receipt("add_words", held, by.pk)
    return held


@transaction.atomic
def take_complaint(*, complaint: ReadingComplaint, by: Account, at: datetime) -> ReadingComplaint:
    """Begin to look at it, or take it over from another auditor. Raises `NotYourComplaint`, `ComplaintClosed`."""
    held = _lock(complaint)
    if held.decided_at is not None or held.handler_id == by.pk:
        raise ComplaintClosed
    unit = _unit_to_handle(held, by, at)
    held.handler, held.handler_unit_code, held.taken_at = by, unit, at
    held.save(update_fields=["handler", "handler_unit_code", "taken_at"])
    _receipt("take_complaint", held, by.pk)
    return held


@transaction.atomic
@carries_out("anshan-2022-9/45/1/3")
def answer_complaint(
    *, complaint: ReadingComplaint, outcome: str, reason: str, follow_up: str, by: Account, at: datetime
) -> ReadingComplaint:
    """Close it with a reason. Raises `NotYourComplaint`, `ComplaintClosed`, `AnswerIncomplete`."""
    held = _lock(complaint)
    if held.decided_at is not None or held.handler_id != by.pk:
        raise ComplaintClosed
    _unit_to_handle(held, by, at)
    reason, follow_up = reason.strip(), follow_up.strip()
    complete = outcome in ReadingComplaint.Outcome.values and reason and (follow_up or outcome == "lawful")
    if not complete or max(len(reason), len(follow_up)) > LONGEST_WORDS:
        raise AnswerIncomplete(longest=LONGEST_WORDS)
    held.outcome, held.reason, held.follow_up, held.decided_at = outcome, reason, follow_up, at
    held.save(update_fields=["outcome", "reason", "follow_up", "decided_at"])
    _receipt("answer_complaint", held, by.pk, outcome=outcome)
    return held


def complaints_for(account: Account, at: datetime) -> QuerySet[ReadingComplaint]:
    """What this auditor may handle: nothing about the own readings or those of a unit it works at; the open ones first."""
    day = timezone.localdate(at)
    places = [unit.code for unit in units_of(account, (*_OTHER_ROLES, AUDITOR), day)]
    others = ReadingComplaint.objects.exclude(reader_account_id=account.pk).exclude(filed_by_id=account.pk)
    return others.filter(Q(reader_unit_code="") | ~Q(reader_unit_code__in=places)).order_by("filed_at", "pk")


def complaints_of(subject_id: int) -> QuerySet[ReadingComplaint]:
    """What a subject reported, newest first."""
    return ReadingComplaint.objects.filter(subject_id=subject_id).order_by("-filed_at", "-pk")


def answered_by_subject(subjects: Iterable[int]) -> dict[int, int]:
    """How many reports of each subject were answered."""
    answered = ReadingComplaint.objects.filter(subject_id__in=list(subjects), decided_at__isnull=False)
    return dict(answered.values_list("subject_id").annotate(number=Count("pk")))


def _unit_to_handle(complaint: ReadingComplaint, by: Account, at: datetime) -> str:
    """The unit at which the account is an auditor. Raises `NotYourComplaint`."""
    units = units_of(by, (AUDITOR,), timezone.localdate(at))
    if not units or not complaints_for(by, at).filter(pk=complaint.pk).exists():
        raise NotYourComplaint
    return units[0].code


def _lock(complaint: ReadingComplaint) -> ReadingComplaint:
    return ReadingComplaint.objects.select_for_update(no_key=True).get(pk=complaint.pk)


def _receipt(act: str, complaint: ReadingComplaint, by: int, **more: Any) -> None:
    record_event(
        act=act,
        by_account_id=by,
        subject_id=complaint.subject_id,
        clause=CLAUSE,
        details={"complaint": complaint.pk, "entry": complaint.entry_id, **more},
    )
