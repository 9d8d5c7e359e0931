"""What everyone may read (Art. 13(1), 14): organizations, their displayed records, and nothing else.

Each function is one statement on the `site` connection, whose role may select from the published views and the
catalog only. Page, interface and report read the same answer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from anxin.kernel.identifiers import normalize
from anxin.subjects.folding import bigrams, fold_name

PAGE_SIZE = 20
SHORTEST_SEARCH = 2
LONGEST_SEARCH = 100
_CODE = re.compile(r"[0-9A-Z]{18}")

_SEARCH = """
WITH found AS (
    SELECT o.subject_id, NULL::text AS former_name
    FROM published_organization o
    WHERE o.uscc = %(text)s OR (o.bigrams @> %(bigrams)s::text[] AND strpos(o.name_folded, %(text)s) > 0)
    UNION ALL
    SELECT o.subject_id, NULL
    FROM published_organization o
    WHERE o.code_kind IS NOT NULL AND o.local_code = %(code)s
    UNION ALL
    SELECT f.subject_id, f.name
    FROM published_former_name f
    WHERE f.bigrams @> %(bigrams)s::text[] AND strpos(f.name_folded, %(text)s) > 0
), once AS (
    SELECT subject_id, CASE WHEN bool_or(former_name IS NULL) THEN NULL ELSE min(former_name) END AS former_name
    FROM found GROUP BY subject_id
), page AS (
    SELECT o.uscc, o.code_kind, nullif(o.local_code, '') AS local_code, o.name, o.name_folded, once.former_name
    FROM once JOIN published_organization o USING (subject_id)
    ORDER BY o.name_folded <> %(text)s, length(o.name_folded), o.name_folded, o.uscc, o.local_code
    LIMIT %(limit)s OFFSET %(offset)s
)
SELECT jsonb_build_object(
    'total', (SELECT count(*) FROM once),
    'organizations', coalesce((
        SELECT jsonb_agg(jsonb_build_object('uscc', p.uscc, 'code_kind', p.code_kind, 'local_code', p.local_code,
                                            'name', p.name, 'former_name', p.former_name)
                         ORDER BY p.name_folded <> %(text)s, length(p.name_folded), p.name_folded, p.uscc,
                                  p.local_code)
        FROM page p), '[]'::jsonb))::text
"""

# `json` and not `jsonb`: the answer is written once from left to right instead of being built up as a tree (40 % faster).
_ORGANIZATION = """
WITH organization AS (
    SELECT * FROM published_organization WHERE uscc = %(code)s
), record AS MATERIALIZED (
    SELECT r.*, i.name_zh, i.name_en, i.report_section, i.adverse
    FROM published_record r
    JOIN catalog_catalogitemversion i ON i.id = r.item_version_id
    WHERE r.subject_id = (SELECT subject_id FROM organization)
), page AS (
    SELECT * FROM record
    ORDER BY report_section, decided_on DESC NULLS LAST, record_id
    LIMIT %(limit)s OFFSET %(offset)s
)
SELECT json_build_object(
    'uscc', o.uscc, 'code_kind', o.code_kind, 'local_code', nullif(o.local_code, ''),
    'code_kind_zh', o.code_kind_zh, 'code_kind_en', o.code_kind_en, 'name', o.name,
    'registered_on', o.registered_on, 'division_code', o.division_code, 'parent_uscc', o.parent_uscc,
    'former_names', coalesce((
        SELECT json_agg(json_build_object('name', f.name, 'valid_from', f.valid_from, 'valid_to', f.valid_to)
                         ORDER BY f.valid_to DESC)
        FROM published_former_name f WHERE f.subject_id = o.subject_id), '[]'::json),
    'record_count', (SELECT count(*) FROM record),
    'disputed_count', (SELECT count(*) FROM record WHERE disputed),
    'next_display_end', (SELECT min(shown_until) FROM record),
    'counts', coalesce((
        SELECT json_object_agg(c.report_section, c.number ORDER BY c.report_section)
        FROM (SELECT report_section, count(*) AS number FROM record GROUP BY report_section) c), '{}'::json),
    'records', coalesce((
        SELECT json_agg(json_build_object(
                   'record', r.record_id, 'version', r.number, 'item', r.item_code,
                   'name_zh', r.name_zh, 'name_en', r.name_en, 'section', r.report_section,
                   'adverse', r.adverse, 'disputed', r.disputed,
                   'document_kind', r.document_kind, 'document_number', r.document_number,
                   'decided_on', r.decided_on, 'effective_on', r.effective_on, 'tier', r.tier,
                   'display_from', r.display_from, 'display_to', r.display_to,
                   'recorded_at', r.recorded_at, 'unit_zh', u.name_zh, 'unit_en', u.name_en,
                   'file_digest', r.file_digest, 'row_number', r.row_number,
                   'fields', (
                       SELECT coalesce(json_agg(shown), '[]'::json)
                       FROM (SELECT f.name, f.label_zh, f.label_en, f.type, r.public_fields -> f.name AS value
                             FROM catalog_catalogfield f
                             WHERE f.item_version_id = r.item_version_id AND f.visibility = 'public'
                               AND coalesce(r.public_fields -> f.name, 'null'::jsonb) <> 'null'::jsonb
                             ORDER BY f.position) shown))
               ORDER BY r.report_section, r.decided_on DESC NULLS LAST, r.record_id)
        FROM page r LEFT JOIN published_unit u ON u.id = r.unit_id), '[]'::json))::text,
    now()
