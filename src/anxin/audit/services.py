"""Writing the two logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import connection, transaction

from anxin.audit.models import EventLogEntry, QueryLogEntry
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out


class LogNotCommitted(Refusal):
    """A reading was asked for inside an open transaction, where a rollback could take the log away."""

    code: ClassVar[str] = "E-LOG-TRANSACTION"
    clause: ClassVar[str | None] = "anshan-2022-9/45/2"
    message = Bilingual(
        "查询日志必须先提交，才能读取非公开信息。",
        "The query log must be committed before non-public data is read.",
    )
    remedy = Bilingual("请在事务之外记录查询。", "Write the log entry outside any transaction.")


@carries_out("anshan-2022-9/45/2")
def log_query(
    *,
    route: QueryLogEntry.Route,
    reader_account_id: int,
    subject_id: int,
    purpose: str,
    clause: str,
    fields: Sequence[str],
    reader_unit_code: str = "",
    case_reference: str = "",
) -> QueryLogEntry:
    """Commit one query-log row and return it; its number opens the read gate. Raises `LogNotCommitted`."""
    if connection.in_atomic_block:
        raise LogNotCommitted
    with transaction.atomic(durable=True):
        return QueryLogEntry.objects.create(
            route=route,
            reader_account_id=reader_account_id,
            reader_unit_code=reader_unit_code,
            subject_id=subject_id,
            purpose=purpose,
            clause=clause,
            case_reference=case_reference,
            fields=list(fields),
        )


def record_event(
    *,
    act: str,
    by_account_id: int | None,
    subject_id: int | None = None,
    clause: str = "",
    pack: str = "",
    details: dict[str, Any] | None = None,
) -> EventLogEntry:
    """Append the receipt of an act, inside the act's own transaction."""
    return EventLogEntry.objects.create(
        act=act,
        by_account_id=by_account_id,
        subject_id=subject_id,
        clause=clause,
        pack=pack,
        details=details or {},
    )
