"""Storing whole submissions: repeats dropped, corrections appended, the rest inserted, set by set (Art. 11).

Works on the temporary tables of a submission (`intake.staging`) after linking. `intake_exception` collects the rows that
are not plainly new; a repeated file ends there, and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from psycopg import Cursor

from anxin.copying import copy_in, copy_out, copy_text

QUEUE_DOUBTS = """
INSERT INTO intake_exception (row_number, outcome, reason, subject_id)
SELECT s.row_number, 'queued', l.reason, l.subject_id
FROM intake_staging s JOIN intake_linked l ON l.party = s.party
WHERE l.reason IS NOT NULL
"""

# Only keys that occur more than once are put in order; in most files these are few.
DROP_REPEATS = """
WITH several AS MATERIALIZED (
    SELECT business_key FROM intake_staging GROUP BY business_key HAVING count(*) > 1
)
INSERT INTO intake_exception (row_number, outcome, reason)
SELECT row_number, CASE WHEN content_digest = first_content THEN 'duplicate' ELSE 'queued' END,
       CASE WHEN content_digest = first_content THEN '' ELSE 'Q-KEY-CONFLICT' END
FROM (
    SELECT s.row_number, s.content_digest,
           row_number() OVER place AS position, first_value(s.content_digest) OVER place AS first_content
    FROM intake_staging s JOIN several ON several.business_key = s.business_key
    WHERE NOT EXISTS (SELECT FROM intake_exception e WHERE e.row_number = s.row_number)
    WINDOW place AS (PARTITION BY s.business_key ORDER BY s.row_number)
) repeated
WHERE position > 1
"""

# Rows about facts that are on file, each with the last version of its record.
FIND_STORED = """
INSERT INTO intake_met
SELECT DISTINCT ON (s.row_number) s.row_number, v.content_digest = s.content_digest, r.subject_id = l.subject_id,
       r.subject_id, r.id, v.number, v.submission_id
FROM intake_staging s
JOIN intake_linked l ON l.party = s.party
JOIN records_creditrecord r ON r.item_id = %(item)s AND r.business_key = s.business_key
JOIN records_recordversion v ON v.subject_id = r.subject_id AND v.record_id = r.id
WHERE NOT EXISTS (SELECT FROM intake_exception e WHERE e.row_number = s.row_number)
ORDER BY s.row_number, v.number DESC
"""

# What an earlier part of the same file stored, queued or found on file is repeated, or contradicted: the file does not correct itself.
REPEAT_EARLIER = """
INSERT INTO intake_exception (row_number, outcome, reason)
SELECT row_number, CASE WHEN same THEN 'duplicate' ELSE 'queued' END,
       CASE WHEN same THEN '' ELSE 'Q-KEY-CONFLICT' END
FROM (
    SELECT m.row_number, m.same_content AS same FROM intake_met m WHERE m.submission_id = %(within)s
    UNION ALL
    SELECT s.row_number, q.content_digest = s.content_digest
    FROM intake_met m
    JOIN intake_staging s ON s.row_number = m.row_number
    JOIN intake_queued_key q ON q.business_key = s.business_key
    WHERE m.submission_id IS DISTINCT FROM %(within)s
    UNION ALL
    SELECT m.row_number, false
    FROM intake_met m
    WHERE NOT m.same_content AND m.submission_id IS DISTINCT FROM %(within)s
      AND EXISTS (SELECT FROM intake_repeated p WHERE p.record_id = m.record_id)
) earlier
"""

# A record that an officer corrected, or whose link an officer undid, is not overruled by a file: a person looks again.
MEET_STORED = """
INSERT INTO intake_exception (row_number, outcome, reason, subject_id, record_id, number)
SELECT met.row_number, met.outcome, CASE met.outcome WHEN 'queued' THEN 'Q-KEY-CONFLICT' ELSE '' END,
       met.subject_id, met.record_id, met.number + 1
FROM (
    SELECT m.*,
           CASE WHEN hand.undone THEN 'queued'
                WHEN m.same_content THEN 'duplicate'
                WHEN hand.corrected IS NOT TRUE AND m.same_subject AND EXISTS (
                    SELECT FROM intake_submission u WHERE u.id = m.submission_id AND u.unit_id = %(unit)s)
                THEN 'correction'
                ELSE 'queued' END AS outcome
    FROM intake_met m
    LEFT JOIN (
        SELECT e.subject_id, e.record_id, bool_or(e.kind = 'corrected') AS corrected,
               count(*) FILTER (WHERE e.kind = 'link_undone')
                   > count(*) FILTER (WHERE e.kind = 'link_restored') AS undone
        FROM records_recordevent e
        WHERE e.by_account_id IS NOT NULL
          AND EXISTS (SELECT FROM intake_met n WHERE n.subject_id = e.subject_id AND n.record_id = e.record_id)
        GROUP BY e.subject_id, e.record_id
    ) hand ON hand.subject_id = m.subject_id AND hand.record_id = m.record_id
    WHERE NOT EXISTS (SELECT FROM intake_exception e WHERE e.row_number = m.row_number)
) met
"""

KEEP_QUEUED = """
INSERT INTO intake_queued_key (business_key, content_digest)
SELECT s.business_key, s.content_digest
FROM intake_exception e JOIN intake_staging s ON s.row_number = e.row_number
WHERE e.outcome = 'queued' AND e.record_id IS NOT NULL
"""

KEEP_REPEATED = """
INSERT INTO intake_repeated (record_id)
SELECT record_id FROM intake_exception WHERE outcome = 'duplicate' AND record_id IS NOT NULL
"""

# A document that its own unit reports as withdrawn ends the record at once, in this same transaction; once is enough.
INSERT_ENDS = """
INSERT INTO records_recordevent
    (subject_id, record_id, kind, effective_at, submission_id, document_number, document_issuer, reason, clause)
