"""A report's content with what issuing adds: kind, moment, signer, the state of the log, and a special report's period."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from anxin.access.report_content import ReportContent

CREDIT_REPORT = "credit_report"
SPECIAL_REPORT = "special_credit_report"
_LOCAL = ZoneInfo("Asia/Shanghai")


class ReportPeriod(TypedDict):
    """First and last day, both within."""

    first: str
    last: str


class IssuedContent(ReportContent):
    """What is signed. `issued_at` is the issuer's own word; `checkpoint` the newest note of the log then, if there was one."""

    kind: str
    issued_at: str
    signer: str
    checkpoint: str | None
    period: ReportPeriod | None


def issued_content(
    read: ReportContent,
    *,
    kind: str,
    at: datetime,
    signer: str,
    checkpoint: str | None,
    period: ReportPeriod | None = None,
) -> IssuedContent:
    """The content as it is signed."""
    return IssuedContent(
        **read,
        kind=kind,
        issued_at=at.astimezone(_LOCAL).isoformat(),
        signer=signer,
        checkpoint=checkpoint,
        period=period,
    )
