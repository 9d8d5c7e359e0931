"""Decisions on queued rows, with the record and version that each of them names."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Composite keys, which Django's own fields cannot express.
FORWARD = """
ALTER TABLE intake_rowdecision
    ADD CONSTRAINT decision_names_a_record FOREIGN KEY (subject_id, record_id)
        REFERENCES records_creditrecord (subject_id, id),
    ADD CONSTRAINT decision_names_a_version FOREIGN KEY (subject_id, record_id, version_number)
        REFERENCES records_recordversion (subject_id, record_id, number);
"""
BACKWARD = """
ALTER TABLE intake_rowdecision
    DROP CONSTRAINT decision_names_a_version, DROP CONSTRAINT decision_names_a_record;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_reason_rule"),
        ("subjects", "0002_decisions_stand"),
        ("records", "0003_lawful_edges"),
    ]

    operations = [
        migrations.CreateModel(
            name="RowDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("name_stays", "Name Stays"),
                            ("new_name", "New Name"),
                            ("correction", "Correction"),
                            ("own_record", "Own Record"),
                            ("returned", "Returned"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("record_created", "Record Created"),
                            ("version_added", "Version Added"),
                            ("link_restored", "Link Restored"),
                            ("nothing_new", "Nothing New"),
                            ("row_returned", "Row Returned"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject_id", models.BigIntegerField(null=True)),
                ("record_id", models.BigIntegerField(null=True)),
                ("version_number", models.PositiveSmallIntegerField(null=True)),
                ("former_name_id", models.BigIntegerField(null=True)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="queuedrow",
            trigger=pgtrigger.compiler.Trigger(
                name="one_decision_at_a_time",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (to_jsonb(OLD) - 'decision_id') IS DISTINCT FROM (to_jsonb(NEW) - 'decision_id')\n                       OR OLD.decision_id IS NOT NULL AND (\n                           NEW.decision_id IS NOT NULL\n                           OR EXISTS (SELECT FROM subjects_linkdecision d\n                                      WHERE d.id = OLD.decision_id AND d.undone_at IS NULL)) THEN\n                        RAISE EXCEPTION 'queued row % has a decision that stands', OLD.id\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="8e8c09ae505de3199f4bce84991f16cc60fdc5a9",
                    operation="UPDATE",
                    pgid="pgtrigger_one_decision_at_a_time_0bfb1",
                    table="intake_queuedrow",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="queuedrow",
            constraint=models.UniqueConstraint(fields=("decision",), name="decision_is_about_one_row"),
        ),
        migrations.AddField(
            model_name="rowdecision",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.linkdecision"
            ),
        ),
        migrations.AddField(
            model_name="rowdecision",
            name="queued_row",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="intake.queuedrow"
            ),
        ),
        migrations.AddConstraint(
            model_name="rowdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("effect", "row_returned"),
                        ("outcome", "returned"),
                        ("subject_id__isnull", True),
                        ("record_id__isnull", True),
                        ("version_number__isnull", True),
                    ),
                    models.Q(
                        models.Q(("outcome", "returned"), _negated=True),
                        models.Q(("effect", "row_returned"), _negated=True),
                        ("record_id__isnull", False),
                        ("subject_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="art_12_a_row_is_returned_or_has_its_record",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rowdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="994b1ad051f29bef2d9400a9867714bae4be63e9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b8de3",
                    table="intake_rowdecision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rowdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="717c7b308cc84a33fb588db9ced2e1b8fd204652",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_654aa",
                    table="intake_rowdecision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
