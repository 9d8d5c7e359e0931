"""Rows of a batch with a case and basis of their own, which the log then names; and fields held to the basis (Art. 18(2), 20(2)).

An order may ask for fewer fields than its item of the use list gives; by an agreement it opens nothing that the catalog keeps from the
public, whoever wrote the order.
"""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE FUNCTION log_batch(batch bigint, part integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ordered access_batch%ROWTYPE;
    unit_code text;
    client text := '';
    given varchar[];
    named varchar[];
    seed bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    logged integer;
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO ordered FROM access_batch WHERE id = batch FOR SHARE;
    UPDATE access_batchpart p SET logged = true
    WHERE p.batch_id = batch AND p.number = part AND NOT p.logged RETURNING p.codes, p.case_references INTO given, named;
    IF given IS NULL OR ordered.state <> 'logged' THEN
        RAISE EXCEPTION 'part % of batch % does not wait to be logged', part, batch USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT u.code INTO STRICT unit_code FROM authorities_unit u WHERE u.id = ordered.unit_id;
    IF ordered.agreement = '' AND NOT EXISTS (
           SELECT FROM access_uselistitem i
           WHERE i.code = ordered.use_item AND unit_code = ANY (i.units) AND NOT EXISTS (
                 SELECT FROM unnest(ordered.fields::text[]) AS f
                 WHERE f <> ALL (i.fields::text[]) AND split_part(f, '.', 1) <> ALL (i.fields::text[]))
             AND i.valid_from <= today AND (i.valid_to IS NULL OR i.valid_to > today)) THEN
        RAISE EXCEPTION 'no item of the use list in force allows batch %', batch
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'art_20_2_reading_within_the_use_list';
    END IF;
    IF ordered.agreement <> '' AND EXISTS (
           SELECT FROM unnest(ordered.fields) AS f WHERE NOT EXISTS (
               SELECT FROM catalog_catalogitem i JOIN catalog_catalogitemversion v ON v.item_id = i.id
               JOIN catalog_catalogfield c ON c.item_version_id = v.id
               WHERE f = i.code || '.' || c.name AND v.disclosure_class = 'public' AND c.visibility = 'public')) THEN
        RAISE EXCEPTION 'an agreement opens what the catalog makes public, and batch % asks for more', batch
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'art_18_2_agreement_opens_what_is_public';
    END IF;
    IF ordered.client_id IS NOT NULL THEN
        SELECT c.client_id INTO STRICT client FROM access_apiclient c WHERE c.id = ordered.client_id;
    END IF;
    INSERT INTO audit_querylogentry (id, salt, route, system, reader_account_id, reader_unit_code, client_id, subject_id, asked,
                                     purpose, clause, case_reference, use_item, batch_id, fields)
    SELECT numbered.id, substr(sha256(seed || int8send(numbered.id)), 1, 16), 'batch', ordered.system, ordered.by_id, unit_code,
           client, numbered.subject_id, numbered.asked, ordered.purpose, ordered.clause, coalesce(numbered.own, ordered.case_reference),
           ordered.use_item, batch, ordered.fields
    FROM (SELECT nextval('audit_querylogentry_id_seq') AS id, o.subject_id,
                 CASE WHEN o.subject_id IS NULL THEN asked.code ELSE '' END AS asked, asked.own
          FROM unnest(given, named) AS asked(code, own)
          LEFT JOIN subjects_organization o ON o.uscc = asked.code) numbered;
    GET DIAGNOSTICS logged = ROW_COUNT;
    IF logged <> cardinality(given) THEN
        RAISE EXCEPTION 'part % of batch %: % identifiers, % log rows', part, batch, cardinality(given), logged;
    END IF;
    RETURN logged;
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION log_batch(batch bigint, part integer) RETURNS integer
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
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0021_batches_once")]
    operations = [
        migrations.AddField(
            "batchpart",
            "case_references",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=120), default=list, size=None
            ),
        ),
        migrations.AddConstraint(
            "batchpart",
            models.CheckConstraint(
                name="art_18_2_each_row_has_its_basis",
                condition=models.Q(case_references__len=0)
                | models.Q(case_references__len=models.F("codes__len")),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
