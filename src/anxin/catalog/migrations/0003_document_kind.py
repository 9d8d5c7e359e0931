"""Which kind of document an item's records rest on (Art. 26) stands in the pack, no longer in code.

The versions published so far get what the code said of them until now; nothing else of them changes.
"""

from django.db import migrations, models

SAID_IN_CODE = """
ALTER TABLE catalog_catalogitemversion DISABLE TRIGGER USER;
UPDATE catalog_catalogitemversion v SET document_kind = said.kind
FROM catalog_catalogitem i, (VALUES
    ('administrative-penalty', 'administrative_penalty'),
    ('administrative-permit', 'administrative_permit'),
    ('compulsion', 'administrative_compulsion'),
    ('ruling', 'administrative_ruling'),
    ('court-enforcement', 'judgment')) AS said (code, kind)
WHERE i.id = v.item_id AND i.code = said.code;
ALTER TABLE catalog_catalogitemversion ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_kinds_of_code")]

    operations = [
        migrations.AddField(
            model_name="catalogitemversion",
            name="document_kind",
            field=models.CharField(
                choices=[
                    ("judgment", "Judgment"),
                    ("arbitral_award", "Arbitral Award"),
                    ("administrative_penalty", "Administrative Penalty"),
                    ("administrative_compulsion", "Administrative Compulsion"),
                    ("administrative_ruling", "Administrative Ruling"),
                    ("administrative_permit", "Administrative Permit"),
                    ("other_by_law", "Other By Law"),
                    ("none", "None"),
                ],
                db_default="none",
                default="none",
                max_length=28,
            ),
        ),
        migrations.RunSQL(SAID_IN_CODE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="catalogitemversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "document_kind__in",
                        [
                            "judgment",
                            "arbitral_award",
                            "administrative_penalty",
                            "administrative_compulsion",
                            "administrative_ruling",
                            "administrative_permit",
                            "other_by_law",
                            "none",
                        ],
                    )
                ),
                name="art_26_document_kinds",
            ),
        ),
    ]
