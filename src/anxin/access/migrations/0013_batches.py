"""Batch readings, and what changed since in what was given.

Changes of records are noted by triggers with the transaction's number, so that a feed can read them completely.
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
REVOKE ALL ON FUNCTION note_record_change(), delivery_of_change(bigint, access_recordchange), changes_given(bigint, xid8, bigint, integer),
    read_changes(bigint, bigint[], bigint[]) FROM PUBLIC;
"""
BACKWARD = """
DROP TRIGGER note_change ON records_recordversion;
DROP TRIGGER note_change ON records_recordevent;
DROP FUNCTION read_changes(bigint, bigint[], bigint[]), changes_given(bigint, xid8, bigint, integer),
    delivery_of_change(bigint, access_recordchange), note_record_change();
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
