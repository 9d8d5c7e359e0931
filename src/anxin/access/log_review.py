"""The auditor's look into the query log: entries by subject, unit and period, and one entry with its chain (Art. 45(1)(3), 45(2)).

The auditor sees accounts by name, since that is the duty; each look is an entry itself, which the subject sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from anxin.access.complaint_models import ReadingComplaint
from anxin.access.complaints import AUDITOR, CLAUSE, NotYourComplaint, complaints_for
from anxin.access.who_looked import LIST, LOCAL
from anxin.audit.models import QueryLogEntry
from anxin.audit.queries import Inclusion, prove_entry
from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account, RoleAssignment
from anxin.authorities.queries import units_of
from anxin.law.carries_out import carries_out

PAGE_SIZE = 50
# Shown where an officer read this many on one day, and this many times the median of the own other days before.
LEAST_READINGS, TIMES_MEDIAN, DAYS_COMPARED, DAYS_SHOWN = 10, 3, 90, 14
_UNUSUAL = """
WITH daily AS (
    SELECT reader_account_id AS account, (at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS readings,
           count(DISTINCT subject_id) AS subjects
    FROM audit_querylogentry
    WHERE at >= %(from)s AND at < %(to)s AND batch_id IS NULL AND system IN ('desk', 'api')
      AND route IN ('desk_lookup', 'ex_officio', 'search_hit', 'export', 'administration', 'support', 'authorized')
    GROUP BY 1, 2
)
SELECT d.account, d.day, d.readings, d.subjects, usual.median
FROM daily d CROSS JOIN LATERAL (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY o.readings) AS median
    FROM daily o WHERE o.account = d.account AND o.day < d.day
) usual
WHERE d.day >= %(shown)s AND d.readings >= %(least)s AND d.readings > %(times)s * coalesce(usual.median, 0)
ORDER BY d.day DESC, d.readings DESC, d.account
LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Search:
    """Days are local and inclusive; None or empty for all. `before`: entries with smaller numbers only."""

    subject_id: int | None = None
    unit: str = ""
    route: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A reported entry and what stands around it. The counts are of the same account."""

    entry: QueryLogEntry
    reader: Account | None
    roles: tuple[RoleAssignment, ...]
    of_this_subject: int
    that_day: int
    under_this_case: int
    batch_size: int
    proof: Inclusion | None


@dataclass(frozen=True, slots=True)
class UnusualDay:
    """How much an account read on a day, beside the median of its own days before (None where there were none)."""

    account_id: int
    day: date
    readings: int
    subjects: int
    median: float | None


@carries_out("anshan-2022-9/45/1/3")
def open_complaint(*, complaint: ReadingComplaint, by: Account, at: datetime) -> Chain:
    """Log the look, then the reported entry with its chain. Raises `NotYourComplaint`, `LogNotCommitted`."""
    if not complaints_for(by, at).filter(pk=complaint.pk).exists():
        raise NotYourComplaint
    _log(
        by,
        at,
        "办理对查询的反映 / a report about a reading",
        complaint.subject_id,
        f"complaint/{complaint.reference}",
    )
    entry = QueryLogEntry.objects.get(pk=complaint.entry_id)
    day = timezone.localdate(entry.at)
    same = QueryLogEntry.objects.filter(reader_account_id=entry.reader_account_id)
    return Chain(
        entry=entry,
        reader=Account.objects.filter(pk=entry.reader_account_id).first(),
        roles=tuple(
            RoleAssignment.objects.filter(
                account_id=entry.reader_account_id, period__contains=day
            ).select_related("unit")
        ),
        of_this_subject=same.filter(subject_id=entry.subject_id).count(),
        that_day=same.filter(at__gte=_midnight(day), at__lt=_midnight(day + timedelta(days=1))).count(),
        under_this_case=same.filter(subject_id=entry.subject_id, case_reference=entry.case_reference).count(),
        batch_size=QueryLogEntry.objects.filter(batch_id=entry.batch_id).count() if entry.batch_id else 0,
        proof=prove_entry("q", entry.pk),
    )


def search_log(*, search: Search, by: Account, at: datetime) -> list[QueryLogEntry]:
    """Log the look, then the newest entries that fit, one more than a page where there are more. Raises `LogNotCommitted`."""
    _log(by, at, "查阅查询日志 / review of the query log", search.subject_id, "")
    rows = QueryLogEntry.objects.order_by("-pk")
    if search.subject_id is not None:
        rows = rows.filter(subject_id=search.subject_id)
    if search.unit:
        rows = rows.filter(reader_unit_code=search.unit)
    if search.route:
        rows = rows.filter(route=search.route)
    if search.since:
        rows = rows.filter(at__gte=_midnight(search.since))
    if search.until:
        rows = rows.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    if search.before:
        rows = rows.filter(pk__lt=search.before)
    return list(rows[: PAGE_SIZE + 1])


def unusual_days(*, by: Account, at: datetime) -> list[UnusualDay]:
    """Log the look, then days on which an account read far more than it usually does: counts of readings, no judgment."""
    _log(by, at, "查阅查询数量 / numbers of readings", None, "")
    today = timezone.localdate(at)
    values: dict[str, Any] = {
        "from": _midnight(today - timedelta(days=DAYS_COMPARED)),
        "to": _midnight(today + timedelta(days=1)),
        "shown": today - timedelta(days=DAYS_SHOWN),
        "least": LEAST_READINGS,
        "times": TIMES_MEDIAN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNUSUAL, values)
        return [UnusualDay(*row) for row in cursor.fetchall()]


def reader_names(accounts: Iterable[int]) -> dict[int, str]:
    """The display names of accounts."""
    return dict(Account.objects.filter(pk__in=set(accounts)).values_list("pk", "display_name"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _log(by: Account, at: datetime, purpose: str, subject_id: int | None, case: str) -> None:
    units = units_of(by, (AUDITOR,), timezone.localdate(at))
    log_query(
        Reading(
            route=Route.ADMINISTRATION,
            system=System.DESK,
            reader_account_id=by.pk,
            reader_unit_code=units[0].code if units else "",
            subject_id=subject_id,
            purpose=purpose,
            clause=CLAUSE,
            case_reference=case,
            fields=[LIST],
        )
    )
