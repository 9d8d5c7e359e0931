"""Who read a subject's information: the log as that subject may see it (Art. 38(1), 45(2)).

Whatever route was taken is in it. What would tell of others is not: batch and entry numbers, what a run about everybody was typed
for, and accounts, which appear under a name that holds for this one subject only.
"""

from __future__ import annotations

import base64
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.crypto import salted_hmac

from anxin.access.models import Representation
from anxin.audit.models import QueryLogEntry
from anxin.audit.services import Reading, Route, System, log_query
from anxin.authorities.models import Account
from anxin.law.carries_out import carries_out
from anxin.subjects.models import Subject

CLAUSE = "anshan-2022-9/38/1"
# What stands in `fields` of a row about reading the list itself; the gate opens nothing for it.
LIST = "query_log"
PAGE_SIZE = 30
LOCAL = ZoneInfo("Asia/Shanghai")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A program that goes over the whole stock touches everybody's file. What a person reads of no one on file concerns no one.
_RUNS = Q(
    subject_id__isnull=True,
    system__in=[System.API, System.COMMAND, System.JOB],
    route__in=[Route.MATCHING, Route.BACKUP, Route.MAINTENANCE],
)
_BATCH = Q(batch_id__isnull=False) | Q(route=Route.BATCH) | _RUNS
Rows: TypeAlias = QuerySet[QueryLogEntry]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries; days are local and both inclusive. `mode`: single or batch; `reader`: own or others; empty for all."""

    since: date | None = None
    until: date | None = None
    unit: str = ""
    route: str = ""
    mode: str = ""
    reader: str = ""


@dataclass(frozen=True, slots=True)
class SeenReading:
    """One entry as its subject sees it. `reference` stands for it in addresses and says nothing of other entries.

    `who`: own, representative, authorized, officer, client (a unit's system), program.
    `officer`: the same for one account's entries of one subject.
    """

    reference: str
    number: int
    at: datetime
    unit_code: str
    who: str
    officer: str
    system: str
    route: str
    purpose: str
    clause: str
    case_reference: str
    use_item: str
    fields: tuple[str, ...]
    batch: bool
    everybody: bool
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first; `older` continues after the last of them, empty where there is none."""

    entries: tuple[SeenReading, ...]
    older: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who opens the list, and of whom."""

    subject_id: int
    account_id: int


@carries_out("anshan-2022-9/38/1")
def read_list(*, viewer: Viewer, asked: Asked, at: datetime, after: str = "") -> Page:
    """Log that the list is read, then a page of it. Raises `LogNotCommitted`."""
    log_own_view(viewer, Route.OWN_REPORT, "查看谁查询过 / who looked")
    rows = list(_newest(viewer.subject_id, asked, at, after, PAGE_SIZE + 1))
    shown = rows[:PAGE_SIZE]
    return Page(tuple(_seen(shown, viewer)), reference_of(shown[-1]) if len(rows) > PAGE_SIZE else "")


def export_list(*, viewer: Viewer, asked: Asked, at: datetime) -> Iterator[SeenReading]:
    """Log the export, then every entry, newest first. Raises `LogNotCommitted`."""
    log_own_view(viewer, Route.EXPORT, "导出谁查询过 / export of who looked")
    return _every(viewer, asked, at)


def find_entry(*, viewer: Viewer, reference: str, at: datetime) -> SeenReading | None:
    """One entry that this subject may see now, by its reference. Log the view before (`log_own_view`)."""
    place = _place(reference)
    if place is None:
        return None
    for rows in _sources(viewer.subject_id, at):
        for row in rows.filter(at=place[0]):
            if reference_of(row) == reference:
                return _seen([row], viewer)[0]
    return None


def log_own_view(viewer: Viewer, route: Route, purpose: str) -> int:
    """One's own views are entries too."""
    return log_query(
        Reading(
            route=route,
            system=System.PORTAL,
            reader_account_id=viewer.account_id,
            subject_id=viewer.subject_id,
            purpose=purpose,
            clause=CLAUSE,
            fields=[LIST],
        )
    )


def delayed_entries(subject_id: int, at: datetime) -> list[tuple[date, int]]:
    """How many entries open on which day, and nothing else of them: no filter of the list changes these figures."""
    closed = QueryLogEntry.objects.filter(subject_id=subject_id, opens_at__gt=at)
    days = closed.annotate(day=TruncDate("opens_at", tzinfo=LOCAL)).values("day")
    return [(one["day"], one["number"]) for one in days.annotate(number=Count("pk")).order_by("day")]


def units_that_looked(subject_id: int, at: datetime) -> list[str]:
    """The codes of units among the entries that are open now."""
    rows = QueryLogEntry.objects.filter(_open(at), subject_id=subject_id).exclude(reader_unit_code="")
    return sorted(rows.values_list("reader_unit_code", flat=True).distinct())


def officer_name(subject_id: int, account_id: int) -> str:
    """Eight characters for an account towards one subject; nobody without the key can join them across subjects."""
    digest = salted_hmac("anxin.access.who_looked", f"{subject_id}:{account_id}", algorithm="sha256").digest()
    name = base64.b32encode(digest[:5]).decode()
    return f"{name[:4]}-{name[4:]}"


def reference_of(row: QueryLogEntry) -> str:
    """Moment and the beginning of the salted commitment: unguessable, and without the entry's number."""
    return f"{(row.at - _EPOCH) // timedelta(microseconds=1):x}-{bytes(row.commitment)[:8].hex()}"


def _place(reference: str) -> tuple[datetime, bytes] | None:
    moment, _, commitment = reference.partition("-")
    if len(moment) > 14 or len(commitment) != 16:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(moment, 16)), bytes.fromhex(commitment)
    except (ValueError, OverflowError):
        return None


