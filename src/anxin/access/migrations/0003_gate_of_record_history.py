"""The second door of the read gate: everything that is held of one record, for those who work on it.

Like `read_records` it wants a query-log row that an earlier transaction committed, for this subject and this item.
Fields that the catalog never shows (personal numbers) are not among what it returns.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION read_record_history(entry bigint, record bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE;
BEGIN
    SELECT * INTO logged FROM audit_querylogentry WHERE id = entry;
    IF NOT FOUND OR logged.transaction_id = pg_current_xact_id() THEN
        RAISE EXCEPTION 'no committed query-log entry %', entry USING ERRCODE = 'insufficient_privilege';
    END IF;
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
          AND (logged.fields = ARRAY['*']::varchar[] OR i.code = ANY (logged.fields))
    );
END $$;
REVOKE ALL ON FUNCTION read_record_history(bigint, bigint) FROM PUBLIC;
"""

BACKWARD = "DROP FUNCTION read_record_history(bigint, bigint)"


class Migration(migrations.Migration):
    dependencies = [("access", "0002_published_projection")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
