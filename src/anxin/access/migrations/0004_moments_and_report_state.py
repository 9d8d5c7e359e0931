"""The projection says when each record leaves it; a genuine report can be asked what became of its records.

`published_record.shown_until`: the first moment at which the record stops being shown, as far as is known now (end of
display, an event that takes effect later, the end of its catalog item). Caches may keep an answer until then, not longer.

`report_state(payload)` answers only to who holds the whole content of a report that was issued: the digest of the bytes
must be the one kept at issuance. It counts changes of exactly the records that the report names, and names nothing.
"""

from django.db import migrations, models

PUBLISHED_RECORD = """
CREATE VIEW published_record AS
SELECT r.subject_id, r.id AS record_id, v.number, i.code AS item_code, v.item_version_id, v.public_fields,
       v.document_kind, v.document_number, v.decided_on, v.effective_on, v.tier, v.display_from, v.display_to,
       v.recorded_at, s.unit_id, encode(s.file_digest, 'hex') AS file_digest, v.row_number,
       coalesce(happened.objected > coalesce(happened.objection_closed, 0), false) AS disputed,
       least(v.display_to, happened.next_end, in_force.valid_to::timestamp AT TIME ZONE 'Asia/Shanghai')
           AS shown_until
FROM records_creditrecord r
JOIN subjects_organization o ON o.subject_id = r.subject_id AND NOT o.sole_proprietor
JOIN catalog_catalogitem i ON i.id = r.item_id
JOIN catalog_catalogitemversion in_force
    ON in_force.item_id = r.item_id AND in_force.disclosure_class = 'public'
    AND in_force.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (in_force.valid_to IS NULL OR in_force.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
CROSS JOIN LATERAL (
    SELECT * FROM records_recordversion x
    WHERE x.subject_id = r.subject_id AND x.record_id = r.id
    ORDER BY x.number DESC LIMIT 1
) v
JOIN catalog_catalogitemversion iv ON iv.id = v.item_version_id AND iv.disclosure_class = 'public'
CROSS JOIN LATERAL (
    SELECT bool_or(e.effective_at <= now() AND e.kind IN (
               'withdrawn', 'annulled', 'restored', 'display_ended')) AS ended,
           max(e.id) FILTER (WHERE e.kind = 'link_undone' AND e.effective_at <= now()) AS link_undone,
           max(e.id) FILTER (WHERE e.kind = 'link_restored' AND e.effective_at <= now()) AS link_restored,
           max(e.id) FILTER (WHERE e.kind = 'objected' AND e.effective_at <= now()) AS objected,
           max(e.id) FILTER (WHERE e.kind = 'objection_closed' AND e.effective_at <= now()) AS objection_closed,
           max(e.id) FILTER (WHERE e.kind = 'shielded' AND e.effective_at <= now()) AS shielded,
           max(e.id) FILTER (WHERE e.kind = 'unshielded' AND e.effective_at <= now()) AS unshielded,
           min(e.effective_at) FILTER (WHERE e.effective_at > now() AND e.kind IN (
               'withdrawn', 'annulled', 'restored', 'display_ended', 'link_undone', 'shielded')) AS next_end
    FROM records_recordevent e
    WHERE e.subject_id = r.subject_id AND e.record_id = r.id
) happened
LEFT JOIN intake_submission s ON s.id = v.submission_id
WHERE v.display_from <= now() AND v.display_to > now()
  AND NOT coalesce(happened.ended, false)
  AND NOT coalesce(happened.shielded > coalesce(happened.unshielded, 0), false)
  AND NOT coalesce(happened.link_undone > coalesce(happened.link_restored, 0), false);
"""

FORWARD = f"""
DROP VIEW IF EXISTS published_record;
{PUBLISHED_RECORD}
GRANT SELECT ON published_record TO anxin_site;

CREATE FUNCTION report_state(payload bytea) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    report access_creditreport%ROWTYPE;
BEGIN
    SELECT * INTO report FROM access_creditreport WHERE content_digest = sha256(payload);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN (
        WITH named AS (
            SELECT (named.record ->> 'record')::bigint AS record_id,
                   (named.record -> 'lineage' ->> 'version')::integer AS number
            FROM jsonb_array_elements(convert_from(payload, 'UTF8')::jsonb -> 'sections') AS part(section)
            CROSS JOIN jsonb_array_elements(part.section -> 'records') AS named(record)
        ), state AS (
            SELECT v.number > named.number AS corrected,
                   coalesce(happened.withdrawn, false) AS withdrawn,
                   coalesce(happened.restored, false) AS restored,
                   coalesce(happened.display_ended, false)
                       OR v.display_to > report.as_of AND v.display_to <= now() AS ended,
                   coalesce(happened.disputed, false) AS disputed
            FROM named
            CROSS JOIN LATERAL (
                SELECT x.number, x.display_to FROM records_recordversion x
                WHERE x.subject_id = report.subject_id AND x.record_id = named.record_id
                ORDER BY x.number DESC LIMIT 1
            ) v
            CROSS JOIN LATERAL (
                SELECT bool_or(e.kind IN ('withdrawn', 'annulled'))
                           OR max(e.id) FILTER (WHERE e.kind = 'link_undone')
                              > coalesce(max(e.id) FILTER (WHERE e.kind = 'link_restored'), 0) AS withdrawn,
                       bool_or(e.kind = 'restored') AS restored,
                       bool_or(e.kind = 'display_ended') AS display_ended,
                       bool_or(e.kind = 'objected') AS disputed
                FROM records_recordevent e
                WHERE e.subject_id = report.subject_id AND e.record_id = named.record_id
                  AND e.effective_at <= now() AND greatest(e.effective_at, e.recorded_at) > report.as_of
            ) happened
        )
        SELECT jsonb_build_object(
            'number', report.number, 'as_of', report.as_of, 'checked_at', now(), 'records', count(*),
            'changed', count(*) FILTER (WHERE corrected OR withdrawn OR restored OR ended OR disputed),
            'corrected', count(*) FILTER (WHERE corrected), 'withdrawn', count(*) FILTER (WHERE withdrawn),
            'restored', count(*) FILTER (WHERE restored), 'ended', count(*) FILTER (WHERE ended),
            'disputed', count(*) FILTER (WHERE disputed))
        FROM state
    );
END $$;
REVOKE ALL ON FUNCTION report_state(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION report_state(bytea) TO anxin_site;
"""

# The newer view holds the older one; code that knows only the older one runs on it.
BACKWARD = "DROP FUNCTION report_state(bytea);"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_gate_of_record_history"),
        ("records", "0003_lawful_edges"),
    ]
    operations = [
        migrations.AddIndex("creditreport", models.Index(fields=["content_digest"], name="report_by_digest")),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
