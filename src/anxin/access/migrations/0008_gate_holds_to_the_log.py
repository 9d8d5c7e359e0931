"""The read gate asks more of the log row, and gives out no more than the row says (Art. 45(2), invariant 5).

Every door asks `committed_reading`: the row was committed by an earlier transaction, written by this same login, and is not
older than ten minutes. Its `fields` name items (`administrative-penalty`), single fields of an item (`item.field`), or `*`.
For the first and the last a record comes whole; for single fields nothing else of it comes but that it exists.

The small functions at the end tell no content: which item a record is under, which unit sent it, what kinds of event it had,
which subject bears a code. Rights to all of them are given by `access/rights.yaml`.
"""

from django.db import migrations

GATE = """
CREATE FUNCTION committed_reading(entry bigint) RETURNS audit_querylogentry
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE;
BEGIN
    SELECT * INTO logged FROM audit_querylogentry WHERE id = entry;
    IF NOT FOUND OR logged.transaction_id IS NOT DISTINCT FROM pg_current_xact_id_if_assigned()
       OR logged.login <> session_user OR logged.at < clock_timestamp() - interval '10 minutes' THEN
        RAISE EXCEPTION 'no committed query-log entry % of this login in the last ten minutes', entry
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN logged;
END $$;

CREATE FUNCTION fields_of_reading(held jsonb, item text, fields text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN '*' = ANY (fields) OR item = ANY (fields) THEN held
    ELSE coalesce((SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(held) AS f(key, value)
                   WHERE item || '.' || f.key = ANY (fields)), '{}'::jsonb) END;

CREATE OR REPLACE FUNCTION read_records(entry bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(row_to_json(reading)::jsonb ORDER BY reading.decided_on DESC NULLS LAST,
                                  reading.record_id), '[]'::jsonb)
        FROM (
            SELECT r.id AS record_id, i.code AS item, iv.name_zh, iv.name_en, iv.report_section, iv.adverse,
                   v.number AS version, v.item_version_id,
                   fields_of_reading(v.public_fields || coalesce(v.restricted_fields, '{}'::jsonb), i.code,
                                     logged.fields) AS fields,
                   CASE WHEN said.whole THEN v.document_kind END AS document_kind,
                   CASE WHEN said.whole OR 'document_number' = ANY (said.roles) THEN v.document_number END
                       AS document_number,
                   CASE WHEN said.whole OR 'decided_on' = ANY (said.roles) THEN v.decided_on END AS decided_on,
                   CASE WHEN said.whole THEN v.served_on END AS served_on,
                   CASE WHEN said.whole OR 'effective_on' = ANY (said.roles) THEN v.effective_on END
                       AS effective_on,
                   CASE WHEN said.whole THEN v.tier END AS tier,
                   CASE WHEN said.whole THEN v.display_from END AS display_from,
                   CASE WHEN said.whole THEN v.display_to END AS display_to,
                   v.recorded_at, v.row_number,
                   encode(s.file_digest, 'hex') AS file_digest, u.name_zh AS unit_zh, u.name_en AS unit_en,
                   (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'kind', e.kind, 'effective_at', e.effective_at,
                                'reason', CASE WHEN said.whole THEN e.reason END,
                                'document_number', CASE WHEN said.whole THEN e.document_number END) ORDER BY e.id),
                            '[]'::jsonb)
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
            CROSS JOIN LATERAL (SELECT '*' = ANY (logged.fields) OR i.code = ANY (logged.fields) AS whole) named
            CROSS JOIN LATERAL (
                SELECT named.whole, CASE WHEN NOT named.whole THEN ARRAY(
                    SELECT f.role FROM catalog_catalogfield f
                    WHERE f.item_version_id = iv.id AND f.role <> ''
                      AND i.code || '.' || f.name = ANY (logged.fields)) END AS roles
            ) said
            LEFT JOIN intake_submission s ON s.id = v.submission_id
            LEFT JOIN authorities_unit u ON u.id = s.unit_id
            WHERE r.subject_id = logged.subject_id
              AND (said.whole OR EXISTS (
                  SELECT FROM unnest(logged.fields) AS asked(field) WHERE starts_with(asked.field, i.code || '.')))
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

CREATE OR REPLACE FUNCTION read_record_history(entry bigint, record bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'record_id', r.id, 'item', i.code,
            'versions', (
                SELECT jsonb_agg(jsonb_build_object(
                    'version', v.number, 'name_zh', iv.name_zh, 'name_en', iv.name_en,
                    'item_version', iv.number, 'adverse', iv.adverse,
                    'fields', (
                        SELECT coalesce(jsonb_agg(jsonb_build_object(
                                   'name', f.name, 'label_zh', f.label_zh, 'label_en', f.label_en, 'type', f.type,
                                   'visibility', f.visibility, 'value', shown.fields -> f.name) ORDER BY f.position),
                               '[]'::jsonb)
                        FROM catalog_catalogfield f
                        WHERE f.item_version_id = iv.id AND f.visibility <> 'never'
                          AND coalesce(shown.fields -> f.name, 'null'::jsonb) <> 'null'::jsonb),
                    'document_kind', v.document_kind, 'document_number', v.document_number,
                    'decided_on', v.decided_on, 'served_on', v.served_on, 'effective_on', v.effective_on,
                    'tier', v.tier, 'display_rule_version', v.display_rule_version,
                    'display_from', v.display_from, 'display_to', v.display_to, 'recorded_at', v.recorded_at,
                    'submission', v.submission_id, 'row_number', v.row_number,
                    'file_digest', encode(s.file_digest, 'hex'), 'file_name', s.file_name,
                    'unit_code', u.code, 'unit_zh', u.name_zh, 'unit_en', u.name_en) ORDER BY v.number DESC)
                FROM records_recordversion v
                JOIN catalog_catalogitemversion iv ON iv.id = v.item_version_id
                CROSS JOIN LATERAL (
                    SELECT v.public_fields || coalesce(v.restricted_fields, '{}'::jsonb) AS fields) shown
                LEFT JOIN intake_submission s ON s.id = v.submission_id
                LEFT JOIN authorities_unit u ON u.id = s.unit_id
                WHERE v.subject_id = r.subject_id AND v.record_id = r.id),
            'events', (
                SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'kind', e.kind, 'effective_at', e.effective_at, 'recorded_at', e.recorded_at,
                    'reason', e.reason, 'clause', e.clause, 'document_number', e.document_number,
                    'document_issuer', e.document_issuer, 'document_date', e.document_date,
                    'by', a.display_name, 'submission', e.submission_id) ORDER BY e.id), '[]'::jsonb)
                FROM records_recordevent e
                LEFT JOIN authorities_account a ON a.id = e.by_account_id
                WHERE e.subject_id = r.subject_id AND e.record_id = r.id))
        FROM records_creditrecord r
        JOIN catalog_catalogitem i ON i.id = r.item_id
        WHERE r.subject_id = logged.subject_id AND r.id = record
          AND ('*' = ANY (logged.fields) OR i.code = ANY (logged.fields))
    );
END $$;

CREATE FUNCTION read_person(entry bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'subject_id', p.subject_id, 'kind', p.kind, 'name', p.name,
            'born_on', CASE WHEN logged.route = 'own_report'
                OR logged.fields && ARRAY['*', 'person', 'person.born_on']::varchar[] THEN p.born_on END,
            'documents', (SELECT coalesce(jsonb_agg(d.kind ORDER BY d.id), '[]'::jsonb)
                          FROM subjects_personalidentifier d WHERE d.person_id = p.subject_id))
        FROM subjects_naturalperson p WHERE p.subject_id = logged.subject_id
    );
END $$;

CREATE FUNCTION read_organization(entry bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'subject_id', o.subject_id, 'kind', o.kind, 'uscc', o.uscc, 'code_kind', o.code_kind_id,
            'local_code', o.local_code, 'name', o.name, 'sole_proprietor', o.sole_proprietor,
            'registered', o.registered, 'registered_on', o.registered_on, 'division_code', o.division_code,
            'parent_uscc', o.parent_uscc,
            'former_names', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'valid_from', f.valid_from,
                                                             'valid_to', f.valid_to) ORDER BY f.valid_to DESC),
                                '[]'::jsonb)
                FROM subjects_formername f WHERE f.organization_id = o.subject_id))
        FROM subjects_organization o WHERE o.subject_id = logged.subject_id
    );
END $$;
"""

