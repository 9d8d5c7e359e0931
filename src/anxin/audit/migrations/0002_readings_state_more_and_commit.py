"""What a reading says grows, and every row of both logs carries a salted commitment to its own text.

The commitment is a generated column: the database computes it from what it stores, nobody can send another. It is what the
tree of the log holds in the row's place. Generated columns want immutable functions: `json_build_array` is declared stable for
types whose text depends on settings, and none of those is among these columns. Those that every row pays for are in PL/pgSQL,
which makes their expressions ready once a session; a function in SQL that holds such stable ones does so once a row.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

import anxin.audit.models as audit

FUNCTIONS = """
CREATE FUNCTION audit_microseconds(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (date_part('epoch', moment) * 1000000)::bigint;

CREATE FUNCTION audit_commitment(salt bytea, canonical text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN pg_catalog.sha256(salt OPERATOR(pg_catalog.||) pg_catalog.convert_to(canonical, 'UTF8'));
END $$;

CREATE FUNCTION audit_canonical_query(
    id bigint, at timestamptz, transaction_id xid8, login text, route text, system text, reader_account_id bigint,
    reader_unit_code text, client_id text, subject_id bigint, asked text, purpose text, clause text, case_reference text,
    use_item text, grant_id bigint, batch_id bigint, opens_at timestamptz, fields text[]
) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN pg_catalog.json_build_array('q', id,
        (pg_catalog.date_part('epoch', at) OPERATOR(pg_catalog.*) 1000000)::bigint, transaction_id::text, login, route, system,
        reader_account_id, reader_unit_code, client_id, subject_id, asked, purpose, clause, case_reference, use_item, grant_id,
        batch_id, (pg_catalog.date_part('epoch', opens_at) OPERATOR(pg_catalog.*) 1000000)::bigint, fields)::text;
END $$;

CREATE FUNCTION audit_canonical_event(
    id bigint, at timestamptz, transaction_id xid8, act text, clause text, pack text, by_account_id bigint,
    subject_id bigint, details jsonb
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN json_build_array('e', id, audit_microseconds(at), transaction_id::text, act, clause, pack, by_account_id, subject_id,
    details)::text;
"""
DROP = """
DROP FUNCTION audit_canonical_event, audit_canonical_query, audit_commitment, audit_microseconds;
"""
ROUTES = [(route, route) for route in audit.QueryLogEntry.Route.values]
SYSTEMS = [(system, system) for system in audit.QueryLogEntry.System.values]
SALT = models.BinaryField(max_length=16, db_default=audit.RandomSalt())


def committed(canonical: str) -> models.GeneratedField:
    """The generated column over a row's text."""
    return models.GeneratedField(
        expression=audit.Commitment(canonical),
        output_field=models.BinaryField(max_length=32),
        db_persist=True,
    )


def added(name: str, field: models.Field[Any, Any]) -> migrations.AddField:
    """A further column of the query log."""
    return migrations.AddField("querylogentry", name, field)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        *[
            migrations.AlterField(name, "at", models.DateTimeField(db_default=audit.ClockTimestamp()))
            for name in ("querylogentry", "eventlogentry")
        ],
        migrations.AlterField("querylogentry", "route", models.CharField(choices=ROUTES, max_length=20)),
        migrations.AlterField("querylogentry", "subject_id", models.BigIntegerField(null=True)),
        added("login", models.CharField(max_length=63, db_default=audit.SessionUser())),
        migrations.AddField(
            "querylogentry",
            "system",
            models.CharField(choices=SYSTEMS, max_length=10, default="portal"),
            False,
        ),
        added("client_id", models.CharField(blank=True, max_length=64, db_default="")),
        added("asked", models.CharField(blank=True, max_length=120, db_default="")),
        added("use_item", models.CharField(blank=True, max_length=64, db_default="")),
        added("grant_id", models.BigIntegerField(null=True)),
        added("batch_id", models.BigIntegerField(null=True)),
        added("opens_at", models.DateTimeField(null=True)),
        added("salt", SALT),
        added("commitment", committed(audit.QUERY_CANONICAL)),
        migrations.AddField("eventlogentry", "salt", SALT),
        migrations.AddField("eventlogentry", "commitment", committed(audit.EVENT_CANONICAL)),
        migrations.AddIndex(
            "querylogentry", models.Index(fields=["transaction_id", "id"], name="query_log_by_transaction")
        ),
        migrations.AddIndex(
            "eventlogentry", models.Index(fields=["transaction_id", "id"], name="event_log_by_transaction")
        ),
        migrations.AddIndex(
            "querylogentry",
            models.Index(
                fields=["batch_id"], condition=models.Q(batch_id__isnull=False), name="query_log_by_batch"
            ),
        ),
        migrations.AddConstraint(
            "querylogentry",
            models.CheckConstraint(
                name="query_log_names_subject",
                condition=models.Q(subject_id__isnull=False)
                | models.Q(
                    route__in=["batch", "search_hit", "matching", "backup", "administration", "maintenance"]
                ),
            ),
        ),
        migrations.AddConstraint(
            "querylogentry",
            models.CheckConstraint(
                name="query_log_authorized_names_grant",
                condition=~models.Q(route="authorized") | models.Q(grant_id__isnull=False),
            ),
        ),
    ]
