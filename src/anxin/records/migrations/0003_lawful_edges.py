"""Which event may follow which, and what an event by a person must say."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_keys_and_numbers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recordevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("corrected", "Corrected"),
                    ("changed", "Changed"),
                    ("withdrawn", "Withdrawn"),
                    ("annulled", "Annulled"),
                    ("objected", "Objected"),
                    ("objection_closed", "Objection Closed"),
                    ("restored", "Restored"),
                    ("display_ended", "Display Ended"),
                    ("shielded", "Shielded"),
                    ("unshielded", "Unshielded"),
                    ("link_undone", "Link Undone"),
                    ("link_restored", "Link Restored"),
                ],
                max_length=20,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recordevent",
            trigger=pgtrigger.compiler.Trigger(
                name="lawful_edges",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE earlier text[];",
                    func="\n        PERFORM FROM records_creditrecord r\n        WHERE r.subject_id = NEW.subject_id AND r.id = NEW.record_id FOR NO KEY UPDATE;\n        SELECT coalesce(array_agg(e.kind), '{}') INTO earlier FROM records_recordevent e\n        WHERE e.subject_id = NEW.subject_id AND e.record_id = NEW.record_id;\n        IF ('annulled' = ANY (earlier) AND NEW.kind NOT IN ('objection_closed', 'link_undone', 'link_restored'))\n           OR (NEW.kind IN ('withdrawn', 'annulled', 'restored', 'display_ended') AND NEW.kind = ANY (earlier))\n           OR (NEW.kind = 'objected' AND (coalesce(array_length(array_positions(earlier, 'objected'), 1), 0) > coalesce(array_length(array_positions(earlier, 'objection_closed'), 1), 0))) OR (NEW.kind = 'objection_closed' AND NOT (coalesce(array_length(array_positions(earlier, 'objected'), 1), 0) > coalesce(array_length(array_positions(earlier, 'objection_closed'), 1), 0))) OR (NEW.kind = 'shielded' AND (coalesce(array_length(array_positions(earlier, 'shielded'), 1), 0) > coalesce(array_length(array_positions(earlier, 'unshielded'), 1), 0))) OR (NEW.kind = 'unshielded' AND NOT (coalesce(array_length(array_positions(earlier, 'shielded'), 1), 0) > coalesce(array_length(array_positions(earlier, 'unshielded'), 1), 0))) OR (NEW.kind = 'link_undone' AND (coalesce(array_length(array_positions(earlier, 'link_undone'), 1), 0) > coalesce(array_length(array_positions(earlier, 'link_restored'), 1), 0))) OR (NEW.kind = 'link_restored' AND NOT (coalesce(array_length(array_positions(earlier, 'link_undone'), 1), 0) > coalesce(array_length(array_positions(earlier, 'link_restored'), 1), 0))) THEN\n            RAISE EXCEPTION 'record event % may not follow %', NEW.kind, earlier\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="7b78acc05f612cfa85ff2fcd2e633baf4d46390d",
                    operation="INSERT",
                    pgid="pgtrigger_lawful_edges_5ebca",
                    table="records_recordevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="recordevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by_account_id__isnull", True),
                    models.Q(
                        models.Q(("clause", ""), _negated=True),
                        models.Q(("document_number", ""), ("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="record_event_by_a_person_names_clause_and_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submission_id__isnull", False),
                    models.Q(("kind__in", ["withdrawn", "annulled"]), _negated=True),
                    models.Q(
                        models.Q(("document_number", ""), _negated=True), ("document_date__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="withdrawal_by_a_person_names_its_document",
            ),
        ),
    ]
