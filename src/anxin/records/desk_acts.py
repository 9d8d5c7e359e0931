"""Which acts on a record an officer may do alone, and doing one.

The unit that sent a record says that its document was withdrawn or annulled; the credit office marks a record as
disputed and takes the mark away. Everything else needs a procedure of its own and is not offered here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone

from anxin.audit.casework import casework
from anxin.authorities.models import Account, RoleAssignment
from anxin.authorities.queries import roles_of, units_of
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.records.edges import may_follow
from anxin.records.events import Basis, BasisMissing, Kind, RecordKey, event_kinds
from anxin.records.models import RecordEvent
from anxin.records.queries import sender_unit_id
from anxin.records.services import annul_record, close_objection, mark_objected, withdraw_record

UPDATES = "anshan-2022-9/11/1"
DISPUTED = "anshan-2022-9/41/4"


@dataclass(frozen=True, slots=True)
class DeskAct:
    """An act, the event it leaves, the clause it rests on, and whether it must name a document."""

    service: Callable[..., RecordEvent]
    kind: RecordEvent.Kind
    clause: str
    by_sender: bool

    @property
    def needs_document(self) -> bool:
        return self.by_sender


ACTS: dict[str, DeskAct] = {
    "withdraw": DeskAct(withdraw_record, Kind.WITHDRAWN, UPDATES, True),
    "annul": DeskAct(annul_record, Kind.ANNULLED, UPDATES, True),
    "object": DeskAct(mark_objected, Kind.OBJECTED, DISPUTED, False),
    "close-objection": DeskAct(close_objection, Kind.OBJECTION_CLOSED, DISPUTED, False),
}


class ActNotYours(Refusal):
    """Only the sending unit withdraws, only the credit office marks, and only what the history still allows."""

    code: ClassVar[str] = "E-RECORD-ACT"
    clause: ClassVar[str | None] = UPDATES
    message = Bilingual("您不能对这条记录这样做。", "You may not do this to the record.")
    remedy = Bilingual(
        "撤回、撤销由提供单位办理；异议标注由信用工作机构办理。",
        "The providing unit reports withdrawals; the credit office sets marks.",
    )


class DayAhead(Refusal):
    """A document cannot be dated after today."""

    code: ClassVar[str] = "E-DOCUMENT-DAY"
    clause: ClassVar[str | None] = UPDATES
    message = Bilingual("文书日期晚于今天。", "The document is dated after today.")
    remedy = Bilingual("请核对文书日期。", "Compare the date on the document.")


def open_acts(account: Any, record: RecordKey) -> list[str]:
    """The names of the acts that this account may do to this record now."""
    sends = sender_unit_id(record) in {u.pk for u in units_of(account, [RoleAssignment.Role.OFFICER])}
    marks = RoleAssignment.Role.CREDIT_OFFICER in roles_of(account)
    earlier = event_kinds(record)
    return [
        name
        for name, act in ACTS.items()
        if (sends if act.by_sender else marks) and may_follow(act.kind, earlier)
    ]


def check_act(*, name: str, record: RecordKey, basis: Basis, by: Account, on: date) -> DeskAct:
    """The act, if it may be done with this basis. Raises `ActNotYours`, `BasisMissing`, `DayAhead`."""
    if name not in open_acts(by, record):
        raise ActNotYours
    act = ACTS[name]
    if not basis.reason.strip() or (
        act.needs_document and not (basis.document_number and basis.document_date)
    ):
        raise BasisMissing
    if basis.document_date is not None and basis.document_date > on:
        raise DayAhead
    return act


@casework()
def act_on_record(*, name: str, record: RecordKey, basis: Basis, by: Account, at: datetime) -> RecordEvent:
    """Do it. Raises the refusals of `check_act` and those of the act itself."""
    act = check_act(name=name, record=record, basis=basis, by=by, on=timezone.localdate(at))
    return act.service(record=record, basis=basis, by=by, at=at)
