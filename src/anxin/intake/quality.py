"""The figures by which a unit's reporting is judged: compliance, lateness, overturned records (Art. 11).

What a unit withheld cannot be seen from what it sent; it takes the unit's own register of decisions to compare with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from anxin.audit.casework import casework
from anxin.authorities.models import Unit

ZONE = "Asia/Shanghai"
MONTHS = 12
_BY_MONTH = """
WITH received AS (
    SELECT id, date_trunc('month', received_at AT TIME ZONE %(zone)s)::date AS month, state,
           read_rows, accepted_rows, returned_rows, duplicate_rows, late_rows
      FROM intake_submission
     WHERE unit_id = ANY(%(units)s) AND state IN ('closed', 'refused')
       AND received_at AT TIME ZONE %(zone)s >= %(first)s
       AND received_at AT TIME ZONE %(zone)s < %(after)s
), overturned AS (
    SELECT r.month, count(DISTINCT (v.subject_id, v.record_id)) AS records
      FROM received r
      JOIN records_recordversion v ON v.submission_id = r.id AND v.number = 1
      JOIN records_recordevent e ON e.subject_id = v.subject_id AND e.record_id = v.record_id
     WHERE e.kind IN ('withdrawn', 'annulled')
     GROUP BY 1
)
SELECT r.month, count(*) FILTER (WHERE state = 'closed'), count(*) FILTER (WHERE state = 'refused'),
       coalesce(sum(read_rows), 0)::bigint, coalesce(sum(accepted_rows), 0)::bigint,
       coalesce(sum(returned_rows), 0)::bigint, coalesce(sum(duplicate_rows), 0)::bigint,
       coalesce(sum(accepted_rows) FILTER (WHERE late_rows IS NOT NULL), 0)::bigint, sum(late_rows)::bigint,
       coalesce(max(o.records), 0)::bigint
  FROM received r LEFT JOIN overturned o ON o.month = r.month
 GROUP BY r.month ORDER BY r.month
"""


@dataclass(frozen=True, slots=True)
class MonthOfReporting:
    """One month's figures, counted in rows.

    `bound`: accepted rows of files that were held to a date; `late`: those of them that came after it, None where no
    file of the month was held to one.
    """

    month: date
    files: int = 0
    refused_files: int = 0
    read: int = 0
    accepted: int = 0
    returned: int = 0
    duplicates: int = 0
    bound: int = 0
    late: int | None = None
    overturned: int = 0

    @property
    def compliance(self) -> float | None:
        """Accepted rows in a hundred of those read that were not sent before."""
        return _share(self.accepted, self.read - self.duplicates)

    @property
    def lateness(self) -> float | None:
        """Late rows in a hundred of the accepted ones that were held to a date."""
        return None if self.late is None else _share(self.late, self.bound)

    @property
    def overturning(self) -> float | None:
        """Of a hundred accepted, those whose document was withdrawn or annulled later."""
        return _share(self.overturned, self.accepted)


@casework()
def reporting_by_month(units: Iterable[Unit], on: date) -> list[MonthOfReporting]:
    """The last twelve months up to the one of `on`, oldest first; months without a file count nothing."""
    months = _months_up_to(on)
    after = _month_after(months[-1])
    numbers = [unit.pk for unit in units]
    values: dict[str, Any] = {"zone": ZONE, "units": numbers, "first": months[0], "after": after}
    with connection.cursor() as cursor:
        cursor.execute(_BY_MONTH, values)
        found = {row[0]: MonthOfReporting(*row) for row in cursor.fetchall()}
    return [found.get(month) or MonthOfReporting(month) for month in months]


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole > 0 else None


def _months_up_to(on: date) -> list[date]:
    last = on.year * 12 + on.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - MONTHS + 1, last + 1)]


def _month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
