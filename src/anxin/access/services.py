"""Issuing and withdrawing a subject's own report (Art. 13(2), 39)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from anxin.access.checkpoints import latest_checkpoint
from anxin.access.issued_content import CREDIT_REPORT, IssuedContent, issued_content
from anxin.access.models import CreditReport, Representation, StoredReport
from anxin.access.report_content import ReportContent, read_report
from anxin.access.report_data import canonical, content_digest
from anxin.access.signing import signer
from anxin.access.stored_copies import seal_copy
from anxin.audit.promises import refuse_unwitnessed_reading
from anxin.audit.services import Reading, Route, System, log_query, record_event
from anxin.authorities.models import Account
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.law.platform import platform_of
from anxin.subjects.models import Subject

OWN_REPORT = "anshan-2022-9/39/1"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class NotRepresented(Refusal):
    """The account may not act for this subject now."""

    code: ClassVar[str] = "E-NOT-REPRESENTED"
    clause: ClassVar[str | None] = "anshan-2022-9/13/1/2"
    message = Bilingual("当前账号没有代表该主体的资格。", "This account does not represent the subject now.")
    remedy = Bilingual("请到服务窗口核验代表资格。", "Have the representation verified at a service counter.")


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report in the hands of who asked: `signed` is the compact JWS. We keep the content encrypted, see `StoredReport`."""

    report: CreditReport
    content: IssuedContent
    signed: str


@carries_out("anshan-2022-9/39/1", "anshan-2022-9/39/2")
def issue_report(
    *, representation: Representation, by: Account, at: datetime, purpose: str = "本人查询 / own report"
) -> IssuedReport:
    """Log the reading, read through the gate, sign, and note the report's number and digest.

    Raises `NotRepresented`, `ReadingOfPersonsStopped`, `LogNotCommitted`, `NoSigner`. The log row stays even where a later step
    fails.
    """
    entry = log_own_reading(representation, by, at, purpose=purpose, fields=["*"])
    read = read_for_report(representation, entry, at)
    content = issued_content(
        read, kind=CREDIT_REPORT, at=at, signer=signer().current, checkpoint=latest_checkpoint()
    )
    return register_report(content, representation=representation, entry=entry, by=by, at=at)


def log_own_reading(
    representation: Representation, by: Account, at: datetime, *, purpose: str, fields: Sequence[str]
) -> int:
    """Commit the log row of a reading by who may act for the subject; its number. Raises `NotRepresented`, `LogNotCommitted`."""
    ended = representation.valid_to is not None and representation.valid_to <= at
    if representation.account_id != by.pk or representation.valid_from > at or ended:
        raise NotRepresented
    if representation.subject.kind == Subject.Kind.NATURAL_PERSON:
        refuse_unwitnessed_reading(at=at)
    return log_query(
        Reading(
            route=Route.OWN_REPORT,
            system=System.PORTAL,
            reader_account_id=by.pk,
            subject_id=representation.subject_id,
            purpose=purpose,
            clause=OWN_REPORT,
            fields=fields,
        )
    )


def read_for_report(representation: Representation, entry: int, at: datetime) -> ReportContent:
    """What the log row allows, under a new number."""
    return read_report(
        log_entry_id=entry,
        subject_id=representation.subject_id,
        number=_new_number(at),
        address=settings.PUBLIC_ADDRESS,
        issuer=platform_of(settings.LAW_PACK).issuer,
    )


def register_report(
    content: IssuedContent,
    *,
    representation: Representation,
    entry: int,
    by: Account,
    at: datetime,
    item_codes: Sequence[str] | None = None,
    period: tuple[date, date] | None = None,
) -> IssuedReport:
    """Sign the content and note it: number, digest, and our own copy encrypted, with the event, in one transaction."""
    payload = canonical(content)
    digest = content_digest(payload)
    signed = signer().sign(payload, key_name=content["signer"])
    copy = seal_copy(payload, number=content["number"], digest=digest)
    with transaction.atomic():
        report = CreditReport.objects.create(
            number=content["number"],
            kind=content["kind"],
            subject_id=representation.subject_id,
            query_log_entry_id=entry,
            as_of=datetime.fromisoformat(content["as_of"]),
            issued_at=at,
            content_digest=digest,
            record_count=content["record_count"],
            key_name=content["signer"],
            copy_kept=True,
            item_codes=None if item_codes is None else sorted(item_codes),
            period_from=None if period is None else period[0],
            period_to=None if period is None else period[1],
        )
        StoredReport.objects.create(report=report, key_name=copy.key_name, sealed=copy.sealed)
        record_event(
            act="issue_report",
            by_account_id=by.pk,
            subject_id=representation.subject_id,
            clause=OWN_REPORT,
            # The digest's own digest: enough to prove that exactly this was issued, too little to open our copy by.
            details={
                "number": report.number,
                "kind": report.kind,
                "query_log_entry": entry,
                "content": hashlib.sha256(digest).hexdigest(),
            },
        )
    return IssuedReport(report=report, content=content, signed=signed)


def withdraw_report(*, report: CreditReport, by: Account, at: datetime, reason: str) -> CreditReport:
    """Mark a report as withdrawn; its number then says so to everybody who verifies it. Doing it twice is nothing."""
    with transaction.atomic():
        held = CreditReport.objects.select_for_update().get(pk=report.pk)
        if held.withdrawn_at is None:
            held.withdrawn_at = at
            held.withdrawn_reason = reason
            held.save(update_fields=["withdrawn_at", "withdrawn_reason"])
            record_event(
                act="withdraw_report",
                by_account_id=by.pk,
                subject_id=held.subject_id,
                details={"number": held.number, "reason": reason},
            )
    return held


def _new_number(at: datetime) -> str:
    """Fourteen digits of local time and eight characters that nobody can guess."""
    local = at.astimezone(ZoneInfo("Asia/Shanghai"))
    return local.strftime("%Y%m%d%H%M%S") + "".join(secrets.choice(_ALPHABET) for _ in range(8))
