"""The list of exceptions: codes of registered organizations that the standard's check would refuse (Art. 12(2)).

Some registries issued codes whose check character is wrong, and some valid codes read like a person's number. An
officer who has seen the certificate puts such a code on the list; intake then accepts it with a warning.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F

from anxin.audit.services import record_event
from anxin.authorities.models import Account
from anxin.kernel.identifiers import IdentifierKind, identify, normalize
from anxin.kernel.identifiers.uscc import uscc_alphabet_ok
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.models import CodeException

CLAUSE = "anshan-2022-9/12/2"


class CodeNeedsNoException(Refusal):
    """The code is valid as it is, is on the list already, or is no code at all."""

    code: ClassVar[str] = "E-CODE-EXCEPTION"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这个代码不能列入例外清单：它本来有效、已在清单中，或者不是18位代码。",
        "This code cannot be listed: it is valid, listed already, or no code of 18 characters.",
    )
    remedy = Bilingual("请与登记证书核对代码。", "Compare the code with the certificate of registration.")


class ExceptionUnexplained(Refusal):
    """An exception that nobody explains, or without the organization that it is for, cannot be checked."""

    code: ClassVar[str] = "E-CODE-EXCEPTION-REASON"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("请写明组织名称和理由。", "Name the organization and say why.")
    remedy = Bilingual(
        "写清核对了哪份登记证书，或者为何终止。", "Say which certificate you saw, or why the exception ends."
    )


class ExceptionEnded(Refusal):
    """An exception ends once."""

    code: ClassVar[str] = "E-CODE-EXCEPTION-ENDED"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("这条例外已经终止。", "This exception has ended already.")
    remedy = Bilingual("如仍需要，请重新列入。", "List the code again where it is still needed.")


def accepted_codes() -> frozenset[str]:
    """The codes on the list now: read once for a whole submission."""
    return frozenset(CodeException.objects.filter(ended_at=None).values_list("code", flat=True))


def listed_exceptions() -> list[CodeException]:
    """Every exception, those in force first, then the latest first."""
    found = CodeException.objects.select_related("by", "ended_by")
    return list(found.order_by(F("ended_at").desc(nulls_first=True), "-at", "-pk"))


def find_exception(number: int) -> CodeException | None:
    """One exception, or None where there is none of that number."""
    return CodeException.objects.filter(pk=number).first()


def check_exception(*, code: str, organization_name: str, reason: str) -> str:
    """The code in its own writing. Raises `CodeNeedsNoException`, `ExceptionUnexplained`."""
    plain = normalize(code).text
    found = identify(plain)
    valid = found.valid and found.kind is IdentifierKind.USCC
    listed = CodeException.objects.filter(code=plain, ended_at=None).exists()
    if valid or listed or not uscc_alphabet_ok(plain):
        raise CodeNeedsNoException
    if not organization_name.strip() or not reason.strip():
        raise ExceptionUnexplained
    return plain


@transaction.atomic
def accept_code(
    *, code: str, organization_name: str, reason: str, by: Account, at: datetime
) -> CodeException:
    """Put a code on the list. Raises `CodeNeedsNoException`, `ExceptionUnexplained`."""
    plain = check_exception(code=code, organization_name=organization_name, reason=reason)
    made = CodeException.objects.create(
        code=plain, organization_name=organization_name.strip(), reason=reason.strip(), by=by, at=at
    )
    _receipt("accept_code", made, by)
    return made


@transaction.atomic
def end_code_exception(*, exception: CodeException, reason: str, by: Account, at: datetime) -> CodeException:
    """Take a code off the list; what was accepted meanwhile stays. Raises `ExceptionEnded`, `ExceptionUnexplained`."""
    if not reason.strip():
        raise ExceptionUnexplained
    held = CodeException.objects.select_for_update(no_key=True).get(pk=exception.pk)
    if held.ended_at is not None:
        raise ExceptionEnded
    held.ended_at, held.ended_by, held.ended_reason = at, by, reason.strip()
    held.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    _receipt("end_code_exception", held, by)
    return held


def _receipt(act: str, made: CodeException, by: Account) -> None:
    record_event(act=act, by_account_id=by.pk, clause=CLAUSE, details={"exception": made.pk})
