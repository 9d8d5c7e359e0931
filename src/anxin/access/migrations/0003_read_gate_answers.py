"""The read gate answers: its first text named a column like PL/pgSQL's variable FOUND and failed at every reading."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION read_records(entry bigint) RETURNS jsonb
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
                    AND e.kind IN ('withdrawn', 'annulled', 'link_undone'))
        ) reading
    );
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_published_projection")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
