"""Reading the queue: which rows an account may see, and how many of a submission's rows still wait.

Nothing here decrypts; the values of a row are opened by `intake.queue_reading` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from anxin.authorities.models import RoleAssignment, Unit
from anxin.authorities.queries import divisions_of, units_of
from anxin.intake.models import QueuedRow, RowDecision

SEES_OWN_UNIT = ("clerk", "officer", "credit_officer")
DECIDES = RoleAssignment.Role.CREDIT_OFFICER
# Whom a row says it is about, and its encrypted values: the website's login reads neither.
UNSEEN = ("values", "subject_name", "identifier")
DECISION_UNSEEN = ("decision__given_name", "decision__given_identifier")


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """What became of a submission's queued rows: `queued` = `waiting` + `stored` + `returned`."""

    queued: int
    waiting: int
    stored: int
    returned: int


def visible_rows(account: Any) -> QuerySet[QueuedRow]:
    """Rows of the account's own units, and for credit officers every row out of their territory."""
    mine = Q(submission__unit__in=units_of(account, SEES_OWN_UNIT))
    rows = QueuedRow.objects.filter(mine | _in_territory(account))
    rows = rows.select_related("submission__unit", "submission__item_version", "decision")
    return rows.defer(*UNSEEN, *DECISION_UNSEEN)


def decidable_rows(account: Any) -> QuerySet[QueuedRow]:
    """The rows that the account may decide: those out of the territory where it is a credit officer."""
    return QueuedRow.objects.filter(_in_territory(account)).defer(*UNSEEN)


def filter_rows(
    rows: QuerySet[QueuedRow], *, state: str, reason: str, unit: str, older_than_days: int, at: datetime
) -> QuerySet[QueuedRow]:
    """`state`: waiting, decided, or anything else for all; empty texts and 0 filter nothing."""
    if state in ("waiting", "decided"):
        rows = rows.filter(decision__isnull=state == "waiting")
    if reason:
        rows = rows.filter(reason=reason)
    if unit:
        rows = rows.filter(submission__unit__code=unit)
    if older_than_days:
        rows = rows.filter(queued_at__lte=at - timedelta(days=older_than_days))
    return rows


def reasons_and_units(rows: QuerySet[QueuedRow]) -> tuple[list[str], list[Unit]]:
    """What a list of rows can be narrowed to."""
    reasons = rows.order_by("reason").values_list("reason", flat=True).distinct()
    units = Unit.objects.filter(pk__in=rows.order_by().values("submission__unit_id")).order_by("name_zh")
    return list(reasons), list(units)


def standing_decisions(rows: list[QueuedRow]) -> dict[int, RowDecision]:
    """The decision that stands for each row that has one, by the row's number."""
    found = RowDecision.objects.filter(queued_row__in=rows, decision__undone_at__isnull=True)
    return {one.queued_row_id: one for one in found.select_related("decision__by").defer(*DECISION_UNSEEN)}


def undone_decisions(row: QueuedRow) -> list[RowDecision]:
    """Decisions on a row that were taken back, oldest first."""
    found = RowDecision.objects.filter(queued_row=row, decision__undone_at__isnull=False)
    found = found.select_related("decision__by", "decision__undone_by").defer(*DECISION_UNSEEN)
    return list(found.order_by("pk"))


def queue_counts(submission_id: int) -> QueueCounts:
    """Conservation after decisions: a queued row waits, was stored, or was returned by an officer."""
    stands = Q(decisions__decision__undone_at__isnull=True)
    returned = Q(decisions__outcome=RowDecision.Outcome.RETURNED)
    found = QueuedRow.objects.filter(submission_id=submission_id).aggregate(
        queued=Count("pk", distinct=True),
        waiting=Count("pk", filter=Q(decision__isnull=True), distinct=True),
        returned=Count("pk", filter=Q(decision__isnull=False) & stands & returned, distinct=True),
        stored=Count("pk", filter=Q(decision__isnull=False) & stands & ~returned, distinct=True),
    )
    return QueueCounts(**found)


def returned_by_officers(submission_id: int) -> list[RowDecision]:
    """The standing decisions by which rows of a submission go back to their unit, in the order of the file."""
    found = RowDecision.objects.filter(
        queued_row__submission_id=submission_id,
        outcome=RowDecision.Outcome.RETURNED,
        decision__undone_at__isnull=True,
    )
    rows = found.select_related("queued_row", "decision")
    rows = rows.defer(*DECISION_UNSEEN, *(f"queued_row__{name}" for name in UNSEEN))
    return list(rows.order_by("queued_row__row_number"))


def _in_territory(account: Any) -> Q:
    found = Q(pk__in=[])
    for division in divisions_of(account, DECIDES):
        found |= Q(submission__unit__division_code__startswith=division)
    return found
