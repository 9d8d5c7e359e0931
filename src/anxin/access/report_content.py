"""What the subject's own report says (Art. 13(2), 39): one statement behind the read gate, no score, no judgment."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.db import connection

from anxin.kernel.text import Bilingual

_LOCAL = ZoneInfo("Asia/Shanghai")

# The order of the national report (2021 edition); every record stands in exactly one section.
SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("registration", "登记注册基础信息", "Registration"),
    ("administration", "行政管理信息", "Administration"),
    ("honor", "诚实守信相关荣誉信息", "Honors for honesty"),
    ("serious_listing", "严重失信主体名单信息", "Lists of seriously dishonest subjects"),
    ("abnormal_operation", "经营异常名录（状态）信息", "Abnormal operation"),
    ("commitment", "信用承诺及其履行信息", "Commitments and their performance"),
    ("evaluation", "信用评价信息", "Evaluations by authorities"),
    ("court", "司法判决及执行信息", "Court decisions and enforcement"),
    ("other", "其他信息", "Other"),
)


class Lineage(TypedDict):
    """Where a record came from: unit, file (SHA-256, hexadecimal), row in it, version of the record."""

    unit_zh: str | None
    unit_en: str | None
    file: str | None
    row: int | None
    version: int


class ReportField(TypedDict):
    """One field as the catalog labels it; `money` values are whole fen."""

    name: str
    label_zh: str
    label_en: str
    type: str
    value: Any


class ReportRecord(TypedDict):
    """One record; `marks` holds disputed, restored, shielded, display_ended, corrected, changed."""

    record: int
    item: str
    name_zh: str
    name_en: str
    adverse: bool
    document_number: str | None
    decided_on: str | None
    effective_on: str | None
    tier: str | None
    display_from: str | None
    display_to: str | None
    last_displayed_on: str | None
    marks: list[str]
    fields: list[ReportField]
    lineage: Lineage


class ReportSection(TypedDict):
    """A section of the report with its records, newest decision first."""

    name: str
    title_zh: str
    title_en: str
    count: int
    records: list[ReportRecord]


class ReportContent(TypedDict):
    """The whole report; times in ISO 8601 with offset."""

    number: str
    as_of: str
    issuer_zh: str
    issuer_en: str
    subject: dict[str, Any]
    record_count: int
    sections: list[ReportSection]
    verify_at: str
    objection_at: str


_READ = """
WITH read AS MATERIALIZED (
    SELECT read_records(%(entry)s) AS records, coalesce(read_organization(%(entry)s), read_person(%(entry)s)) AS subject
)
SELECT jsonb_build_object(
    'as_of', now(),
    'records', read.records,
    'subject', jsonb_build_object(
        'kind', read.subject -> 'kind', 'name', read.subject -> 'name', 'uscc', read.subject -> 'uscc',
        'registered_on', read.subject -> 'registered_on', 'former_names', coalesce((
            SELECT jsonb_agg(f.told -> 'name' ORDER BY f.place)
            FROM jsonb_array_elements(read.subject -> 'former_names') WITH ORDINALITY AS f(told, place)),
            '[]'::jsonb)),
    'labels', coalesce((
        SELECT jsonb_object_agg(l.version, l.fields) FROM (
            SELECT f.item_version_id::text AS version, jsonb_agg(jsonb_build_object(
                'name', f.name, 'label_zh', f.label_zh, 'label_en', f.label_en, 'type', f.type)
                ORDER BY f.position) AS fields
            FROM catalog_catalogfield f
            WHERE f.item_version_id IN (
                SELECT (r ->> 'item_version_id')::bigint FROM jsonb_array_elements(read.records) r)
            GROUP BY f.item_version_id) l), '{}'::jsonb))::text
FROM read
"""


def read_report(
    *, log_entry_id: int, subject_id: int, number: str, address: str, issuer: Bilingual
) -> ReportContent:
    """Read through the gate, which refuses unless `log_entry_id` was committed for a reading of this subject."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"entry": log_entry_id, "subject": subject_id})
        found = json.loads(cursor.fetchone()[0])
    by_section: dict[str, list[ReportRecord]] = {name: [] for name, _, _ in SECTIONS}
    for row in found["records"]:
        section = row["report_section"]
        record = _record(row, found["labels"].get(str(row["item_version_id"]), []), found["as_of"])
        by_section[section if section in by_section else "other"].append(record)
    return ReportContent(
        number=number,
        as_of=_local(found["as_of"]) or "",
        issuer_zh=issuer.zh,
        issuer_en=issuer.en,
        subject=found["subject"],
        record_count=len(found["records"]),
        sections=[
            ReportSection(name=n, title_zh=zh, title_en=en, count=len(by_section[n]), records=by_section[n])
            for n, zh, en in SECTIONS
        ],
        verify_at=f"{address}/verify/{number}",
        objection_at=f"{address}/rights/",
    )


def _record(row: dict[str, Any], labels: list[dict[str, str]], as_of: str) -> ReportRecord:
    values = row["fields"]
    return ReportRecord(
        record=row["record_id"],
        item=row["item"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        adverse=row["adverse"],
        document_number=row["document_number"],
        decided_on=row["decided_on"],
        effective_on=row["effective_on"],
        tier=row["tier"],
        display_from=_local(row["display_from"]),
        display_to=_local(row["display_to"]),
        last_displayed_on=_last_day(row["display_to"]),
        marks=_marks([event["kind"] for event in row["events"]], row["display_to"], as_of),
        fields=[
            ReportField(**label, value=values[label["name"]])  # type: ignore[typeddict-item]
            for label in labels
            if values.get(label["name"]) is not None
        ],
        lineage=Lineage(
            unit_zh=row["unit_zh"],
            unit_en=row["unit_en"],
            file=row["file_digest"],
            row=row["row_number"],
            version=row["version"],
        ),
    )


def _local(moment: str | None) -> str | None:
    """The database answers in UTC; people read local time."""
    return None if moment is None else datetime.fromisoformat(moment).astimezone(_LOCAL).isoformat()


def _last_day(end: str | None) -> str | None:
    """The last day before an exclusive end."""
    if end is None:
        return None
    last = datetime.fromisoformat(end) - timedelta(microseconds=1)
    return last.astimezone(_LOCAL).date().isoformat()


def _marks(kinds: list[str], display_to: str | None, as_of: str) -> list[str]:
    """What stands beside a record now; later events end earlier ones, and a display period ends by itself."""
    marks: dict[str, None] = {}
    for kind in kinds:
        if kind == "objected":
            marks["disputed"] = None
        elif kind == "objection_closed":
            marks.pop("disputed", None)
        elif kind == "unshielded":
            marks.pop("shielded", None)
        elif kind in {"restored", "shielded", "display_ended", "corrected", "changed"}:
            marks[kind] = None
    if display_to is not None and datetime.fromisoformat(display_to) <= datetime.fromisoformat(as_of):
        marks["display_ended"] = None
    return list(marks)
