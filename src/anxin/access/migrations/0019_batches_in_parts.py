"""The two functions of a batch: its log rows, part by part, and its answer, once all of them are committed.

The salts of a part come out of one random seed that nobody keeps: a random number for each row would cost more than the rest of
the row. Parts are logged by several sessions at once. The answer is a cursor: of a million lines none waits for the last.
"""

from __future__ import annotations

from django.db import migrations, models

FUNCTIONS = """
DROP FUNCTION IF EXISTS log_batch(bigint), read_batch(bigint);

CREATE FUNCTION log_batch(batch bigint, part integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ordered access_batch%ROWTYPE;
    unit_code text;
    client text := '';
    given varchar[];
    seed bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    logged integer;
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO ordered FROM access_batch WHERE id = batch FOR SHARE;
    UPDATE access_batchpart p SET logged = true
    WHERE p.batch_id = batch AND p.number = part AND NOT p.logged RETURNING p.codes INTO given;
    IF given IS NULL OR ordered.state <> 'logged' THEN
        RAISE EXCEPTION 'part % of batch % does not wait to be logged', part, batch USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT u.code INTO STRICT unit_code FROM authorities_unit u WHERE u.id = ordered.unit_id;
    IF ordered.agreement = '' AND NOT EXISTS (
           SELECT FROM access_uselistitem i
           WHERE i.code = ordered.use_item AND unit_code = ANY (i.units) AND ordered.fields::text[] <@ i.fields::text[]
             AND i.valid_from <= today AND (i.valid_to IS NULL OR i.valid_to > today)) THEN
        RAISE EXCEPTION 'no item of the use list in force allows batch %', batch
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'art_20_2_reading_within_the_use_list';
    END IF;
    IF ordered.client_id IS NOT NULL THEN
        SELECT c.client_id INTO STRICT client FROM access_apiclient c WHERE c.id = ordered.client_id;
    END IF;
    INSERT INTO audit_querylogentry (id, salt, route, system, reader_account_id, reader_unit_code, client_id, subject_id, asked,
                                     purpose, clause, case_reference, use_item, batch_id, fields)
    SELECT numbered.id, substr(sha256(seed || int8send(numbered.id)), 1, 16), 'batch', ordered.system, ordered.by_id, unit_code,
           client, numbered.subject_id, numbered.asked, ordered.purpose, ordered.clause, ordered.case_reference,
           ordered.use_item, batch, ordered.fields
    FROM (SELECT nextval('audit_querylogentry_id_seq') AS id, o.subject_id,
                 CASE WHEN o.subject_id IS NULL THEN asked.code ELSE '' END AS asked
          FROM unnest(given) AS asked(code)
          LEFT JOIN subjects_organization o ON o.uscc = asked.code) numbered;
    GET DIAGNOSTICS logged = ROW_COUNT;
    IF logged <> cardinality(given) THEN
        RAISE EXCEPTION 'part % of batch %: % identifiers, % log rows', part, batch, cardinality(given), logged;
    END IF;
    RETURN logged;
END $$;

CREATE FUNCTION read_batch(batch bigint) RETURNS refcursor
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    answer CONSTANT refcursor := 'answer_of_batch';
    ordered access_batch%ROWTYPE;
    said record;
    moment text;
    whole integer[];
    partly integer[];
BEGIN
    SELECT * INTO ordered FROM access_batch WHERE id = batch;
    SELECT count(*) AS number, bool_and(l.login = session_user) AS own, min(l.at) AS since,
           bool_or(l.transaction_id IS NOT DISTINCT FROM pg_current_xact_id_if_assigned()) AS uncommitted,
           bool_and(l.fields = ordered.fields::varchar[] AND l.route = 'batch') AS stated
    INTO said FROM audit_querylogentry l WHERE l.batch_id = batch;
    IF ordered.state IS DISTINCT FROM 'logged' OR said.number <> ordered.accepted OR said.number > 0 AND (
           NOT said.own OR said.uncommitted OR NOT said.stated OR said.since < clock_timestamp() - interval '10 minutes') THEN
        RAISE EXCEPTION 'no committed query-log rows of this login for batch % in the last ten minutes', batch
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF ordered.client_id IS NOT NULL THEN
        INSERT INTO access_delivery (client_id, batch_id, snapshot) VALUES (ordered.client_id, batch, pg_current_snapshot());
    END IF;
    moment := to_json(now())::text;
    whole := ARRAY(SELECT i.id FROM catalog_catalogitem i WHERE i.code = ANY (ordered.fields));
    partly := ARRAY(SELECT DISTINCT i.id FROM catalog_catalogitem i, unnest(ordered.fields) AS asked(field)
                    WHERE starts_with(asked.field, i.code || '.') AND i.id <> ALL (whole));
    IF '*' = ANY (ordered.fields) THEN
        whole := ARRAY(SELECT i.id FROM catalog_catalogitem i);
    END IF;
    -- Of many, whoever loops over rows is lost; of a few, whoever reads whole tables.
    IF ordered.accepted > 5000 THEN
        PERFORM set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
                set_config('work_mem', '192MB', true),
                set_config('cursor_tuple_fraction', '1', true);
    END IF;
    OPEN answer NO SCROLL FOR
    WITH given AS (
        SELECT unnest(p.codes)::text AS code, unnest(p.rows) AS row FROM access_batchpart p WHERE p.batch_id = batch
    ), happened AS (
        SELECT e.subject_id, e.record_id, jsonb_agg(jsonb_build_object('kind', e.kind, 'effective_at', e.effective_at)
                                                    ORDER BY e.id) AS marks,
               bool_or(e.kind IN ('withdrawn', 'annulled'))
                   OR coalesce(max(e.id) FILTER (WHERE e.kind = 'link_undone')
                               > coalesce(max(e.id) FILTER (WHERE e.kind = 'link_restored'), 0), false) AS gone,
               bool_or(e.kind = 'restored') OR coalesce(max(e.id) FILTER (WHERE e.kind = 'shielded')
                   > coalesce(max(e.id) FILTER (WHERE e.kind = 'unshielded'), 0), false) AS unshared,
               bool_or(e.kind = 'display_ended') AS undisplayed,
               coalesce(max(e.id) FILTER (WHERE e.kind = 'objected')
                        > coalesce(max(e.id) FILTER (WHERE e.kind = 'objection_closed'), 0), false) AS disputed
        FROM records_recordevent e
        WHERE e.effective_at <= now()
          AND (ordered.accepted > 5000 OR e.subject_id IN (
              SELECT l.subject_id FROM audit_querylogentry l WHERE l.batch_id = batch AND l.subject_id IS NOT NULL))
        GROUP BY e.subject_id, e.record_id
    ), asked AS MATERIALIZED (
        SELECT listed.*, ARRAY(SELECT DISTINCT f.name::text FROM catalog_catalogfield f
                               JOIN catalog_catalogitemversion v ON v.id = f.item_version_id
                               WHERE v.item_id = listed.id AND f.name <> ALL (listed.names)) AS others
        FROM (SELECT i.id, i.code, i.id = ANY (whole) AS whole,
                     ARRAY(SELECT substr(f, length(i.code) + 2) FROM unnest(ordered.fields) AS f
                           WHERE starts_with(f, i.code || '.')) AS names
              FROM catalog_catalogitem i WHERE i.id = ANY (whole) OR i.id = ANY (partly)) listed
    ), told AS (
        -- Written out: building an object, and calling a function of ours, each cost more than all the joins. Of an item asked for
        -- in part, its other fields are taken away; only where more than the fields asked for is left are these looked for one by one.
        SELECT r.subject_id, string_agg(
                   '{"record":' || r.id || ',"version":' || v.number || ',"item":"' || i.code || '","recorded_at":' ||
                   to_json(v.recorded_at)::text || ',"disputed":' || CASE WHEN h.disputed THEN 'true' ELSE 'false' END ||
                   ',"marks":' || coalesce(h.marks::text, '[]') || ',"fields":' || CASE
                       WHEN i.whole THEN v.public_fields || coalesce(v.restricted_fields, '{}'::jsonb)
                       WHEN v.public_fields - i.others - i.names = '{}'::jsonb
                            AND coalesce(v.restricted_fields - i.others - i.names = '{}'::jsonb, true)
                           THEN (v.public_fields || coalesce(v.restricted_fields, '{}'::jsonb)) - i.others
                       ELSE coalesce((
                           SELECT jsonb_object_agg(f.key, f.value)
                           FROM jsonb_each(v.public_fields || coalesce(v.restricted_fields, '{}'::jsonb)) AS f
                           WHERE f.key = ANY (i.names)), '{}'::jsonb) END::text || '}', ',') AS records,
               bool_or(h.disputed) AS disputed
        FROM audit_querylogentry l
        JOIN records_creditrecord r ON r.subject_id = l.subject_id
        JOIN asked i ON i.id = r.item_id
        JOIN records_recordversion v ON v.subject_id = r.subject_id AND v.record_id = r.id
        LEFT JOIN happened h ON h.subject_id = r.subject_id AND h.record_id = r.id
        WHERE l.batch_id = batch AND l.subject_id IS NOT NULL AND NOT coalesce(h.gone OR h.unshared, false)
          AND (ordered.agreement = '' OR v.display_from <= now() AND v.display_to > now()
               AND NOT coalesce(h.undisplayed, false)
               AND EXISTS (SELECT FROM subjects_organization o WHERE o.subject_id = r.subject_id AND NOT o.sole_proprietor))
          AND NOT EXISTS (SELECT FROM records_recordversion later
                          WHERE later.subject_id = v.subject_id AND later.record_id = v.record_id
                            AND later.number = v.number + 1 AND later.number > 1)
        GROUP BY r.subject_id
    )
    SELECT '{"row":' || g.row || ',"code":"' || g.code || '","outcome":"' ||
           CASE WHEN l.subject_id IS NULL THEN 'unknown' ELSE 'found' END || '","as_of":' || moment ||
           ',"name":' || coalesce(to_json(o.name)::text, 'null') ||
           ',"disputed":' || CASE WHEN t.disputed THEN 'true' ELSE 'false' END ||
           ',"records":[' || coalesce(t.records, '') || ']}'
    FROM audit_querylogentry l
    LEFT JOIN subjects_organization o ON o.subject_id = l.subject_id
    LEFT JOIN told t ON t.subject_id = l.subject_id
    JOIN given g ON g.code = CASE WHEN l.subject_id IS NULL THEN l.asked ELSE o.uscc END
    WHERE l.batch_id = batch
    UNION ALL
    SELECT '{"row":' || refused.row || ',"code":null,"outcome":"' ||
           CASE refused.reason WHEN 'E-DUPLICATE' THEN 'duplicate' ELSE 'refused' END || '","as_of":' || moment ||
           ',"reason":"' || refused.reason || '","name":null,"disputed":false,"records":[]}'
    FROM (SELECT unnest(p.refused_rows) AS row, unnest(p.reasons) AS reason FROM access_batchpart p WHERE p.batch_id = batch) refused;
    RETURN answer;
END $$;
REVOKE ALL ON FUNCTION log_batch(bigint, integer), read_batch(bigint) FROM PUBLIC;
"""
BACKWARD = "DROP FUNCTION read_batch(bigint), log_batch(bigint, integer);"


class Migration(migrations.Migration):
    dependencies = [("access", "0018_auditors_snapshot"), ("audit", "0003_the_tree")]

    operations = [
        migrations.AddField("batchpart", "logged", models.BooleanField(db_default=False)),
        migrations.RunSQL(FUNCTIONS, BACKWARD),
    ]