SMALL = """
CREATE FUNCTION subject_of_code(code text, kind text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.subject_id FROM subjects_organization o
    WHERE CASE WHEN $2 IS NULL THEN o.uscc = $1 ELSE o.code_kind_id = $2 AND o.local_code = $1 END
$$;

CREATE FUNCTION record_item(subject bigint, record bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.code FROM records_creditrecord r JOIN catalog_catalogitem i ON i.id = r.item_id
    WHERE r.subject_id = subject AND r.id = record
$$;

CREATE FUNCTION record_sender(subject bigint, record bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.unit_id FROM records_recordversion v JOIN intake_submission s ON s.id = v.submission_id
    WHERE v.subject_id = subject AND v.record_id = record ORDER BY v.number DESC LIMIT 1
$$;

CREATE FUNCTION record_happened(subject bigint, record bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(e.kind::text ORDER BY e.id), '{}') FROM records_recordevent e
    WHERE e.subject_id = subject AND e.record_id = record
$$;

CREATE FUNCTION analyze_records() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE records_creditrecord, records_recordversion, subjects_organization;
END $$;
"""
BACKWARD = """
DROP FUNCTION analyze_records(), record_happened(bigint, bigint), record_sender(bigint, bigint), record_item(bigint, bigint),
    subject_of_code(text, text), read_organization(bigint), read_person(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_issued_content"),
        ("audit", "0002_readings_state_more_and_commit"),
        ("records", "0004_only_organizations_displayed"),
    ]
    operations = [migrations.RunSQL(GATE + SMALL, BACKWARD)]
