"""Batch readings: log rows of all identifiers in one insert, then the answer of all in one statement; and what changed since.

The salts of a batch come out of one random seed that nobody keeps (a random number for each row would cost more than the rest of
the row). Changes of records are noted by triggers with the transaction's number, so that a feed can read them completely.
"""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import anxin.access.batch_models
import anxin.audit.columns

FUNCTIONS = """
CREATE FUNCTION log_batch(batch bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ordered access_batch%ROWTYPE;
    unit_code text;
    client text := '';
    seed bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    logged integer;
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO ordered FROM access_batch WHERE id = batch FOR UPDATE;
    IF NOT FOUND OR ordered.state <> 'received' THEN
        RAISE EXCEPTION 'batch % does not wait to be logged', batch USING ERRCODE = 'insufficient_privilege';
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
                 CASE WHEN o.subject_id IS NULL THEN given.code ELSE '' END AS asked
          FROM (SELECT unnest(p.codes) AS code FROM access_batchpart p WHERE p.batch_id = batch) given
          LEFT JOIN subjects_organization o ON o.uscc = given.code) numbered;
    GET DIAGNOSTICS logged = ROW_COUNT;
    IF logged <> ordered.accepted THEN
        RAISE EXCEPTION 'batch %: % identifiers, % log rows', batch, ordered.accepted, logged;
    END IF;
    UPDATE access_batch SET state = 'logged' WHERE id = batch;
    RETURN logged;
END $$;

CREATE FUNCTION read_batch(batch bigint) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
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
                set_config('max_parallel_workers_per_gather', '0', true);
    END IF;
    RETURN QUERY
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
        SELECT i.id, i.code, i.id = ANY (whole) AS whole,
               ARRAY(SELECT substr(f, length(i.code) + 2) FROM unnest(ordered.fields) AS f
                     WHERE starts_with(f, i.code || '.')) AS names
        FROM catalog_catalogitem i WHERE i.id = ANY (whole) OR i.id = ANY (partly)
    ), told AS (
        -- Written out: building an object, and calling a function of ours, each cost more than all the joins.
        SELECT r.subject_id, string_agg(
                   '{"record":' || r.id || ',"version":' || v.number || ',"item":"' || i.code || '","recorded_at":' ||
                   to_json(v.recorded_at)::text || ',"disputed":' || CASE WHEN h.disputed THEN 'true' ELSE 'false' END ||
                   ',"marks":' || coalesce(h.marks::text, '[]') || ',"fields":' || CASE
                       WHEN NOT i.whole THEN coalesce((
                           SELECT jsonb_object_agg(f.key, f.value)
                           FROM jsonb_each(v.public_fields || coalesce(v.restricted_fields, '{}'::jsonb)) AS f
                           WHERE f.key = ANY (i.names)), '{}'::jsonb)
                       WHEN v.restricted_fields IS NULL THEN v.public_fields
                       ELSE v.public_fields || v.restricted_fields END::text || '}', ',') AS records,
               bool_or(h.disputed) AS disputed
        FROM audit_querylogentry l
        JOIN records_creditrecord r ON r.subject_id = l.subject_id
        JOIN asked i ON i.id = r.item_id
        JOIN records_recordversion v ON v.subject_id = r.subject_id AND v.record_id = r.id
        LEFT JOIN happened h ON h.subject_id = r.subject_id AND h.record_id = r.id
        WHERE l.batch_id = batch AND NOT coalesce(h.gone OR h.unshared, false)
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
    WHERE l.batch_id = batch;
    RETURN QUERY
    SELECT '{"row":' || refused.row || ',"code":null,"outcome":"' ||
           CASE refused.reason WHEN 'E-DUPLICATE' THEN 'duplicate' ELSE 'refused' END || '","as_of":' || moment ||
           ',"reason":"' || refused.reason || '","name":null,"disputed":false,"records":[]}'
    FROM (SELECT unnest(p.refused_rows) AS row, unnest(p.reasons) AS reason FROM access_batchpart p WHERE p.batch_id = batch) refused;
END $$;

CREATE FUNCTION note_record_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'records_recordevent' THEN
        INSERT INTO access_recordchange (subject_id, record_id, kind, effective_at)
        VALUES (NEW.subject_id, NEW.record_id, NEW.kind, NEW.effective_at);
    ELSE
        INSERT INTO access_recordchange (subject_id, record_id, kind, effective_at)
        VALUES (NEW.subject_id, NEW.record_id, 'new_version', NEW.recorded_at);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_change AFTER INSERT ON records_recordevent
    FOR EACH ROW EXECUTE FUNCTION note_record_change();
CREATE TRIGGER note_change AFTER INSERT ON records_recordversion
    FOR EACH ROW WHEN (NEW.number > 1) EXECUTE FUNCTION note_record_change();
"""
FEED = """
CREATE FUNCTION delivery_of_change(client bigint, change access_recordchange) RETURNS bigint
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

CREATE FUNCTION changes_given(client bigint, after_transaction xid8, after_change bigint, most integer)
RETURNS TABLE (transaction_id xid8, change_id bigint, subject_id bigint, item text, entry_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH seen AS MATERIALIZED (
        SELECT c.* FROM access_recordchange c
        WHERE (c.transaction_id, c.id) > (after_transaction, after_change)
          AND c.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY c.transaction_id, c.id LIMIT most
    ), told AS (
        SELECT seen.*, delivery_of_change(client, seen::access_recordchange) AS entry_id FROM seen
    ), last AS (
        SELECT seen.transaction_id, seen.id FROM seen ORDER BY seen.transaction_id DESC, seen.id DESC LIMIT 1
    )
    SELECT told.transaction_id, told.id, CASE WHEN told.entry_id IS NOT NULL THEN told.subject_id END,
           CASE WHEN told.entry_id IS NOT NULL THEN record_item(told.subject_id, told.record_id) END, told.entry_id
    FROM told LEFT JOIN last ON last.id = told.id
    WHERE told.entry_id IS NOT NULL OR last.id IS NOT NULL
    ORDER BY told.transaction_id, told.id
$$;

CREATE FUNCTION read_changes(client bigint, entries bigint[], changes bigint[]) RETURNS jsonb
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

INSERT INTO access_recordchange (subject_id, record_id, kind, effective_at, at)
SELECT subject_id, record_id, kind, effective_at, recorded_at FROM records_recordevent ORDER BY id;
"""
CLOSED = """
REVOKE ALL ON FUNCTION log_batch(bigint), read_batch(bigint), note_record_change(),
    delivery_of_change(bigint, access_recordchange), changes_given(bigint, xid8, bigint, integer),
    read_changes(bigint, bigint[], bigint[]) FROM PUBLIC;
"""
BACKWARD = """
DROP TRIGGER note_change ON records_recordversion;
DROP TRIGGER note_change ON records_recordevent;
DROP FUNCTION read_changes(bigint, bigint[], bigint[]), changes_given(bigint, xid8, bigint, integer),
    delivery_of_change(bigint, access_recordchange), note_record_change(), read_batch(bigint), log_batch(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_interface_clients"),
        ("audit", "0003_the_tree"),
        ("authorities", "0001_initial"),
        ("records", "0004_only_organizations_displayed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("system", models.CharField(max_length=10)),
                ("use_item", models.CharField(blank=True, max_length=64)),
                ("agreement", models.CharField(blank=True, max_length=120)),
                ("purpose", models.CharField(max_length=200)),
                ("clause", models.CharField(max_length=64)),
                ("case_reference", models.CharField(max_length=120)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("asked", models.PositiveIntegerField()),
                ("accepted", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("duplicates", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("logged", "Logged"),
                            ("ready", "Ready"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        db_default="received",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(db_default=0)),
                ("written", models.BigIntegerField(db_default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("as_of", models.DateTimeField(null=True)),
                ("found", models.PositiveIntegerField(null=True)),
                ("stored_as", models.CharField(blank=True, db_default="", max_length=120)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.apiclient",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="authorities.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BatchPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "rows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=18), size=None
                    ),
                ),
                (
                    "refused_rows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="access.batch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry_id", models.BigIntegerField(null=True)),
                ("snapshot", anxin.access.batch_models.SnapshotField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.batch",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.apiclient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecordChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("record_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("effective_at", models.DateTimeField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "transaction_id",
                    anxin.audit.columns.TransactionId(db_default=anxin.audit.columns.CurrentTransactionId()),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["transaction_id", "id"], name="record_change_in_order"),
                    models.Index(fields=["subject_id", "record_id"], name="record_change_by_record"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["unit", "-id"], name="batch_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("use_item", ""), _negated=True), ("agreement", "")),
                    models.Q(("use_item", ""), models.Q(("agreement", ""), _negated=True)),
                    _connector="OR",
                ),
                name="art_18_2_batch_has_one_basis",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose", ""), _negated=True),
                    models.Q(("case_reference", ""), _negated=True),
                    ("fields__len__gt", 0),
                ),
                name="art_18_2_batch_states_purpose_and_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "asked",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("accepted"), "+", models.F("refused")
                            ),
                            "+",
                            models.F("duplicates"),
                        ),
                    ),
                    ("asked__lte", 1000000),
                ),
                name="batch_is_never_truncated",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(
                        ("as_of__isnull", False),
                        ("digest__isnull", False),
                        ("found__isnull", False),
                        models.Q(("stored_as", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="batch_ready_has_its_answer",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="batch_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="304e9d6b6372d842bd31b73c54cee89ef402cdeb",
                    operation="DELETE",
                    pgid="pgtrigger_batch_stays_7aee7",
                    table="access_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="batch_goes_forward",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN (\n                           'received>logged', 'received>cancelled', 'received>failed', 'logged>ready', 'logged>failed')\n                       OR NEW.state = OLD.state AND OLD.state IN ('ready', 'cancelled', 'failed')\n                       OR (NEW.unit_id, NEW.by_id, NEW.use_item, NEW.agreement, NEW.purpose, NEW.clause, NEW.fields,\n                           NEW.case_reference, NEW.accepted) IS DISTINCT FROM\n                          (OLD.unit_id, OLD.by_id, OLD.use_item, OLD.agreement, OLD.purpose, OLD.clause, OLD.fields,\n                           OLD.case_reference, OLD.accepted) THEN\n                        RAISE EXCEPTION 'batch % stands as it was ordered and only goes forward', OLD.id\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="b59f0353fb1da44261059e33b4f264a796fb105e",
                    operation="UPDATE",
                    pgid="pgtrigger_batch_goes_forward_4cdb7",
                    table="access_batch",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="batchpart",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="batch_part_once"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("batch__isnull", True), ("entry_id__isnull", False)),
                    models.Q(("batch__isnull", False), ("entry_id__isnull", True)),
                    _connector="OR",
                ),
                name="delivery_rests_on_the_log",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("entry_id",), name="delivery_once_for_an_entry"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("batch",), name="delivery_once_for_a_batch"),
        ),
        migrations.RunSQL(FUNCTIONS + FEED + CLOSED, BACKWARD),
    ]