SELECT w.subject_id, w.record_id, w.kind, now(), %s, '', '', 'reported by the providing unit', 'anshan-2022-9/11/1'
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) w (subject_id, record_id, kind)
WHERE NOT EXISTS (
    SELECT FROM records_recordevent ended
    WHERE ended.subject_id = w.subject_id AND ended.record_id = w.record_id AND ended.kind IN (w.kind, 'annulled'))
"""

# Below this the server guesses well enough.
WORTH_ANALYZING = 2_000

RECORD_COLUMNS = ("subject_id", "id", "item_id", "business_key")
VERSION_COLUMNS = (
    *(
        "subject_id",
        "record_id",
        "number",
        "item_version_id",
        "submission_id",
        "row_number",
        "content_digest",
    ),
    *("public_fields", "restricted_fields", "encrypted_fields", "document_kind", "document_number"),
    *(
        "decided_on",
        "served_on",
        "effective_on",
        "tier",
        "display_rule_version",
        "display_from",
        "display_to",
    ),
)
# What `ready_records` needs of a row: its own values, and whose record it is.
STORED = (
    *("row_number", "subject_id", "record_id", "number", "business_key", "content_digest", "public_fields"),
    *("restricted_fields", "encrypted_fields", "document_number", "decided_on", "served_on", "effective_on"),
    *("tier", "display_rule_version", "display_from", "display_to", "legal_status"),
)


def sort_out(cursor: Cursor[Any], parameters: dict[str, Any]) -> None:
    """Find the rows that are not plainly new. `parameters`: item and unit (numbers); `within`: the submission of which
    an earlier part may be stored, or None.
    """
    cursor.execute(QUEUE_DOUBTS)
    cursor.execute(FIND_STORED, parameters)
    met = cursor.rowcount
    if met:
        cursor.execute(REPEAT_EARLIER, parameters)
    cursor.execute(DROP_REPEATS)
    if met:
        if met >= WORTH_ANALYZING:
            # Not of the other table: were it known to be empty, its growing pages would be read once for every row.
            cursor.execute("ANALYZE intake_met")
        cursor.execute(MEET_STORED, parameters)
        cursor.execute(KEEP_QUEUED)
        cursor.execute(KEEP_REPEATED)


def reserve_numbers(cursor: Cursor[Any], number: int) -> np.ndarray:
    """Record numbers that nobody else will get, shape (number,)."""
    query = f"SELECT nextval('record_number') FROM generate_series(1, {int(number)})"
    return copy_out(cursor, query, {"number": pl.Int64})["number"].to_numpy()


@dataclass(frozen=True, slots=True)
class Ready:
    """Rows in the form that the database takes in: COPY texts of both tables, and what was withdrawn."""

    records: bytes
    versions: bytes
    submission: int
    ended: tuple[list[int], list[int], list[str]]


def ready_records(rows: pl.DataFrame, parameters: dict[str, Any]) -> Ready:
    """Rows that have a subject and a record: `STORED`; `number` 1 makes a new record, a higher one corrects.

    `parameters`: item, item_version, submission (numbers) and document_kind.
    """
    fresh = rows.filter(pl.col("number") == 1).with_columns(
        pl.col("record_id").alias("id"), pl.lit(parameters["item"]).alias("item_id")
    )
    versions = rows.with_columns(
        pl.lit(parameters["item_version"]).alias("item_version_id"),
        pl.lit(parameters["submission"]).alias("submission_id"),
        pl.lit(parameters["document_kind"]).alias("document_kind"),
    )
    ended = rows.filter(pl.col("legal_status").is_not_null())
    return Ready(
        records=copy_text(fresh.select(RECORD_COLUMNS)),
        versions=copy_text(versions.select(VERSION_COLUMNS)),
        submission=parameters["submission"],
        ended=(ended["subject_id"].to_list(), ended["record_id"].to_list(), ended["legal_status"].to_list()),
    )


def copy_records(cursor: Cursor[Any], ready: Ready) -> None:
    """Store them."""
    copy_in(cursor, "records_creditrecord", RECORD_COLUMNS, ready.records)
    copy_in(cursor, "records_recordversion", VERSION_COLUMNS, ready.versions)
    if ready.ended[0]:
        cursor.execute(INSERT_ENDS, [ready.submission, *ready.ended])
