"""Who runs the platform, who gives rights and who looks at the logs are three persons, however many accounts they have."""

import django.contrib.postgres.constraints
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import anxin.authorities.models

PERSONS = """
UPDATE authorities_roleassignment r SET person_key = a.person_key FROM authorities_account a WHERE a.id = r.account_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""
FOLLOW = """
ALTER TABLE authorities_roleassignment ADD CONSTRAINT role_belongs_to_the_accounts_person
    FOREIGN KEY (account_id, person_key) REFERENCES authorities_account (id, person_key) ON UPDATE CASCADE;
"""
UNFOLLOW = "ALTER TABLE authorities_roleassignment DROP CONSTRAINT role_belongs_to_the_accounts_person;"


class Migration(migrations.Migration):
    dependencies = [
        ("authorities", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="person_key",
            field=models.CharField(db_default=anxin.authorities.models.NewPersonKey(), max_length=64),
        ),
        migrations.AddField(
            model_name="roleassignment",
            name="person_key",
            field=models.CharField(db_default="", max_length=64),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="roleassignment",
            trigger=pgtrigger.compiler.Trigger(
                name="person_of_account",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        SELECT a.person_key INTO NEW.person_key FROM authorities_account a WHERE a.id = NEW.account_id;\n        RETURN NEW;\n    ",
                    hash="f5b8f55a2a9c6d29f200ddab437610072cdbf9de",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_person_of_account_09669",
                    table="authorities_roleassignment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("id", "person_key"), name="account_person_can_be_referenced"
            ),
        ),
        migrations.RunSQL(PERSONS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("role__in", ("system_administrator", "security_administrator", "auditor"))
                ),
                expressions=[("person_key", "="), ("role", "<>"), ("period", "&&")],
                name="art_45_no_person_has_two_of_three_duties",
            ),
        ),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]
