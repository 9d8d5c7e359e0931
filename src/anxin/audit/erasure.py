"""Taking an event's details away where the law says so: two people, a clause, and the tree keeps proving the rest."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import connection, transaction

from anxin.audit.alarms import SamePerson
from anxin.audit.models import Checkpoint, Erasure, Leaf
from anxin.audit.services import record_event
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual


class NotSealedYet(Refusal):
    """What is erased before it is sealed could never be shown to have been there."""

    code: ClassVar[str] = "E-NOT-SEALED"
    message = Bilingual(
        "这一行日志还没有封存，不能删除内容。", "This entry is not sealed yet: its details stay."
    )
    remedy = Bilingual("封存通常在几秒之内，请稍后再试。", "Sealing takes seconds: try again.")


def draft_erasure(*, event_id: int, clause: str, reason: str, by: int, at: datetime) -> Erasure:
    """One person asks that an event's details be taken away; nothing happens until another approves."""
    with transaction.atomic():
        drafted = Erasure.objects.create(
            event_id=event_id, clause=clause, reason=reason, drafted_by_account_id=by, drafted_at=at
        )
        record_event(act="draft_erasure", by_account_id=by, clause=clause, details={"event": event_id})
    return drafted


def erase_event_details(*, erasure: Erasure, by: int, at: datetime) -> None:
    """A second person approves, and details and salt are gone. Raises `SamePerson`, `NotSealedYet`.

    The commitment stays in the tree, so every proof and every later checkpoint holds as before.
    """
    with transaction.atomic():
        held = Erasure.objects.select_for_update().get(pk=erasure.pk)
        if held.drafted_by_account_id == by:
            raise SamePerson
        if not _is_sealed(held.event_id):
            raise NotSealedYet
        held.approved_by_account_id, held.approved_at = by, at
        held.save(update_fields=["approved_by_account_id", "approved_at"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_erase_event(%s)", [held.event_id])
        record_event(
            act="erase_event_details", by_account_id=by, clause=held.clause, details={"event": held.event_id}
        )


def _is_sealed(event_id: int) -> bool:
    latest = Checkpoint.objects.order_by("-size").first()
    return (
        latest is not None
        and Leaf.objects.filter(kind="e", entry_id=event_id, index__lt=latest.size).exists()
    )
