"""A submission as its unit's system sees it: the receipt, and where it stands."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from anxin.intake.models import Submission
from anxin.intake.queries import reasons_by_code, refusal_explained


def receipt_of(submission: Submission) -> dict[str, Any]:
    """What was received and, once it was worked on, how many rows became what."""
    receipt: dict[str, Any] = {
        "submission": submission.pk,
        "address": reverse("api-submission", args=[submission.pk]),
        "unit": submission.unit.code,
        "item": submission.item_version.item.code,
        "item_version": submission.item_version.number,
        "mapping": submission.mapping,
        "file_name": submission.file_name,
        "sha256": bytes(submission.file_digest).hex() or None,
        "bytes": submission.file_size,
        "received_at": submission.received_at.isoformat(),
        "state": submission.state,
        "declared": submission.declared_rows,
    }
    if submission.state == Submission.State.CLOSED:
        receipt["counts"] = {
            "read": submission.read_rows,
            "accepted": submission.accepted_rows,
            "returned": submission.returned_rows,
            "duplicates": submission.duplicate_rows,
            "queued": submission.queued_rows,
            "linked": submission.linked_rows,
        }
        receipt["reasons"] = submission.reasons
        receipt["warnings"] = submission.warnings
    return receipt


def standing_of(submission: Submission) -> dict[str, Any]:
    """The receipt with progress, reasons by field with what to do, or why the file was refused."""
    standing = receipt_of(submission)
    standing["progress"] = {"rows": submission.progress_rows, "expected": submission.expected_rows}
    standing["reasons_by_field"] = [
        {
            "code": one.code,
            "field": one.field,
            "rows": one.rows,
            "detail": f"{one.message.zh} / {one.message.en}",
            "remedy": f"{one.remedy.zh} / {one.remedy.en}",
        }
        for one in reasons_by_code(submission)
    ]
    refusal = refusal_explained(submission)
    if refusal is not None:
        message, remedy = refusal
        standing["refused"] = {
            "code": submission.refusal_code,
            "detail": f"{message.zh} / {message.en}",
            "remedy": f"{remedy.zh} / {remedy.en}",
        }
    return standing
