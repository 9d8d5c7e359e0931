"""Names of a person through the gate, and whose a document's number is, each on a committed log row (Art. 12(1), 45(2)).

Whose a number is, is asked on a row of the route `search_hit` about no one subject that states `identifier`: so a miss is logged
as a hit is, and no login learns without a row that somebody is on file.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION subject_of_number(entry bigint, digests bytea[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
BEGIN
    IF logged.route <> 'search_hit' OR logged.subject_id IS NOT NULL OR NOT 'identifier' = ANY (logged.fields) THEN
        RAISE EXCEPTION 'query-log entry % is no search for a number', entry USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN (SELECT d.person_id FROM subjects_personalidentifier d WHERE d.digest = ANY (digests) ORDER BY d.id LIMIT 1);
END $$;

CREATE FUNCTION read_person_names(entry bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    logged audit_querylogentry%ROWTYPE := committed_reading(entry);
BEGIN
    IF NOT logged.fields && ARRAY['*', 'former_names']::varchar[] THEN
        RAISE EXCEPTION 'query-log entry % states no former names', entry USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN (
        SELECT jsonb_build_object(
            'subject_id', p.subject_id, 'name', p.name,
            'renamings', (
                SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'former_name', r.former_name, 'name', r.name, 'since', r.since,
                    'document_number', r.document_number, 'document_issuer', r.document_issuer,
                    'document_date', r.document_date, 'reason', r.reason, 'by', a.display_name, 'at', r.at,
                    'undone_by', u.display_name, 'undone_at', r.undone_at, 'undone_reason', r.undone_reason)
                    ORDER BY r.since DESC, r.id DESC), '[]'::jsonb)
                FROM subjects_personrenaming r
                JOIN authorities_account a ON a.id = r.by_id
                LEFT JOIN authorities_account u ON u.id = r.undone_by_id
                WHERE r.person_id = p.subject_id))
        FROM subjects_naturalperson p WHERE p.subject_id = logged.subject_id
    );
END $$;
REVOKE ALL ON FUNCTION subject_of_number(bigint, bytea[]), read_person_names(bigint) FROM PUBLIC;
"""
BACKWARD = "DROP FUNCTION read_person_names(bigint), subject_of_number(bigint, bytea[]);"


class Migration(migrations.Migration):
    dependencies = [("access", "0016_ends_and_reasons"), ("subjects", "0008_person_renamings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
