"""Storing whole submissions: repeats dropped, corrections appended, the rest inserted, set by set (Art. 11).

Works on the staging table (`intake.staging`) after linking. `intake_exception` collects the rows that are not plainly
new; a repeated file therefore ends in anti-joins and writes nothing.
"""

from __future__ import annotations

from typing import Any

from psycopg import Cursor

DROP_REPEATS = """
INSERT INTO intake_exception (row_number, outcome, reason)
SELECT row_number, CASE WHEN content_digest = first_content THEN 'duplicate' ELSE 'queued' END,
       CASE WHEN content_digest = first_content THEN '' ELSE 'Q-KEY-CONFLICT' END
FROM (
    SELECT row_number, content_digest, position,
           first_value(content_digest) OVER (PARTITION BY business_key ORDER BY position) AS first_content
    FROM (SELECT row_number, business_key, content_digest,
                 row_number() OVER (PARTITION BY business_key ORDER BY row_number) AS position
          FROM intake_staging s
          WHERE NOT EXISTS (SELECT FROM intake_exception e WHERE e.row_number = s.row_number)) placed
) repeated
WHERE position > 1
ON CONFLICT DO NOTHING
"""

# A record that an officer corrected, or whose link an officer undid, is not overruled by a file: a person looks again.
MEET_STORED = """
INSERT INTO intake_exception (row_number, outcome, reason, subject_id, record_id, number)
SELECT met.row_number, met.outcome, CASE met.outcome WHEN 'queued' THEN 'Q-KEY-CONFLICT' ELSE '' END,
       met.subject_id, met.record_id, met.next_number
FROM (
    SELECT s.row_number, r.subject_id, r.id AS record_id, v.number + 1 AS next_number,
           CASE WHEN hand.undone THEN 'queued'
                WHEN v.content_digest = s.content_digest THEN 'duplicate'
                WHEN NOT hand.corrected AND r.subject_id = o.subject_id AND v.unit_id = %(unit)s THEN 'correction'
                ELSE 'queued' END AS outcome
    FROM intake_staging s
    JOIN subjects_organization o ON o.uscc = s.identifier
    JOIN records_creditrecord r ON r.item_id = %(item)s AND r.business_key = s.business_key
    CROSS JOIN LATERAL (
        SELECT x.number, x.content_digest, u.unit_id
        FROM records_recordversion x JOIN intake_submission u ON u.id = x.submission_id
        WHERE x.subject_id = r.subject_id AND x.record_id = r.id ORDER BY x.number DESC LIMIT 1
    ) v
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(e.kind = 'corrected'), FALSE) AS corrected,
               count(*) FILTER (WHERE e.kind = 'link_undone')
                   > count(*) FILTER (WHERE e.kind = 'link_restored') AS undone
        FROM records_recordevent e
        WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.by_account_id IS NOT NULL
    ) hand
    WHERE NOT EXISTS (SELECT FROM intake_exception e WHERE e.row_number = s.row_number)
) met
ON CONFLICT DO NOTHING
"""

INSERT_RECORDS = """
INSERT INTO records_creditrecord (subject_id, id, item_id, business_key)
SELECT o.subject_id, s.record_id, %(item)s, s.business_key
FROM intake_staging s
JOIN subjects_organization o ON o.uscc = s.identifier
WHERE NOT EXISTS (SELECT FROM intake_exception e WHERE e.row_number = s.row_number)
"""

VERSION_COLUMNS = """
    subject_id, record_id, number, item_version_id, submission_id, row_number, content_digest, public_fields,
    restricted_fields, encrypted_fields, document_kind, document_number, decided_on, served_on, effective_on, tier,
    display_rule_version, display_from, display_to
"""

STAGED_VALUES = """
    %(item_version)s, %(submission)s, s.row_number, s.content_digest, jsonb_strip_nulls(s.public_fields::jsonb),
    jsonb_strip_nulls(s.restricted_fields::jsonb), s.encrypted_fields, %(document_kind)s, coalesce(s.document_number, ''),
    s.decided_on, s.served_on, s.effective_on, s.tier, s.display_rule_version, s.display_from, s.display_to
"""

INSERT_FIRST_VERSIONS = f"""
INSERT INTO records_recordversion ({VERSION_COLUMNS})
SELECT o.subject_id, s.record_id, 1, {STAGED_VALUES}
FROM intake_staging s
JOIN subjects_organization o ON o.uscc = s.identifier
WHERE NOT EXISTS (SELECT FROM intake_exception e WHERE e.row_number = s.row_number)
"""

INSERT_CORRECTIONS = f"""
INSERT INTO records_recordversion ({VERSION_COLUMNS})
SELECT e.subject_id, e.record_id, e.number, {STAGED_VALUES}
FROM intake_staging s
JOIN intake_exception e ON e.row_number = s.row_number AND e.outcome = 'correction'
"""

# A document that its own unit reports as withdrawn ends the record at once, in this same transaction.
INSERT_ENDS = """
INSERT INTO records_recordevent
    (subject_id, record_id, kind, effective_at, submission_id, document_number, document_issuer, reason, clause)
SELECT o.subject_id, coalesce(e.record_id, s.record_id), s.legal_status, now(), %(submission)s, '', '',
       'reported by the providing unit', 'anshan-2022-9/11/1'
FROM intake_staging s
JOIN subjects_organization o ON o.uscc = s.identifier
LEFT JOIN intake_exception e ON e.row_number = s.row_number
WHERE s.legal_status IS NOT NULL AND (e.outcome IS NULL OR e.outcome = 'correction')
  AND NOT EXISTS (
      SELECT FROM records_recordevent ended
      WHERE ended.subject_id = o.subject_id AND ended.record_id = coalesce(e.record_id, s.record_id)
        AND ended.kind IN (s.legal_status, 'annulled'))
"""


def merge_records(cursor: Cursor, parameters: dict[str, Any]) -> None:
    """Store the staged rows. `parameters`: item, item_version, submission, unit (numbers) and document_kind."""
    cursor.execute(DROP_REPEATS)
    cursor.execute(MEET_STORED, parameters)
    cursor.execute("ANALYZE intake_exception")
    for statement in (INSERT_RECORDS, INSERT_FIRST_VERSIONS, INSERT_CORRECTIONS, INSERT_ENDS):
        cursor.execute(statement, parameters)
