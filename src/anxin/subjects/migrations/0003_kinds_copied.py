"""A subject's kind, copied to what it is: no row is both a person and an organization."""

from django.db import migrations, models

KINDS = [
    ("natural_person", "Natural Person"),
    ("legal_person", "Legal Person"),
    ("unincorporated_organization", "Unincorporated Organization"),
]
IDENTIFIERS = [
    ("resident_id_number", "Resident Id Number"),
    ("passport", "Passport"),
    ("mainland_travel_permit_hong_kong_macao", "Mainland Travel Permit Hong Kong Macao"),
    ("mainland_travel_permit_taiwan", "Mainland Travel Permit Taiwan"),
    ("foreign_permanent_resident_id", "Foreign Permanent Resident Id"),
    ("social_security_card", "Social Security Card"),
    ("driving_license", "Driving License"),
    ("other", "Other"),
]
FORWARD = """
UPDATE subjects_organization o SET kind = s.kind FROM subjects_subject s WHERE s.id = o.subject_id;
ALTER TABLE subjects_organization ADD CONSTRAINT organization_has_the_kind_of_its_subject
    FOREIGN KEY (subject_id, kind) REFERENCES subjects_subject (id, kind);
ALTER TABLE subjects_naturalperson ADD CONSTRAINT person_has_the_kind_of_its_subject
    FOREIGN KEY (subject_id, kind) REFERENCES subjects_subject (id, kind);
"""
BACKWARD = """
ALTER TABLE subjects_naturalperson DROP CONSTRAINT person_has_the_kind_of_its_subject;
ALTER TABLE subjects_organization DROP CONSTRAINT organization_has_the_kind_of_its_subject;
"""


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_decisions_stand")]
    operations = [
        migrations.AddField(
            model_name="organization",
            name="kind",
            field=models.CharField(choices=KINDS, db_default="legal_person", max_length=28),
        ),
        migrations.AddField(
            model_name="naturalperson",
            name="kind",
            field=models.CharField(choices=KINDS, db_default="natural_person", max_length=28),
        ),
        migrations.AlterField(
            model_name="personalidentifier",
            name="kind",
            field=models.CharField(choices=IDENTIFIERS, max_length=44),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "natural_person"), _negated=True),
                name="organization_is_no_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="naturalperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "natural_person")), name="person_is_no_organization"
            ),
        ),
    ]
