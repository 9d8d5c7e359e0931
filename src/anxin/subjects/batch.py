"""Linking of whole submissions: identifier first, names never (Art. 12(2)).

Works on the staging table of the submission (`intake.staging`), which holds `identifier`, `name`, `name_folded`,
`registered_on`. Every statement is one set; none loops over rows.
"""

from __future__ import annotations

from psycopg import Cursor

from anxin.law.carries_out import carries_out

# Code prefix 92: an organization by code, a person by privacy.
ADD_ORGANIZATIONS = """
WITH fresh AS (
    SELECT DISTINCT ON (s.identifier) s.identifier, s.name, s.name_folded, s.registered_on
    FROM intake_staging s
    WHERE NOT EXISTS (SELECT FROM subjects_organization o WHERE o.uscc = s.identifier)
    ORDER BY s.identifier, s.row_number
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('subjects_subject', 'id')) AS id, fresh.* FROM fresh
), subjects AS (
    INSERT INTO subjects_subject (id, kind)
    SELECT id, CASE WHEN identifier LIKE '92%%' THEN 'unincorporated_organization' ELSE 'legal_person' END
    FROM numbered
    RETURNING id
)
INSERT INTO subjects_organization
    (subject_id, uscc, name, name_folded, bigrams, sole_proprietor, registered, registered_on, division_code,
     parent_uscc)
SELECT n.id, n.identifier, n.name, n.name_folded,
       ARRAY(SELECT DISTINCT substr(n.name_folded, i, 2) FROM generate_series(1, length(n.name_folded) - 1) i),
       n.identifier LIKE '92%%', %(registers)s, n.registered_on, substr(n.identifier, 3, 6), ''
FROM numbered n
"""

# The first row of a registration file states the name; another unit's earlier guess at it gives way only to a person.
CONFIRM_REGISTRATION = """
UPDATE subjects_organization o
SET registered = TRUE, registered_on = s.registered_on
FROM intake_staging s
WHERE o.uscc = s.identifier AND NOT o.registered AND o.name_folded = s.name_folded
"""

QUEUE_OTHER_NAMES = """
INSERT INTO intake_exception (row_number, outcome, reason, subject_id)
SELECT s.row_number, 'queued', 'Q-NAME', o.subject_id
FROM intake_staging s
JOIN subjects_organization o ON o.uscc = s.identifier
WHERE s.name_folded <> o.name_folded
  AND NOT EXISTS (
      SELECT FROM subjects_formername f
      WHERE f.organization_id = o.subject_id AND f.name_folded = s.name_folded)
ON CONFLICT DO NOTHING
"""


@carries_out("anshan-2022-9/12/2")
def link_organizations(cursor: Cursor, *, registers: bool) -> int:
    """Give every staged code its organization; queue rows whose name is not on file. Returns the number of new ones.

    `registers`: the submission comes from a registration authority, so a new organization counts as registered.
    """
    cursor.execute(ADD_ORGANIZATIONS, {"registers": registers})
    added = cursor.rowcount
    if registers:
        cursor.execute(CONFIRM_REGISTRATION)
    cursor.execute(QUEUE_OTHER_NAMES)
    return added
