"""Everything held of a subject, for that subject: where it came from, what it leads to, until when and why (Art. 38(1), 39(1))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from anxin.access.models import Representation
from anxin.access.report_content import SECTIONS
from anxin.access.services import OWN_REPORT
from anxin.audit.promises import refuse_unwitnessed_reading
from anxin.audit.services import Reading, Route, System, log_query
from anxin.law.carries_out import carries_out
from anxin.records.queries import read_history, read_records
from anxin.subjects.models import Subject

LOCAL = ZoneInfo("Asia/Shanghai")
PAGE_SIZE = 20
STATES = ("displayed", "ended", "never")
_ENDING = ("restored", "display_ended")
_SHOWN = "SELECT record_id, shown_until FROM published_record WHERE subject_id = %s"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters: section of the report, state of display; empty for all. `page` counts from one."""

    section: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One record. `place`: its number in table and picture. `state`: displayed (until `shown_until`), ended (since `ended_on`), never.

    `now`: the newest version as the gate gives it, with its lineage; `earlier`: those before; `events`: what happened to it.
    """

    place: int
    section: str
    state: str
    shown_until: datetime | None
    ended_on: date | None
    display: tuple[date, date] | None
    disputed: bool
    now: dict[str, Any]
    earlier: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]

    @property
    def decided_on(self) -> date | None:
        """The day of the decision."""
        return _day(self.now["decided_on"])


@dataclass(frozen=True, slots=True)
class OwnCredit:
    """A page of records, how many fit the filters, and how many there are in each section and state."""

    records: tuple[OwnRecord, ...]
    total: int
    sections: dict[str, int]
    states: dict[str, int]


@carries_out("anshan-2022-9/38/1", "anshan-2022-9/39/1")
def read_own_credit(*, representation: Representation, wanted: Wanted, at: datetime) -> OwnCredit:
    """Log the reading, then a page through the gate. Raises `ReadingOfPersonsStopped`, `LogNotCommitted`."""
    subject_id = representation.subject_id
    if representation.subject.kind == Subject.Kind.NATURAL_PERSON:
        refuse_unwitnessed_reading(at=at)
    entry = log_query(
        Reading(
            route=Route.OWN_REPORT,
            system=System.PORTAL,
            reader_account_id=representation.account_id,
            subject_id=subject_id,
            purpose="查看我的信用记录 / my credit records",
            clause=OWN_REPORT,
            fields=["*"],
        )
    )
    shown = _shown(subject_id)
    every = [(row, _state(row, shown, at)) for row in read_records(log_entry_id=entry)]
    fitting = [
        (row, state)
        for row, state in every
        if wanted.section in ("", _section(row)) and wanted.state in ("", state)
    ]
    first = (wanted.page - 1) * PAGE_SIZE
    page = fitting[first : first + PAGE_SIZE]
    return OwnCredit(
        records=tuple(
            _record(place, row, state, shown, entry) for place, (row, state) in enumerate(page, first + 1)
        ),
        total=len(fitting),
        sections={name: sum(_section(row) == name for row, _ in every) for name, _, _ in SECTIONS},
        states={name: sum(state == name for _, state in every) for name in STATES},
    )


def _shown(subject_id: int) -> dict[int, datetime | None]:
    """What the public pages show of this subject at this moment, and until when."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [subject_id])
        return dict(cursor.fetchall())


def _section(row: dict[str, Any]) -> str:
    known = {name for name, _, _ in SECTIONS}
    return row["report_section"] if row["report_section"] in known else "other"


def _state(row: dict[str, Any], shown: dict[int, datetime | None], at: datetime) -> str:
    if row["record_id"] in shown:
        return "displayed"
    return "ended" if _ended_on(row, at) else "never"


def _ended_on(row: dict[str, Any], at: datetime) -> date | None:
    """When a display that was lawful once came to its end."""
    if row["display_from"] is None:
        return None
    ends = [event["effective_at"] for event in row["events"] if event["kind"] in _ENDING]
    found = min(datetime.fromisoformat(end) for end in [*ends, row["display_to"]])
    return found.astimezone(LOCAL).date() if found <= at else None


def _record(
    place: int, row: dict[str, Any], state: str, shown: dict[int, datetime | None], entry: int
) -> OwnRecord:
    history = read_history(log_entry_id=entry, record_id=row["record_id"])
    assert history is not None
    versions, begins = history["versions"], _day(row["display_from"])
    last = _day(row["display_to"], before=True)
    kinds = [event["kind"] for event in row["events"]]
    return OwnRecord(
        place=place,
        section=_section(row),
        state=state,
        shown_until=shown.get(row["record_id"]),
        ended_on=_ended_on(row, datetime.max.replace(tzinfo=LOCAL)) if state == "ended" else None,
        display=(begins, last) if begins and last else None,
        disputed=kinds.count("objected") > kinds.count("objection_closed"),
        now=versions[0],
        earlier=tuple(versions[1:]),
        events=tuple(history["events"]),
    )


def _day(text: str | None, *, before: bool = False) -> date | None:
    """The local day of a day or moment; of the moment just before it for an exclusive end."""
    if not text:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text) - timedelta(microseconds=1 if before else 0)
    return moment.astimezone(LOCAL).date()
