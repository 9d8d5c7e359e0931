"""The published projection and the read gate.

`published_organization` and `published_record` compare with the clock at the moment of reading; the public site's
role may select from them and from the catalog's published entries, and from nothing else (Art. 13(1), 14).
`read_records` is the only way to a subject's other information: it wants a query-log row that an earlier
transaction committed (Art. 45(2)). (No alias there may be called `found`: PL/pgSQL has a variable of that name.)
"""

from django.db import migrations

FORWARD = """
DO $$
BEGIN
    CREATE ROLE anxin_site NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    EXECUTE format('GRANT anxin_site TO %I', current_user);
END $$;

CREATE VIEW published_organization AS
SELECT o.subject_id, o.uscc, o.name, o.name_folded, o.bigrams, o.registered_on, o.division_code, o.parent_uscc
FROM subjects_organization o
WHERE NOT o.sole_proprietor;

CREATE VIEW published_former_name AS
SELECT f.organization_id AS subject_id, f.name, f.name_folded, f.bigrams, f.valid_from, f.valid_to
FROM subjects_formername f
JOIN subjects_organization o ON o.subject_id = f.organization_id
WHERE NOT o.sole_proprietor;

CREATE VIEW published_record AS
SELECT r.subject_id, r.id AS record_id, v.number, i.code AS item_code, v.item_version_id, v.public_fields,
       v.document_kind, v.document_number, v.decided_on, v.effective_on, v.tier, v.display_from, v.display_to,
       v.recorded_at, s.unit_id, encode(s.file_digest, 'hex') AS file_digest, v.row_number,
       EXISTS (
           SELECT FROM records_recordevent e
           WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.kind = 'objected'
             AND e.effective_at <= now()
             AND NOT EXISTS (
                 SELECT FROM records_recordevent c
                 WHERE c.subject_id = e.subject_id AND c.record_id = e.record_id
                   AND c.kind = 'objection_closed' AND c.effective_at <= now() AND c.id > e.id)
       ) AS disputed
FROM records_creditrecord r
JOIN subjects_organization o ON o.subject_id = r.subject_id AND NOT o.sole_proprietor
JOIN catalog_catalogitem i ON i.id = r.item_id
CROSS JOIN LATERAL (
    SELECT * FROM records_recordversion x
    WHERE x.subject_id = r.subject_id AND x.record_id = r.id
    ORDER BY x.number DESC LIMIT 1
) v
JOIN catalog_catalogitemversion iv ON iv.id = v.item_version_id AND iv.disclosure_class = 'public'
LEFT JOIN intake_submission s ON s.id = v.submission_id
WHERE v.display_from <= now() AND v.display_to > now()
  AND EXISTS (
      SELECT FROM catalog_catalogitemversion now_in_force
      WHERE now_in_force.item_id = r.item_id AND now_in_force.disclosure_class = 'public'
        AND now_in_force.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
        AND (now_in_force.valid_to IS NULL
             OR now_in_force.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date))
  AND NOT EXISTS (
      SELECT FROM records_recordevent e
      WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.effective_at <= now()
        AND (e.kind IN ('withdrawn', 'annulled', 'restored', 'display_ended')
             OR e.kind IN ('shielded', 'link_undone') AND NOT EXISTS (
                 SELECT FROM records_recordevent u
                 WHERE u.subject_id = e.subject_id AND u.record_id = e.record_id
                   AND u.kind = CASE e.kind WHEN 'shielded' THEN 'unshielded' ELSE 'link_restored' END
                   AND u.effective_at <= now() AND u.id > e.id)));

CREATE VIEW published_unit AS
SELECT id, code, name_zh, name_en, division_code FROM authorities_unit;

CREATE VIEW published_report AS
SELECT number, issued_at, as_of, encode(content_digest, 'hex') AS content_digest, record_count, key_name,
       withdrawn_at
FROM access_creditreport;

CREATE FUNCTION read_records(entry bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE;
BEGIN
    SELECT * INTO logged FROM audit_querylogentry WHERE id = entry;
    IF NOT FOUND OR logged.transaction_id = pg_current_xact_id() THEN
        RAISE EXCEPTION 'no committed query-log entry %', entry USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN (
        SELECT coalesce(jsonb_agg(row_to_json(reading)::jsonb ORDER BY reading.decided_on DESC NULLS LAST,
                                  reading.record_id), '[]'::jsonb)
        FROM (
            SELECT r.id AS record_id, i.code AS item, iv.name_zh, iv.name_en, iv.report_section, iv.adverse,
                   v.number AS version, v.item_version_id,
                   v.public_fields || coalesce(v.restricted_fields, '{}'::jsonb) AS fields,
                   v.document_kind, v.document_number, v.decided_on, v.served_on, v.effective_on, v.tier,
                   v.display_from, v.display_to, v.recorded_at, v.row_number,
                   encode(s.file_digest, 'hex') AS file_digest, u.name_zh AS unit_zh, u.name_en AS unit_en,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'kind', e.kind, 'effective_at', e.effective_at, 'reason', e.reason,
                                'document_number', e.document_number) ORDER BY e.id), '[]'::jsonb)
                    FROM records_recordevent e
                    WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.effective_at <= now()
                   ) AS events
            FROM records_creditrecord r
            JOIN catalog_catalogitem i ON i.id = r.item_id
            CROSS JOIN LATERAL (
                SELECT * FROM records_recordversion x
                WHERE x.subject_id = r.subject_id AND x.record_id = r.id
                ORDER BY x.number DESC LIMIT 1
            ) v
            JOIN catalog_catalogitemversion iv ON iv.id = v.item_version_id
            LEFT JOIN intake_submission s ON s.id = v.submission_id
            LEFT JOIN authorities_unit u ON u.id = s.unit_id
            WHERE r.subject_id = logged.subject_id
              AND (logged.fields = ARRAY['*']::varchar[] OR i.code = ANY (logged.fields))
              AND NOT EXISTS (
                  SELECT FROM records_recordevent e
                  WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.effective_at <= now()
                    AND (e.kind IN ('withdrawn', 'annulled')
                         OR e.kind = 'link_undone' AND NOT EXISTS (
                             SELECT FROM records_recordevent u
                             WHERE u.subject_id = e.subject_id AND u.record_id = e.record_id
                               AND u.kind = 'link_restored' AND u.effective_at <= now() AND u.id > e.id)))
        ) reading
    );
END $$;
REVOKE ALL ON FUNCTION read_records(bigint) FROM PUBLIC;

GRANT USAGE ON SCHEMA public TO anxin_site;
GRANT SELECT ON published_organization, published_former_name, published_record, published_unit,
    published_report, catalog_catalogitem, catalog_catalogitemversion, catalog_catalogfield TO anxin_site;
"""

BACKWARD = """
DROP FUNCTION read_records(bigint);
REVOKE SELECT ON catalog_catalogitem, catalog_catalogitemversion, catalog_catalogfield FROM anxin_site;
DROP VIEW published_report, published_unit, published_record, published_former_name, published_organization;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("audit", "0001_initial"),
        ("authorities", "0001_initial"),
        ("catalog", "0001_initial"),
        ("subjects", "0001_initial"),
        ("records", "0002_keys_and_numbers"),
        ("intake", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
