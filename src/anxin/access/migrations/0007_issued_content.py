"""What was issued is kept: the content encrypted, the kind, and what a special report was asked for.

`report_standing(number, digest)` answers only to who knows the digest of the whole content: what is registered, whether a
newer report of the same kind and choice exists, and the encrypted copy. By the number alone the site's role learns no digest.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

FORWARD = """
DROP VIEW published_report;
CREATE VIEW published_report AS
SELECT r.number, r.kind, r.issued_at, r.as_of, r.record_count, r.withdrawn_at FROM access_creditreport r;
GRANT SELECT ON published_report TO anxin_site;

CREATE FUNCTION report_standing(wanted text, digest bytea) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object(
        'number', r.number, 'kind', r.kind, 'issued_at', r.issued_at, 'as_of', r.as_of,
        'record_count', r.record_count, 'withdrawn_at', r.withdrawn_at, 'key_name', r.key_name,
        'superseded', EXISTS (
            SELECT FROM access_creditreport newer
            WHERE newer.subject_id = r.subject_id AND newer.kind = r.kind AND newer.withdrawn_at IS NULL
              AND newer.item_codes IS NOT DISTINCT FROM r.item_codes
              AND (newer.issued_at, newer.id) > (r.issued_at, r.id)),
        'copy_kept', r.copy_kept, 'copy_key', c.key_name, 'copy', encode(c.sealed, 'base64'))
    FROM access_creditreport r LEFT JOIN access_storedreport c ON c.report_id = r.id
    WHERE r.number = wanted AND r.content_digest = digest
$$;
REVOKE ALL ON FUNCTION report_standing(text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION report_standing(text, bytea) TO anxin_site;
"""

BACKWARD = """
DROP FUNCTION report_standing(text, bytea);
DROP VIEW published_report;
CREATE VIEW published_report AS
SELECT number, issued_at, as_of, encode(content_digest, 'hex') AS content_digest, record_count, key_name,
       withdrawn_at
FROM access_creditreport;
GRANT SELECT ON published_report TO anxin_site;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_organizations_by_local_code")]
    operations = [
        migrations.CreateModel(
            name="StoredReport",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.creditreport",
                    ),
                ),
                ("key_name", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="creditreport",
            name="item_codes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SlugField(max_length=64), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="creditreport",
            name="copy_kept",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="creditreport",
            name="kind",
            field=models.CharField(
                choices=[
                    ("credit_report", "Credit Report"),
                    ("special_credit_report", "Special Credit Report"),
                ],
                db_default="credit_report",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="creditreport",
            name="period_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="creditreport",
            name="period_to",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="creditreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("item_codes__isnull", False),
                        ("item_codes__len__gt", 0),
                        ("kind", "special_credit_report"),
                        ("period_from__isnull", False),
                        ("period_to__gte", models.F("period_from")),
                    ),
                    models.Q(
                        ("item_codes__isnull", True),
                        ("kind", "credit_report"),
                        ("period_from__isnull", True),
                        ("period_to__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="special_report_names_items_and_period",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="storedreport",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="19ec776ff2f86cb76fa5cbfc2e8d15afa57f79e7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9b0b3",
                    table="access_storedreport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="storedreport",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'this table only grows' USING ERRCODE = 'insufficient_privilege';",
                    hash="ba15aeaf53b05be4eb937c041e257e0e3c120ee5",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_a7726",
                    table="access_storedreport",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
