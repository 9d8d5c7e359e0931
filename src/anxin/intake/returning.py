"""Handing a returned workbook out to the unit whose rows it holds (Art. 11, 45)."""

from __future__ import annotations

from django.db import transaction

from anxin.audit.services import record_event
from anxin.intake.files import read_returned
from anxin.intake.models import Submission
from anxin.intake.services import CLAUSE
from anxin.subjects.keys import KeyRing


def hand_out_workbook(*, submission: Submission, keys: KeyRing, by_account_id: int | None) -> bytes | None:
    """The workbook's bytes, or None where there is none (any more). That it was taken is committed before."""
    if not submission.returned_as:
        return None
    with transaction.atomic(durable=True):
        record_event(
            act="hand_out_workbook",
            by_account_id=by_account_id,
            clause=CLAUSE,
            details={"submission": submission.pk, "unit": submission.unit.code},
        )
    return read_returned(submission.returned_as, keys, submission.returned_key)
