"""Who may act for a subject: verified, dated, ended (Art. 13(1)(2))."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from anxin.access.models import Representation
from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.models import Subject

CLAUSE = "anshan-2022-9/13/1/2"


class AlreadyRepresents(Refusal):
    """The account's representation of this subject is open already."""

    code: ClassVar[str] = "E-REPRESENTS"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("该账号已经代表这个主体。", "The account represents this subject already.")
    remedy = Bilingual("如需重新核验，请先终止原有资格。", "End the present representation first.")


class RepresentationEnded(Refusal):
    """It ended before, or would end before it began."""

    code: ClassVar[str] = "E-REPRESENTATION-ENDED"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这项代表资格已经终止，或者终止时间早于开始时间。", "It ended already, or would end before it began."
    )
    remedy = Bilingual("请核对时间。", "Compare the moments.")


@transaction.atomic
def verify_representation(
    *,
    account: Account,
    subject: Subject,
    verification: Representation.Verification,
    by: Account | None,
    at: datetime,
) -> Representation:
    """Note that an account was verified to act for a subject from `at` on. Raises `AlreadyRepresents`."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if Representation.objects.filter(account=account, subject=subject, valid_to__isnull=True).exists():
        raise AlreadyRepresents
    made = Representation.objects.create(
        account=account, subject=subject, verification=verification, valid_from=at
    )
    _receipt("verify_representation", made, by)
    return made


@transaction.atomic
def end_representation(*, representation: Representation, by: Account, at: datetime) -> Representation:
    """End it at `at`: from that moment no report is issued to the account. Raises `RepresentationEnded`."""
    held = Representation.objects.select_for_update(no_key=True).get(pk=representation.pk)
    if held.valid_to is not None or at <= held.valid_from:
        raise RepresentationEnded
    held.valid_to = at
    held.save(update_fields=["valid_to"])
    _receipt("end_representation", held, by)
    return held


def _receipt(act: str, representation: Representation, by: Account | None) -> None:
    record_event(
        act=act,
        by_account_id=by.pk if by is not None else None,
        subject_id=representation.subject_id,
        clause=CLAUSE,
        details={"representation": representation.pk, "account": representation.account_id},
    )
