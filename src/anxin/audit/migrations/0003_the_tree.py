"""The tree of both logs, alarms, erasures; what the public site may see of them.

`audit_unsealed_since` and `audit_unwitnessed_since` say how far the promises of the log are kept; intake and the reading of
persons' data stop by them. `audit_erase_event` is the only way to take an event's details away, once they are sealed.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import anxin.audit.columns

FUNCTIONS = """
CREATE FUNCTION audit_horizon() RETURNS xid8 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT horizon FROM audit_checkpoint ORDER BY size DESC LIMIT 1), '0'::xid8)
$$;

CREATE FUNCTION audit_unsealed_since() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT least(
        (SELECT e.at FROM audit_eventlogentry e
         WHERE e.transaction_id >= audit_horizon()
           AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'e' AND l.entry_id = e.id)
         ORDER BY e.transaction_id, e.id LIMIT 1),
        (SELECT q.at FROM audit_querylogentry q
         WHERE q.transaction_id >= audit_horizon()
           AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'q' AND l.entry_id = q.id)
         ORDER BY q.transaction_id, q.id LIMIT 1))
$$;

CREATE FUNCTION audit_unwitnessed_since() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT c.signed_at FROM audit_checkpoint c
         WHERE c.size > coalesce((
             SELECT w.size FROM audit_checkpoint w
             WHERE EXISTS (SELECT FROM audit_cosignature s WHERE s.checkpoint_id = w.id)
             ORDER BY w.size DESC LIMIT 1), 0)
         ORDER BY c.size LIMIT 1),
        audit_unsealed_since())
$$;

CREATE FUNCTION audit_signing_stopped() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM audit_alarm a
        WHERE a.stops_signing AND NOT EXISTS (
            SELECT FROM audit_reconciliation r WHERE r.alarm_id = a.id AND r.approved_at IS NOT NULL))
$$;

CREATE FUNCTION audit_erase_event(number bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_leaf l
        WHERE l.kind = 'e' AND l.entry_id = number AND l.index < (SELECT max(c.size) FROM audit_checkpoint c)) THEN
        RAISE EXCEPTION 'event % is not sealed yet', number USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    UPDATE audit_eventlogentry SET details = '{}', salt = uuid_send(gen_random_uuid()) WHERE id = number;
END $$;
REVOKE ALL ON FUNCTION audit_erase_event(bigint) FROM PUBLIC;

DO $$
BEGIN
    CREATE ROLE anxin_site NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT SELECT ON audit_leaf, audit_tile, audit_checkpoint, audit_cosignature, audit_witness, audit_logkey, audit_recheck
    TO anxin_site;
