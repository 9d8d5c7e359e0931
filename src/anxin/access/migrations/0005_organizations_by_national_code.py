"""The public pages know organizations by the unified social credit code; one under another kind of code has none there."""

from django.db import migrations

VIEW = """
CREATE OR REPLACE VIEW published_organization AS
SELECT o.subject_id, o.uscc, o.name, o.name_folded, o.bigrams, o.registered_on, o.division_code, o.parent_uscc
FROM subjects_organization o
WHERE NOT o.sole_proprietor{condition};

CREATE OR REPLACE VIEW published_former_name AS
SELECT f.organization_id AS subject_id, f.name, f.name_folded, f.bigrams, f.valid_from, f.valid_to
FROM subjects_formername f
JOIN subjects_organization o ON o.subject_id = f.organization_id
WHERE NOT o.sole_proprietor{condition};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_moments_and_report_state"),
        ("subjects", "0005_declared_kinds_of_code"),
    ]
    operations = [
        migrations.RunSQL(VIEW.format(condition=" AND o.uscc IS NOT NULL"), VIEW.format(condition=""))
    ]
