"""Tables of published statistics (Art. 14(2))."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0024_the_log_is_kept"),
        ("catalog", "0003_document_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatisticsThreshold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(unique=True)),
                ("least", models.PositiveIntegerField()),
                ("pack", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="StatisticsRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("released_on", models.DateField()),
                ("least", models.PositiveIntegerField()),
                ("entry_id", models.BigIntegerField(unique=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("released_on",), name="statistics_once_a_day"),
                    models.UniqueConstraint(
                        fields=("id", "least"), name="release_threshold_can_be_referenced"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatisticsCell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("least", models.PositiveIntegerField()),
                (
                    "subject_kind",
                    models.CharField(
                        choices=[("organization", "Organization"), ("natural_person", "Natural Person")],
                        max_length=16,
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("since", models.DateField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.catalogitem",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cells",
                        to="access.statisticsrelease",
                    ),
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statisticsrelease",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="80b24af3e3f42c0347aafe6231c548a0f565ac3c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_73a52",
                    table="access_statisticsrelease",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statisticsrelease",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="3db1c5bac5c44e5b56b99ec10503f28d4d7db273",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_6895e",
                    table="access_statisticsrelease",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="statisticsthreshold",
            constraint=models.CheckConstraint(
                condition=models.Q(("least__gt", 1)), name="art_14_2_one_person_is_never_told"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statisticsthreshold",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="948acc6d55b4b8da32893ddb66d3c5a147b10fff",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_cb6ea",
                    table="access_statisticsthreshold",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statisticsthreshold",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="de9329a011df1a77394fa8f2067aaef9defd8522",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_dd548",
                    table="access_statisticsthreshold",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="statisticscell",
            constraint=models.UniqueConstraint(
                fields=("release", "item", "subject_kind"), name="statistics_cell_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="statisticscell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("subject_kind", "natural_person"), _negated=True),
                    ("number__isnull", True),
                    ("number__gte", models.F("least")),
                    _connector="OR",
                ),
                name="art_14_2_few_persons_are_not_counted",
            ),
        ),
        migrations.AddConstraint(
            model_name="statisticscell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number__isnull", False), ("subject_kind", "organization")),
                    ("subject_kind", "natural_person"),
                    _connector="OR",
                ),
                name="statistics_of_organizations_are_public_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="statisticscell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number__isnull", True), ("since__isnull", True)),
                    models.Q(("number__isnull", False), ("since__isnull", False)),
                    _connector="OR",
                ),
                name="statistics_number_has_a_day",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statisticscell",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0e1d1c7e869535b4b2445eb7c03a45d8b0764b97",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7b1ae",
                    table="access_statisticscell",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statisticscell",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="ae9a4208b0658930c1e83e8654bfc5d392fc196b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_c3da7",
                    table="access_statisticscell",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statisticscell",
            trigger=pgtrigger.compiler.Trigger(
                name="no_small_differences",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."number" IS NOT NULL AND NEW."subject_kind" = \'natural_person\')',
                    func="\n        IF EXISTS (SELECT FROM access_statisticscell c\n                   WHERE c.item_id = NEW.item_id AND c.subject_kind = NEW.subject_kind\n                     AND (abs(c.number - NEW.number) BETWEEN 1 AND NEW.least - 1\n                          OR c.number = NEW.number AND c.since <> NEW.since)) THEN\n            RAISE EXCEPTION 'item %: beside an earlier number this one would tell of a few persons', NEW.item_id\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'art_14_2_no_small_differences';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="6dc0bda991d95c43a5ff12023d3304bc449cbded",
                    operation="INSERT",
                    pgid="pgtrigger_no_small_differences_26509",
                    table="access_statisticscell",
                    when="BEFORE",
                ),
            ),
        ),
    ]
