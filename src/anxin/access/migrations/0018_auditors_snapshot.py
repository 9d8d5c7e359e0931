"""What an auditor's visit takes along beside the log: facts of adverse records on display, and who did what.

Views for the auditor's role alone. No name, no number of a person, no free text and no content of a record: numbers of
subjects and accounts, documents, days and clauses. `access/visit_snapshot.py` writes them down, `audit/verifier/visit` checks them.
"""

from django.db import migrations

FORWARD = """
CREATE VIEW visit_effect AS
SELECT p.subject_id AS subject, p.record_id AS record, p.number AS version, s.kind AS subject_kind,
       o.sole_proprietor, p.item_code AS item, p.item_version_id AS item_version, p.document_kind,
       p.document_number, p.decided_on, v.served_on, p.effective_on, p.tier, v.display_rule_version AS display_rule,
       p.display_from, p.display_to, p.recorded_at, v.submission_id AS submission, p.row_number,
       encode(v.content_digest, 'hex') AS content_digest, p.disputed,
       (SELECT x.submission_id FROM records_recordversion x
        WHERE x.subject_id = p.subject_id AND x.record_id = p.record_id AND x.number = p.number - 1)
           AS previous_submission
FROM published_record p
JOIN catalog_catalogitemversion i ON i.id = p.item_version_id AND i.adverse
JOIN subjects_subject s ON s.id = p.subject_id
JOIN records_recordversion v
    ON v.subject_id = p.subject_id AND v.record_id = p.record_id AND v.number = p.number
LEFT JOIN subjects_organization o ON o.subject_id = p.subject_id;

CREATE VIEW visit_record_event AS
SELECT e.id, e.subject_id AS subject, e.record_id AS record, e.kind, e.effective_at, e.recorded_at,
       e.by_account_id AS by_account, e.submission_id AS submission, e.document_number, e.document_date, e.clause
FROM records_recordevent e;

CREATE VIEW visit_submission AS
SELECT s.id, u.code AS unit, s.channel, s.state, s.by_id AS by_account, encode(s.file_digest, 'hex') AS file_digest,
       s.received_at, s.closed_at, s.read_rows, s.accepted_rows, s.returned_rows, s.duplicate_rows, s.queued_rows,
       coalesce(stored.rows, 0) AS stored_rows
FROM intake_submission s JOIN authorities_unit u ON u.id = s.unit_id
LEFT JOIN (
    SELECT v.submission_id, count(DISTINCT (v.subject_id, v.record_id)) AS rows
    FROM records_recordversion v GROUP BY v.submission_id
) stored ON stored.submission_id = s.id
WHERE s.state = 'closed';

CREATE VIEW visit_item AS
SELECT v.id, i.code AS item, v.number, v.name_zh, v.name_en, v.valid_from, v.valid_to, v.legal_basis, v.adverse,
       v.disclosure_class, v.document_kind, v.pack
FROM catalog_catalogitemversion v JOIN catalog_catalogitem i ON i.id = v.item_id;

CREATE VIEW visit_decision AS
SELECT d.id, d.reason, d.subject_id AS subject, d.by_id AS by_account, d.at, d.undone_by_id AS undone_by,
       d.undone_at
FROM subjects_linkdecision d;

CREATE VIEW visit_account AS
SELECT a.id, a.kind FROM authorities_account a;

CREATE VIEW visit_report AS
SELECT r.number, r.kind, r.subject_id AS subject, r.query_log_entry_id AS entry, r.issued_at, r.withdrawn_at
FROM access_creditreport r;

CREATE VIEW visit_erasure AS
SELECT l.index, x.event_id AS event, e.act, x.clause, x.drafted_by_account_id AS drafted_by,
       x.approved_by_account_id AS approved_by, x.approved_at
FROM audit_erasure x
JOIN audit_leaf l ON l.kind = 'e' AND l.entry_id = x.event_id
LEFT JOIN audit_eventlogentry e ON e.id = x.event_id
WHERE x.approved_at IS NOT NULL;
"""
BACKWARD = """
DROP VIEW visit_erasure, visit_report, visit_account, visit_decision, visit_item, visit_submission,
    visit_record_event, visit_effect;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0017_names_of_persons"),
        ("audit", "0003_the_tree"),
        ("catalog", "0003_document_kind"),
        ("records", "0004_only_organizations_displayed"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
