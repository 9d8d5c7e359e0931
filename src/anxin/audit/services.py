"""Writing the two logs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

from django.db import connection, transaction

from anxin.audit.models import QueryLogEntry
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.prepared import prepared_rows

Route: TypeAlias = QueryLogEntry.Route
System: TypeAlias = QueryLogEntry.System
# The columns that a caller states; the rest (moment, transaction, login, salt) the database writes by itself.
_STATED = (
    "route", "system", "reader_account_id", "reader_unit_code", "client_id", "subject_id", "asked", "purpose",
    "clause", "case_reference", "use_item", "grant_id", "batch_id", "opens_at", "fields",
)  # fmt: skip
_INSERT = f"""
INSERT INTO audit_querylogentry ({", ".join(_STATED)})
SELECT {", ".join(_STATED)} FROM jsonb_to_recordset(%s::jsonb) AS stated (
    route text, system text, reader_account_id bigint, reader_unit_code text, client_id text, subject_id bigint,
    asked text, purpose text, clause text, case_reference text, use_item text, grant_id bigint, batch_id bigint,
    opens_at timestamptz, fields text[])
RETURNING id
"""
_EVENT = """
INSERT INTO audit_eventlogentry (act, clause, pack, by_account_id, subject_id, details) VALUES (%s, %s, %s, %s, %s, %s)
RETURNING id
"""


class LogNotCommitted(Refusal):
    """A reading was asked for inside an open transaction, where a rollback could take the log away."""

    code: ClassVar[str] = "E-LOG-TRANSACTION"
    clause: ClassVar[str | None] = "anshan-2022-9/45/2"
    message = Bilingual(
        "查询日志必须先提交，才能读取非公开信息。",
        "The query log must be committed before non-public data is read.",
    )
    remedy = Bilingual("请在事务之外记录查询。", "Write the log entry outside any transaction.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader says before it reads: who, of whom, what for, under which clause, which fields.

    `fields` are item codes, `item.field`, or `*`. `subject_id` is None for a miss or a run about no one subject, where
    `asked` may say which organization's code was asked for (never a person's number).
    """

    route: Route
    system: System
    reader_account_id: int
    purpose: str
    clause: str
    fields: Sequence[str]
    subject_id: int | None = None
    asked: str = ""
    reader_unit_code: str = ""
    client_id: str = ""
    case_reference: str = ""
    use_item: str = ""
    grant_id: int | None = None
    batch_id: int | None = None
    opens_at: datetime | None = None

    def stated(self) -> dict[str, Any]:
        """The row as JSON."""
        row: dict[str, Any] = {name: getattr(self, name) for name in _STATED}
        row["fields"] = list(self.fields)
        row["opens_at"] = self.opens_at and self.opens_at.isoformat()
        return row


@carries_out("anshan-2022-9/45/2")
def log_query(reading: Reading) -> int:
    """Commit one query-log row and return its number, which opens the read gate. Raises `LogNotCommitted`."""
    return log_queries([reading])[0]


def log_queries(readings: Sequence[Reading]) -> list[int]:
    """Commit one row for each reading, all or none, in one insert; their numbers in the same order."""
    if connection.in_atomic_block:
        raise LogNotCommitted
    with transaction.atomic(durable=True):
        stated = json.dumps([one.stated() for one in readings])
        return [number for (number,) in prepared_rows(_INSERT, [stated])]


def record_event(
    *,
    act: str,
    by_account_id: int | None,
    subject_id: int | None = None,
    clause: str = "",
    pack: str = "",
    details: dict[str, Any] | None = None,
) -> int:
    """Append the receipt of an act, inside the act's own transaction; returns its number."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENT, [act, clause, pack, by_account_id, subject_id, json.dumps(details or {})])
        return int(cursor.fetchone()[0])