def _open(at: datetime) -> Q:
    return Q(opens_at__isnull=True) | Q(opens_at__lte=at)


def _sources(subject_id: int, at: datetime) -> tuple[Rows, Rows]:
    """What concerns this subject, and the runs about everybody since it is on file: two walks along one index."""
    rows = QueryLogEntry.objects.filter(_open(at)).order_by("-at", "-commitment")
    since = Subject.objects.filter(pk=subject_id).values("created_at")
    return rows.filter(subject_id=subject_id), rows.filter(_RUNS, at__gte=since)


def _asked_for(rows: Rows, asked: Asked) -> Rows:
    if asked.since:
        rows = rows.filter(at__gte=datetime.combine(asked.since, time(), LOCAL))
    if asked.until:
        rows = rows.filter(at__lt=datetime.combine(asked.until + timedelta(days=1), time(), LOCAL))
    if asked.unit:
        rows = rows.filter(reader_unit_code=asked.unit)
    if asked.route:
        rows = rows.filter(route=asked.route)
    if asked.mode:
        rows = rows.filter(_BATCH) if asked.mode == "batch" else rows.exclude(_BATCH)
    return rows


def _newest(subject_id: int, asked: Asked, at: datetime, after: str, limit: int) -> Iterator[QueryLogEntry]:
    place, pages = _place(after), []
    for source in _sources(subject_id, at):
        rows = _of_reader(_asked_for(source, asked), subject_id, asked.reader)
        if place is not None:
            rows = rows.filter(Q(at__lt=place[0]) | Q(at=place[0], commitment__lt=place[1]))
        pages.append(list(rows[:limit]))
    merged = heapq.merge(*pages, key=lambda row: (row.at, bytes(row.commitment)), reverse=True)
    return (row for row, _ in zip(merged, range(limit), strict=False))


def _of_reader(rows: Rows, subject_id: int, reader: str) -> Rows:
    own = Representation.objects.filter(subject_id=subject_id).values("account_id")
    mine = Q(route__in=[Route.OWN_REPORT, Route.EXPORT], system=System.PORTAL, reader_account_id__in=own)
    if reader == "own":
        return rows.filter(mine)
    return rows.exclude(mine) if reader == "others" else rows


def _every(viewer: Viewer, asked: Asked, at: datetime) -> Iterator[SeenReading]:
    after = ""
    while rows := list(_newest(viewer.subject_id, asked, at, after, 1_000)):
        yield from _seen(rows, viewer)
        after = reference_of(rows[-1])


def _seen(rows: list[QueryLogEntry], viewer: Viewer) -> list[SeenReading]:
    readers = {row.reader_account_id for row in rows}
    people = set(Account.objects.filter(pk__in=readers, kind=Account.Kind.HUMAN).values_list("pk", flat=True))
    own = set(
        Representation.objects.filter(subject_id=viewer.subject_id, account_id__in=readers).values_list(
            "account_id", flat=True
        )
    )
    return [_as_seen(row, viewer, people, own) for row in rows]


def _as_seen(row: QueryLogEntry, viewer: Viewer, people: set[int], own: set[int]) -> SeenReading:
    everybody = row.subject_id is None
    who = "officer"
    if row.client_id:
        who = "client"
    elif everybody or row.reader_account_id not in people:
        who = "program"
    elif row.system == System.PORTAL and row.reader_account_id in own:
        who = "own" if row.reader_account_id == viewer.account_id else "representative"
    elif row.route == Route.AUTHORIZED:
        who = "authorized"
    seen = SeenReading(
        reference=reference_of(row),
        number=row.pk,
        at=row.at,
        unit_code=row.reader_unit_code,
        who=who,
        officer="" if who in ("own", "program") else officer_name(viewer.subject_id, row.reader_account_id),
        system=row.system,
        route=row.route,
        purpose=row.purpose,
        clause=row.clause,
        case_reference=row.case_reference,
        use_item=row.use_item,
        fields=tuple(row.fields),
        batch=row.batch_id is not None or row.route == Route.BATCH or everybody,
        everybody=everybody,
        opened_at=row.opens_at,
    )
    return replace(seen, purpose="", case_reference="", use_item="") if everybody else seen
