"""Handing returned rows out to the unit that sent them, as a workbook or reason by reason (Art. 11, 45)."""

from __future__ import annotations

from django.db import transaction

from anxin.audit.services import Reading, Route, System, log_query, record_event
from anxin.intake.files import read_returned
from anxin.intake.models import Submission
from anxin.intake.queries import RowReason, row_reasons
from anxin.intake.services import CLAUSE
from anxin.subjects.keys import KeyRing

# Rows that never became records: about no one subject on file.
DOWNLOAD = "下载退回的行 / download of returned rows"
REASONS = "查看退回的原因 / reasons of returned rows"


def hand_out_workbook(*, submission: Submission, keys: KeyRing, by_account_id: int | None) -> bytes | None:
    """The workbook's bytes, or None where there is none (any more). That it was taken is committed before."""
    if not submission.returned_as:
        return None
    _log(submission, by_account_id, DOWNLOAD, "returned_rows")
    _note(submission, by_account_id)
    return read_returned(submission.returned_as, keys, submission.returned_key)


def hand_out_reasons(
    *, submission: Submission, first: int, last: int, by_account_id: int | None
) -> list[RowReason]:
    """The reasons from number `first` to before `last`. That they were taken is committed before."""
    log_reasons(submission=submission, by_account_id=by_account_id)
    _note(submission, by_account_id)
    return row_reasons(submission, first, last)


def log_reasons(*, submission: Submission, by_account_id: int | None) -> None:
    """Commit that reasons row by row, with masked samples of values, are going to be looked at. Raises `LogNotCommitted`."""
    _log(submission, by_account_id, REASONS, "returned_reasons")


def _log(submission: Submission, by_account_id: int | None, purpose: str, field: str) -> None:
    """No account: a unit's system asked, with the unit's key."""
    log_query(
        Reading(
            route=Route.ADMINISTRATION,
            system=System.API if by_account_id is None else System.DESK,
            reader_account_id=by_account_id or 0,
            reader_unit_code=submission.unit.code,
            purpose=purpose,
            clause=CLAUSE,
            case_reference=f"submission/{submission.pk}",
            fields=[field],
        )
    )


def _note(submission: Submission, by_account_id: int | None) -> None:
    with transaction.atomic(durable=True):
        record_event(
            act="hand_out_returned",
            by_account_id=by_account_id,
            clause=CLAUSE,
            details={"submission": submission.pk, "unit": submission.unit.code},
        )
