"""A link decision stands as it was made; undoing it is noted once."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("subjects", "0001_initial"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="linkdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="only_undone_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.undone_at IS NOT NULL\n                       OR (to_jsonb(OLD) - 'undone_at' - 'undone_by_id' - 'undone_reason')\n                          IS DISTINCT FROM (to_jsonb(NEW) - 'undone_at' - 'undone_by_id' - 'undone_reason') THEN\n                        RAISE EXCEPTION 'link decision % stands as it was made', OLD.id\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="36bf1464369b7f6ce66831956720b5a3de771e0c",
                    operation="UPDATE",
                    pgid="pgtrigger_only_undone_once_ecaa1",
                    table="subjects_linkdecision",
                    when="BEFORE",
                ),
            ),
        ),
    ]
