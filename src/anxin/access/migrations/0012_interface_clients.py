"""Clients of the interface, their rights, and their tokens and shares, which need not outlive a crash (Art. 45)."""

from __future__ import annotations

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0011_readings_keep_to_their_route"),
        ("authorities", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("secret_digest", models.BinaryField(max_length=32)),
                ("rate", models.PositiveIntegerField()),
                ("burst", models.PositiveIntegerField()),
                ("drafted_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="authorities.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClientBucket",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.apiclient",
                    ),
                ),
                ("free_at", models.DateTimeField()),
                ("step", models.DurationField()),
                ("slack", models.DurationField()),
            ],
        ),
        migrations.CreateModel(
            name="ClientRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=64)),
                ("drafted_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights",
                        to="access.apiclient",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClientToken",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.apiclient"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="art_45_client_needs_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                    _connector="OR",
                ),
                name="client_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("unit",),
                name="one_client_for_a_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(("burst__gte", 1), ("rate__gte", 1)), name="client_has_a_share"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="apiclient",
            trigger=pgtrigger.compiler.Trigger(
                name="client_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="b280a5cfb1c32846e75383fb6b67810d5e5a7e22",
                    operation="DELETE",
                    pgid="pgtrigger_client_stays_66eef",
                    table="access_apiclient",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="apiclient",
            trigger=pgtrigger.compiler.Trigger(
                name="client_as_drafted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF OLD.revoked_at IS NOT NULL\n                   OR OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at\n                   OR OLD.approved_at IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id\n                   OR (to_jsonb(OLD) - 'approved_at' - 'approved_by_id' - 'revoked_at' - 'revoked_by_id')\n                      IS DISTINCT FROM\n                      (to_jsonb(NEW) - 'approved_at' - 'approved_by_id' - 'revoked_at' - 'revoked_by_id') THEN\n                    RAISE EXCEPTION 'row % of % stands as it was drafted', OLD.id, TG_TABLE_NAME\n                        USING ERRCODE = 'integrity_constraint_violation';\n                END IF;\n                RETURN NEW;\n            ",
                    hash="6bf557503619d7725970d8ee39bd09266145c78f",
                    operation="UPDATE",
                    pgid="pgtrigger_client_as_drafted_71941",
                    table="access_apiclient",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="clientright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="art_45_client_right_needs_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                    _connector="OR",
                ),
                name="client_right_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientright",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("client", "scope"),
                name="right_held_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientright",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__regex", "^[a-z0-9-]+$")), name="right_has_a_scope"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientright",
            trigger=pgtrigger.compiler.Trigger(
                name="right_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="bb395290bd0db64a759b7988a01cd1ea571b72d6",
                    operation="DELETE",
                    pgid="pgtrigger_right_stays_602d5",
                    table="access_clientright",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientright",
            trigger=pgtrigger.compiler.Trigger(
                name="right_as_drafted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF OLD.revoked_at IS NOT NULL\n                   OR OLD.approved_at IS NOT NULL AND NEW.approved_at IS DISTINCT FROM OLD.approved_at\n                   OR OLD.approved_at IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id\n                   OR (to_jsonb(OLD) - 'approved_at' - 'approved_by_id' - 'revoked_at' - 'revoked_by_id')\n                      IS DISTINCT FROM\n                      (to_jsonb(NEW) - 'approved_at' - 'approved_by_id' - 'revoked_at' - 'revoked_by_id') THEN\n                    RAISE EXCEPTION 'row % of % stands as it was drafted', OLD.id, TG_TABLE_NAME\n                        USING ERRCODE = 'integrity_constraint_violation';\n                END IF;\n                RETURN NEW;\n            ",
                    hash="672886d82f6690ee32c66ac0cfc46430d69eb8d7",
                    operation="UPDATE",
                    pgid="pgtrigger_right_as_drafted_ddc74",
                    table="access_clientright",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="clienttoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "expires_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("issued_at"), "+", models.Value(datetime.timedelta(seconds=900))
                        ),
                    )
                ),
                name="token_is_short",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE access_clienttoken SET UNLOGGED; ALTER TABLE access_clientbucket SET UNLOGGED;",
            migrations.RunSQL.noop,
        ),
    ]