GRANT SELECT (id, code, at, stops_signing) ON audit_alarm TO anxin_site;
GRANT SELECT (alarm_id, approved_at) ON audit_reconciliation TO anxin_site;
"""
DROP = """
DROP FUNCTION audit_erase_event, audit_signing_stopped, audit_unwitnessed_since, audit_unsealed_since, audit_horizon;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_readings_state_more_and_commit"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("commitment_differs", "Commitment Differs"),
                            ("tree_differs", "Tree Differs"),
                            ("rolled_back", "Rolled Back"),
                            ("witnesses_silent", "Witnesses Silent"),
                            ("check_failed", "Check Failed"),
                        ],
                        max_length=24,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("stops_signing", models.BooleanField()),
                ("entry_kind", models.CharField(blank=True, max_length=1)),
                ("entry_id", models.BigIntegerField(null=True)),
                ("details", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField(unique=True)),
                ("root_sha256", models.BinaryField(max_length=32)),
                ("root_sm3", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("horizon", anxin.audit.columns.TransactionId()),
                ("signed_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.TextField()),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.BigIntegerField(unique=True)),
                ("clause", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("drafted_by_account_id", models.BigIntegerField()),
                ("drafted_at", models.DateTimeField()),
                ("approved_by_account_id", models.BigIntegerField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=1)),
                ("entry_id", models.BigIntegerField()),
                ("commitment", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="LogKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verifier_key", models.CharField(max_length=300)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Recheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("size", models.BigIntegerField()),
                ("passed", models.BooleanField()),
                ("results", models.JSONField()),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("finding", models.TextField()),
                ("drafted_by_account_id", models.BigIntegerField()),
                ("drafted_at", models.DateTimeField()),
                ("approved_by_account_id", models.BigIntegerField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "algorithm",
                        "level",
                        "index",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("algorithm", models.CharField(max_length=6)),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField(max_length=8192)),
                ("root", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("verifier_key", models.CharField(max_length=300, unique=True)),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="eventlogentry",
            name="append_only",
        ),
        migrations.AlterField(
            model_name="querylogentry",
            name="route",
            field=models.CharField(
                choices=[
                    ("own_report", "Own Report"),
                    ("authorized", "Authorized"),
                    ("ex_officio", "Ex Officio"),
                    ("batch", "Batch"),
                    ("desk_lookup", "Desk Lookup"),
                    ("search_hit", "Search Hit"),
                    ("export", "Export"),
                    ("administration", "Administration"),
                    ("support", "Support"),
                    ("matching", "Matching"),
                    ("backup", "Backup"),
                    ("maintenance", "Maintenance"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="querylogentry",
            name="system",
            field=models.CharField(
                choices=[
                    ("site", "Site"),
                    ("portal", "Portal"),
                    ("desk", "Desk"),
                    ("api", "Api"),
                    ("command", "Command"),
                    ("job", "Job"),
                ],
                max_length=10,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="eventlogentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e5ec7746009a2c196e2ccb7245b84730683b2249",
                    operation="DELETE",
                    pgid="pgtrigger_append_only_8736a",
                    table="audit_eventlogentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="eventlogentry",
            trigger=pgtrigger.compiler.Trigger(
                name="erased_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF (to_jsonb(OLD) - 'details' - 'salt' - 'commitment') IS DISTINCT FROM\n           (to_jsonb(NEW) - 'details' - 'salt' - 'commitment')\n           OR NEW.details <> '{}'::jsonb OR NEW.salt = OLD.salt\n           OR NOT EXISTS (SELECT FROM audit_erasure e WHERE e.event_id = OLD.id AND e.approved_at IS NOT NULL) THEN\n            RAISE EXCEPTION 'event % stays as it was written', OLD.id\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="07c9a18ba8aaa623e08f2caad4e7a95b2a8e9245",
                    operation="UPDATE",
                    pgid="pgtrigger_erased_only_af026",
                    table="audit_eventlogentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(fields=["code", "-at"], name="alarm_by_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="alarm",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a8e6a6ef2d16ce9f63a948d9cf479f7e660c21ca",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_382b0",
                    table="audit_alarm",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="alarm",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="df77249b06ed57f8306874365861007745a28799",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_79ecc",
                    table="audit_alarm",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="checkpoint",
            index=models.Index(fields=["signed_at"], name="checkpoint_by_moment"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d8ad92bdef105590e945d427475bc902c22dac79",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_92e06",
                    table="audit_checkpoint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="998438b5cdf0fc72e7edb052a810911ad888335c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_bfd75",
                    table="audit_checkpoint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="growing",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF NEW.size <> (SELECT coalesce(max(l.index) + 1, 0) FROM audit_leaf l)\n           OR NEW.size <= (SELECT coalesce(max(c.size), 0) FROM audit_checkpoint c)\n           OR NEW.signed_at < (SELECT max(c.signed_at) FROM audit_checkpoint c)\n           OR NEW.horizon::text::numeric < (SELECT max(c.horizon::text::numeric) FROM audit_checkpoint c) THEN\n            RAISE EXCEPTION 'a checkpoint of size % does not follow', NEW.size\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="2841400d6ae399f49eb67b2ec04fc80adf9c4f49",
                    operation="INSERT",
                    pgid="pgtrigger_growing_7de51",
                    table="audit_checkpoint",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="cosignature",
            name="checkpoint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cosignatures",
                to="audit.checkpoint",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by_account_id__isnull", True)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by_account_id__isnull", False),
                        models.Q(
                            ("approved_by_account_id", models.F("drafted_by_account_id")), _negated=True
                        ),
                    ),
                    _connector="OR",
                ),
                name="erasure_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clause", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                ),
                name="erasure_names_clause_and_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="c4a7373047ead4837be4df2fd30493a6df4d51a2",
                    operation="DELETE",
                    pgid="pgtrigger_append_only_168b2",
                    table="audit_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="b14bc043b8a36c56e4a9c5e0cbfd894ba42b7ef2",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_8f7a3",
                    table="audit_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="approved_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF OLD.approved_at IS NOT NULL\n           OR (to_jsonb(OLD) - 'approved_at' - 'approved_by_account_id') IS DISTINCT FROM\n              (to_jsonb(NEW) - 'approved_at' - 'approved_by_account_id') THEN\n            RAISE EXCEPTION 'draft % stands as it was made', OLD.id\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="fe249ce67265a67f030e531e0c0f7ce0d8e853c5",
                    operation="UPDATE",
                    pgid="pgtrigger_approved_once_f925f",
                    table="audit_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="leaf",
            constraint=models.UniqueConstraint(fields=("kind", "entry_id"), name="entry_has_one_leaf"),
        ),
        migrations.AddConstraint(
            model_name="leaf",
            constraint=models.CheckConstraint(
                condition=models.Q(("index__gte", 0), ("kind__in", ["e", "q"])), name="leaf_is_of_a_log"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leaf",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7dca4c3bc116f5d567cb9e40b3e31738b1013ab6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_cb682",
                    table="audit_leaf",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leaf",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="d34a9c1d808b975228acb4c28297b4ffe8a492e0",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_aeb90",
                    table="audit_leaf",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leaf",
            trigger=pgtrigger.compiler.Trigger(
                name="gapless",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE smallest bigint; largest bigint; number bigint; before bigint;",
                    func="\n        SELECT min(index), max(index), count(*) INTO smallest, largest, number FROM added;\n        IF number > 0 THEN\n            SELECT coalesce(max(l.index) + 1, 0) INTO before FROM audit_leaf l WHERE l.index < smallest;\n            IF smallest <> before OR largest <> smallest + number - 1 THEN\n                RAISE EXCEPTION 'leaf % does not follow leaf %', smallest, before - 1\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n        END IF;\n        RETURN NULL;\n    ",
                    hash="9a1006dab44ac9b249b60a8f123c45ea4a338e23",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_gapless_b12ed",
                    referencing="REFERENCING NEW TABLE AS added ",
                    table="audit_leaf",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logkey",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2304392018987104bf75e68224a37dde6f24c3d8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b4af6",
                    table="audit_logkey",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logkey",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="cca205743d1cbbba19d6c5a6b81426da93d31529",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_af7ac",
                    table="audit_logkey",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recheck",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cfe659e4ddf39b24a45dd33dab1bbd172cdf5899",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_92934",
                    table="audit_recheck",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recheck",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="f517a593c36b5204a0ef653d3113dfee6668c13e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_a9bc8",
                    table="audit_recheck",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="reconciliation",
            name="alarm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reconciliations", to="audit.alarm"
            ),
        ),
        migrations.AddConstraint(
            model_name="tile",
            constraint=models.CheckConstraint(
                condition=models.Q(("algorithm__in", ("sha256", "sm3"))), name="tile_of_a_known_tree"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tile",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4d4ad74ec0c7451e021d65ff1a31e04575309575",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3a622",
                    table="audit_tile",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tile",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="e08f0f51941c33449e3be09de3ac5bd0991ff11f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_c593f",
                    table="audit_tile",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="cosignature",
            name="witness",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.witness"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="witness",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="94d95c19a5e0896e9a29cb9a4a58520f15e50bbe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f0a86",
                    table="audit_witness",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="witness",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="5455c00189a62c2c3617339ab4a962e2b9d9c4b0",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_d6111",
                    table="audit_witness",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by_account_id__isnull", True)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by_account_id__isnull", False),
                        models.Q(
                            ("approved_by_account_id", models.F("drafted_by_account_id")), _negated=True
                        ),
                    ),
                    _connector="OR",
                ),
                name="alarm_reconciled_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliation",
            constraint=models.CheckConstraint(
                condition=models.Q(("finding", ""), _negated=True), name="reconciliation_says_what_was_found"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reconciliation",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="1d5dad39720bbe58dc74d79c9cee2f45395dce3e",
                    operation="DELETE",
                    pgid="pgtrigger_append_only_250dc",
                    table="audit_reconciliation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reconciliation",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="b6b8f5f1b9ce472d21dbd4b435caf0c179ae6e10",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_4e409",
                    table="audit_reconciliation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reconciliation",
            trigger=pgtrigger.compiler.Trigger(
                name="approved_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF OLD.approved_at IS NOT NULL\n           OR (to_jsonb(OLD) - 'approved_at' - 'approved_by_account_id') IS DISTINCT FROM\n              (to_jsonb(NEW) - 'approved_at' - 'approved_by_account_id') THEN\n            RAISE EXCEPTION 'draft % stands as it was made', OLD.id\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="379a4ced693e7e6b7dc2d58a4b6127dcc9a5f7f5",
                    operation="UPDATE",
                    pgid="pgtrigger_approved_once_a4c94",
                    table="audit_reconciliation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(fields=("checkpoint", "witness"), name="witness_cosigns_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cosignature",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="db989734a3db6a796ff181137b4ffe306a56750a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d4c24",
                    table="audit_cosignature",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cosignature",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="c1b0ca81dc92563c841ecfa980a638c559f5fc0b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_ca2a6",
                    table="audit_cosignature",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