FROM organization o
"""
_LOCAL_ORGANIZATION = _ORGANIZATION.replace(
    "WHERE uscc = %(code)s", "WHERE code_kind = %(code_kind)s AND local_code = %(code)s"
)


def search_organizations(text: str, page: int = 1) -> dict[str, Any]:
    """`{"total", "organizations": [{"uscc", "code_kind", "local_code", "name", "former_name"}]}`, twenty a page.

    Found by a part of the name of two characters or more, by a former name, or by the whole code. A text that is
    too short, and a subject that may not be shown, give the same answer as nothing.
    """
    wanted = fold_name(text[:LONGEST_SEARCH])
    if len(wanted) < SHORTEST_SEARCH:
        return {"total": 0, "organizations": []}
    values = {
        "text": wanted,
        "code": normalize(text[:LONGEST_SEARCH]).text,
        "bigrams": bigrams(wanted),
        "limit": PAGE_SIZE,
        "offset": _offset(page, PAGE_SIZE),
    }
    answer = _one(_SEARCH, values)
    assert answer is not None
    found: dict[str, Any] = json.loads(answer)
    return found


def organization_page(
    code: str, page: int = 1, size: int = PAGE_SIZE, *, code_kind: str | None = None
) -> dict[str, Any] | None:
    """What everyone may know of an organization now; None for what is unknown or may not be shown.

    The same as the answer, with `as_of`, the moment of reading.
    """
    answer = organization_answer(code, page, size, code_kind=code_kind)
    return None if answer is None else {"as_of": answer.as_of.isoformat(), **json.loads(answer.text)}


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """JSON as the database wrote it, which is the same as long as what is shown is; and the moment of reading."""

    text: str
    as_of: datetime


def organization_answer(
    code: str, page: int = 1, size: int = PAGE_SIZE, *, code_kind: str | None = None
) -> PublicAnswer | None:
    """The same as text. `code_kind`: which declared kind of code `code` is; None for the unified social credit code."""
    values = {"code": code, "limit": size, "offset": _offset(page, size)}
    if code_kind is not None:
        # The same for a text that the database would refuse as for a code that nobody has.
        row = _row(_LOCAL_ORGANIZATION, {**values, "code_kind": code_kind}) if "\0" not in code else None
    else:
        row = _row(_ORGANIZATION, values) if _CODE.fullmatch(code) else None
    return None if row is None else PublicAnswer(*row)


def _offset(page: int, size: int) -> int:
    return (max(page, 1) - 1) * size


def _row(statement: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    with connections["site"].cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _one(statement: str, values: dict[str, Any]) -> str | None:
    row = _row(statement, values)
    return None if row is None or row[0] is None else str(row[0])


_REPORT = """
SELECT jsonb_build_object('number', number, 'kind', kind, 'issued_at', issued_at, 'as_of', as_of,
                          'record_count', record_count, 'withdrawn_at', withdrawn_at)::text
FROM published_report WHERE number = %(number)s
"""
_REPORT_NUMBER = re.compile(r"[0-9]{14}[0-9A-Z]{8}")


def issued_report(number: str) -> dict[str, Any] | None:
    """That a report was issued, when, and whether it was withdrawn; nothing of whom it concerns or what it says."""
    if not _REPORT_NUMBER.fullmatch(number):
        return None
    answer = _one(_REPORT, {"number": number})
    return None if answer is None else json.loads(answer)


def report_standing(number: str, digest: bytes) -> dict[str, Any] | None:
    """What is registered under this number and digest, with our encrypted copy; None where not exactly this was issued."""
    values = {"number": number, "digest": digest}
    answer = _one("SELECT report_standing(%(number)s, %(digest)s)::text", values)
    return None if answer is None else json.loads(answer)


def report_state(payload: bytes) -> dict[str, Any] | None:
    """How many of the records in an issued report changed since, by kind; None where no such content was issued."""
    answer = _one("SELECT report_state(%(payload)s)::text", {"payload": payload})
    return None if answer is None else json.loads(answer)
