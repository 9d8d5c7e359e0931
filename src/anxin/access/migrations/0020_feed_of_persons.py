"""The feed of changes tells no more of a person's records than a look-up of the person would (Art. 14(2)).

A look-up gives what is shared or nothing, and never says why nothing. So whatever ends the sharing is told as `ended`, and what
happens behind that end is not told.
"""

from __future__ import annotations

from django.db import migrations

TOLD = """
CREATE FUNCTION told_change(change access_recordchange) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM subjects_naturalperson p WHERE p.subject_id = (change).subject_id) THEN (change).kind
        WHEN coalesce((
            SELECT bool_or(e.kind IN ('withdrawn', 'annulled', 'restored'))
                OR coalesce(max(e.id) FILTER (WHERE e.kind = 'link_undone')
                            > coalesce(max(e.id) FILTER (WHERE e.kind = 'link_restored'), 0), false)
                OR coalesce(max(e.id) FILTER (WHERE e.kind = 'shielded')
                            > coalesce(max(e.id) FILTER (WHERE e.kind = 'unshielded'), 0), false)
            FROM access_recordchange e
            WHERE e.subject_id = (change).subject_id AND e.record_id = (change).record_id AND e.id < (change).id
        ), false) THEN NULL
        WHEN (change).kind IN ('withdrawn', 'annulled', 'restored', 'link_undone', 'shielded') THEN 'ended'
        ELSE (change).kind END
$$;
REVOKE ALL ON FUNCTION told_change(access_recordchange) FROM PUBLIC;

CREATE OR REPLACE FUNCTION delivery_of_change(client bigint, change access_recordchange) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.id
    FROM access_apiclient c
    JOIN audit_querylogentry l ON l.client_id = c.client_id AND l.subject_id = (change).subject_id
    JOIN access_delivery d ON d.client_id = c.id AND (d.entry_id = l.id OR d.batch_id = l.batch_id)
    JOIN records_creditrecord r ON r.subject_id = (change).subject_id AND r.id = (change).record_id
    JOIN catalog_catalogitem i ON i.id = r.item_id
    JOIN records_recordversion v ON v.subject_id = r.subject_id AND v.record_id = r.id AND v.number = 1
    WHERE c.id = client AND NOT pg_visible_in_snapshot((change).transaction_id, d.snapshot)
      AND v.recorded_at <= d.at
      AND ('*' = ANY (l.fields) OR i.code = ANY (l.fields) OR EXISTS (
          SELECT FROM unnest(l.fields) AS asked(field) WHERE starts_with(asked.field, i.code || '.')))
      AND NOT coalesce((
          SELECT bool_or(e.kind IN ('withdrawn', 'annulled', 'restored'))
              OR coalesce(max(e.id) FILTER (WHERE e.kind = 'link_undone')
                          > coalesce(max(e.id) FILTER (WHERE e.kind = 'link_restored'), 0), false)
              OR coalesce(max(e.id) FILTER (WHERE e.kind = 'shielded')
                          > coalesce(max(e.id) FILTER (WHERE e.kind = 'unshielded'), 0), false)
          FROM access_recordchange e
          WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.effective_at <= d.at
            AND pg_visible_in_snapshot(e.transaction_id, d.snapshot)), false)
      AND told_change(change) IS NOT NULL
    ORDER BY l.id DESC LIMIT 1
$$;

CREATE OR REPLACE FUNCTION read_changes(client bigint, entries bigint[], changes bigint[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named text;
    logged audit_querylogentry%ROWTYPE;
    entry bigint;
    answer jsonb := '[]'::jsonb;
BEGIN
    SELECT c.client_id INTO STRICT named FROM access_apiclient c WHERE c.id = client;
    FOREACH entry IN ARRAY entries LOOP
        logged := committed_reading(entry);
        IF logged.client_id <> named THEN
            RAISE EXCEPTION 'log entry % is of another client', entry USING ERRCODE = 'insufficient_privilege';
        END IF;
        answer := answer || (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'change', c.id, 'code', coalesce(o.uscc, nullif(o.local_code, '')), 'record', c.record_id, 'item', i.code,
                'kind', told_change(c), 'effective_at', c.effective_at, 'at', c.at)), '[]'::jsonb)
            FROM access_recordchange c
            JOIN records_creditrecord r ON r.subject_id = c.subject_id AND r.id = c.record_id
            JOIN catalog_catalogitem i ON i.id = r.item_id
            LEFT JOIN subjects_organization o ON o.subject_id = c.subject_id
            WHERE c.id = ANY (changes) AND c.subject_id = logged.subject_id AND i.code = ANY (logged.fields)
              AND delivery_of_change(client, c) IS NOT NULL);
    END LOOP;
    RETURN (SELECT coalesce(jsonb_agg(one ORDER BY array_position(changes, (one ->> 'change')::bigint)), '[]'::jsonb)
            FROM jsonb_array_elements(answer) AS one);
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION delivery_of_change(client bigint, change access_recordchange) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.id
    FROM access_apiclient c
    JOIN audit_querylogentry l ON l.client_id = c.client_id AND l.subject_id = (change).subject_id
    JOIN access_delivery d ON d.client_id = c.id AND (d.entry_id = l.id OR d.batch_id = l.batch_id)
    JOIN records_creditrecord r ON r.subject_id = (change).subject_id AND r.id = (change).record_id
    JOIN catalog_catalogitem i ON i.id = r.item_id
    JOIN records_recordversion v ON v.subject_id = r.subject_id AND v.record_id = r.id AND v.number = 1
    WHERE c.id = client AND NOT pg_visible_in_snapshot((change).transaction_id, d.snapshot)
      AND v.recorded_at <= d.at
      AND ('*' = ANY (l.fields) OR i.code = ANY (l.fields) OR EXISTS (
          SELECT FROM unnest(l.fields) AS asked(field) WHERE starts_with(asked.field, i.code || '.')))
      AND NOT coalesce((
          SELECT bool_or(e.kind IN ('withdrawn', 'annulled', 'restored'))
              OR coalesce(max(e.id) FILTER (WHERE e.kind = 'link_undone')
                          > coalesce(max(e.id) FILTER (WHERE e.kind = 'link_restored'), 0), false)
              OR coalesce(max(e.id) FILTER (WHERE e.kind = 'shielded')
                          > coalesce(max(e.id) FILTER (WHERE e.kind = 'unshielded'), 0), false)
          FROM access_recordchange e
          WHERE e.subject_id = r.subject_id AND e.record_id = r.id AND e.effective_at <= d.at
            AND pg_visible_in_snapshot(e.transaction_id, d.snapshot)), false)
    ORDER BY l.id DESC LIMIT 1
$$;

CREATE OR REPLACE FUNCTION read_changes(client bigint, entries bigint[], changes bigint[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named text;
    logged audit_querylogentry%ROWTYPE;
    entry bigint;
    answer jsonb := '[]'::jsonb;
BEGIN
    SELECT c.client_id INTO STRICT named FROM access_apiclient c WHERE c.id = client;
    FOREACH entry IN ARRAY entries LOOP
        logged := committed_reading(entry);
        IF logged.client_id <> named THEN
            RAISE EXCEPTION 'log entry % is of another client', entry USING ERRCODE = 'insufficient_privilege';
        END IF;
        answer := answer || (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'change', c.id, 'code', coalesce(o.uscc, nullif(o.local_code, '')), 'record', c.record_id, 'item', i.code,
                'kind', c.kind, 'effective_at', c.effective_at, 'at', c.at)), '[]'::jsonb)
            FROM access_recordchange c
            JOIN records_creditrecord r ON r.subject_id = c.subject_id AND r.id = c.record_id
            JOIN catalog_catalogitem i ON i.id = r.item_id
            LEFT JOIN subjects_organization o ON o.subject_id = c.subject_id
            WHERE c.id = ANY (changes) AND c.subject_id = logged.subject_id AND i.code = ANY (logged.fields)
              AND delivery_of_change(client, c) IS NOT NULL);
    END LOOP;
    RETURN (SELECT coalesce(jsonb_agg(one ORDER BY array_position(changes, (one ->> 'change')::bigint)), '[]'::jsonb)
            FROM jsonb_array_elements(answer) AS one);
END $$;

DROP FUNCTION told_change(access_recordchange);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0019_batches_in_parts")]
    operations = [migrations.RunSQL(TOLD, BACKWARD)]
