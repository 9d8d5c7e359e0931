"""Art. 14(2) in the database: a version with a display window belongs to an organization, or it is refused.

The column stands only where something is displayed, and its foreign key knows organizations alone.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE records_recordversion ADD COLUMN displayed_subject_id bigint
    GENERATED ALWAYS AS (CASE WHEN display_from IS NOT NULL THEN subject_id END) STORED;
ALTER TABLE records_recordversion ADD CONSTRAINT art_14_2_only_organizations_are_displayed
    FOREIGN KEY (displayed_subject_id) REFERENCES subjects_organization (subject_id);
"""
BACKWARD = "ALTER TABLE records_recordversion DROP COLUMN displayed_subject_id;"


class Migration(migrations.Migration):
    dependencies = [("records", "0003_lawful_edges"), ("subjects", "0003_kinds_copied")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
