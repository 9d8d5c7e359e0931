"""Alarms of the log: raised by jobs and checks, ended only by two people (invariants 6 and 8)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from anxin.audit.models import Alarm, Reconciliation
from anxin.audit.services import record_event
from anxin.audit.stored_tree import Cursor
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

MOST_SHOWN = 50
# One that stands open is not written down again; a silent witness's alarm ends by itself, so its newest row is looked at.
_RAISE = """
INSERT INTO audit_alarm (code, at, stops_signing, entry_kind, entry_id, details)
SELECT %(code)s::text, %(at)s::timestamptz, %(stops)s::boolean, %(kind)s::text, %(entry)s::bigint, %(details)s::jsonb
WHERE NOT EXISTS (
    SELECT FROM audit_alarm a
    WHERE a.code = %(code)s::text AND a.entry_kind = %(kind)s::text
      AND a.entry_id IS NOT DISTINCT FROM %(entry)s::bigint
      AND a.details = %(details)s::jsonb
      AND NOT EXISTS (
          SELECT FROM audit_reconciliation r WHERE r.alarm_id = a.id AND r.approved_at IS NOT NULL))
"""


class SamePerson(Refusal):
    """Whoever drafts an act does not approve it."""

    code: ClassVar[str] = "E-SAME-PERSON"
    message = Bilingual("起草人不能批准自己的事项。", "Whoever drafts an act cannot approve it.")
    remedy = Bilingual("请由另一人批准。", "Have another person approve it.")


class FindingMissing(Refusal):
    """An alarm does not end without a word on what it came from."""

    code: ClassVar[str] = "E-FINDING"
    message = Bilingual("请写明查明的情况。", "State what was found.")
    remedy = Bilingual(
        "写明原因、范围和已采取的措施。", "Say what caused it, how far it reaches, and what was done."
    )


def find_alarm(number: int) -> Alarm | None:
    """An alarm that nobody has ended."""
    return _standing().filter(pk=number).first()


def open_alarms() -> list[Alarm]:
    """Those that stand, the newest first."""
    return list(_standing().order_by("-at", "-id")[:MOST_SHOWN])


def _standing() -> QuerySet[Alarm]:
    ended = Reconciliation.objects.filter(alarm=OuterRef("pk"), approved_at__isnull=False)
    return Alarm.objects.filter(~Exists(ended))


def raise_alarm(
    cursor: Cursor,
    *,
    code: str,
    at: datetime,
    stops_signing: bool,
    entry: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Write an alarm down, once while it stands open. `entry`: kind and number of a log row, such as `e17`."""
    cursor.execute(
        _RAISE,
        {
            "code": code,
            "at": at,
            "stops": stops_signing,
            "kind": entry[:1],
            "entry": int(entry[1:]) if entry else None,
            "details": json.dumps(details or {}),
        },
    )


def draft_reconciliation(*, alarm: Alarm, finding: str, by: int, at: datetime) -> Reconciliation:
    """One person says what an alarm came from; signing goes on only when another agrees. Raises `FindingMissing`."""
    if not finding:
        raise FindingMissing
    with transaction.atomic():
        drafted = Reconciliation.objects.create(
            alarm=alarm, finding=finding, drafted_by_account_id=by, drafted_at=at
        )
        record_event(act="draft_reconciliation", by_account_id=by, details=_named(drafted))
    return drafted


def approve_reconciliation(*, reconciliation: Reconciliation, by: int, at: datetime) -> None:
    """A second person agrees, which ends the alarm. Raises `SamePerson`."""
    with transaction.atomic():
        held = Reconciliation.objects.select_for_update().get(pk=reconciliation.pk)
        if held.drafted_by_account_id == by:
            raise SamePerson
        held.approved_by_account_id, held.approved_at = by, at
        held.save(update_fields=["approved_by_account_id", "approved_at"])
        record_event(act="approve_reconciliation", by_account_id=by, details=_named(held))


def _named(reconciliation: Reconciliation) -> dict[str, Any]:
    return {"alarm": reconciliation.alarm_id, "reconciliation": reconciliation.pk}
