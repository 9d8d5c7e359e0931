"""Organizations under a kind of code that a pack declares are public like all others, with the name of that kind."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE VIEW published_organization AS
SELECT o.subject_id, o.uscc, o.name, o.name_folded, o.bigrams, o.registered_on, o.division_code, o.parent_uscc,
       o.code_kind_id AS code_kind, o.local_code, k.label_zh AS code_kind_zh, k.label_en AS code_kind_en
FROM subjects_organization o
LEFT JOIN catalog_codekind k ON k.name = o.code_kind_id
WHERE NOT o.sole_proprietor;

CREATE OR REPLACE VIEW published_former_name AS
SELECT f.organization_id AS subject_id, f.name, f.name_folded, f.bigrams, f.valid_from, f.valid_to
FROM subjects_formername f
JOIN subjects_organization o ON o.subject_id = f.organization_id
WHERE NOT o.sole_proprietor;
"""

BACKWARD = """
DROP VIEW published_organization;
CREATE VIEW published_organization AS
SELECT o.subject_id, o.uscc, o.name, o.name_folded, o.bigrams, o.registered_on, o.division_code, o.parent_uscc
FROM subjects_organization o
WHERE NOT o.sole_proprietor AND o.uscc IS NOT NULL;
GRANT SELECT ON published_organization TO anxin_site;

CREATE OR REPLACE VIEW published_former_name AS
SELECT f.organization_id AS subject_id, f.name, f.name_folded, f.bigrams, f.valid_from, f.valid_to
FROM subjects_formername f
JOIN subjects_organization o ON o.subject_id = f.organization_id
WHERE NOT o.sole_proprietor AND o.uscc IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_organizations_by_national_code"),
        ("catalog", "0002_kinds_of_code"),
        ("subjects", "0006_local_code_first"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
