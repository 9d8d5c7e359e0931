"""Composite foreign keys and the number sequence that Django's fields cannot express."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE record_number AS bigint CACHE 1000;
ALTER TABLE records_recordversion
    ADD CONSTRAINT version_belongs_to_record FOREIGN KEY (subject_id, record_id)
    REFERENCES records_creditrecord (subject_id, id);
ALTER TABLE records_recordevent
    ADD CONSTRAINT event_belongs_to_record FOREIGN KEY (subject_id, record_id)
    REFERENCES records_creditrecord (subject_id, id);
"""

BACKWARD = """
ALTER TABLE records_recordevent DROP CONSTRAINT event_belongs_to_record;
ALTER TABLE records_recordversion DROP CONSTRAINT version_belongs_to_record;
DROP SEQUENCE record_number;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
