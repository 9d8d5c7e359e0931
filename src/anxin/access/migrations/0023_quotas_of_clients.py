"""A client's batches are held to its rights and to its quota of a day by the database itself (Art. 20(2), 45).

Identifiers of one local day are counted, except of what was cancelled before anything was read. Orders of one client are counted one
after another. The moment that an order states is not believed if the database's clock says otherwise.
"""

from __future__ import annotations

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION batch_within_clients_rights() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held access_apiclient%ROWTYPE;
    began timestamptz := date_trunc('day', NEW.received_at AT TIME ZONE 'Asia/Shanghai') AT TIME ZONE 'Asia/Shanghai';
    used bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(20220046, hashint8(NEW.client_id));
    SELECT * INTO STRICT held FROM access_apiclient WHERE id = NEW.client_id;
    IF held.approved_at IS NULL OR held.revoked_at IS NOT NULL OR held.ends_at <= clock_timestamp()
       OR (held.unit_id, held.account_id) IS DISTINCT FROM (NEW.unit_id, NEW.by_id)
       OR EXISTS (
           SELECT FROM unnest(ARRAY['batch', nullif(NEW.use_item, '')]) AS needed(scope)
           WHERE needed.scope IS NOT NULL AND NOT EXISTS (
               SELECT FROM access_clientright r WHERE r.client_id = held.id AND r.scope = needed.scope
                 AND r.approved_at IS NOT NULL AND r.revoked_at IS NULL)) THEN
        RAISE EXCEPTION 'client % has no right to this batch', held.client_id
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'art_45_batch_within_the_clients_rights';
    END IF;
    IF NEW.received_at NOT BETWEEN clock_timestamp() - interval '10 minutes' AND clock_timestamp() + interval '1 minute' THEN
        RAISE EXCEPTION 'a batch is received now, not at another time' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT coalesce(sum(b.accepted), 0) INTO used FROM access_batch b
    WHERE b.client_id = held.id AND b.received_at >= began AND b.received_at < began + interval '1 day'
      AND b.state <> 'cancelled';
    IF used + NEW.accepted > held.quota THEN
        RAISE EXCEPTION 'client % may order % identifiers a day', held.client_id, held.quota
            USING ERRCODE = 'check_violation', CONSTRAINT = 'art_45_client_quota_of_a_day',
                  DETAIL = greatest(held.quota - used, 0)::text;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION batch_within_clients_rights() FROM PUBLIC;
CREATE TRIGGER batch_within_rights BEFORE INSERT ON access_batch
    FOR EACH ROW WHEN (NEW.client_id IS NOT NULL) EXECUTE FUNCTION batch_within_clients_rights();
"""
BACKWARD = """
DROP TRIGGER batch_within_rights ON access_batch;
DROP FUNCTION batch_within_clients_rights();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0022_each_row_its_basis")]
    operations = [
        migrations.AddField("apiclient", "quota", models.PositiveIntegerField(db_default=1_000_000)),
        migrations.AddConstraint(
            "apiclient",
            models.CheckConstraint(name="art_45_client_has_a_quota", condition=models.Q(quota__gte=1)),
        ),
        migrations.AddIndex(
            "batch", models.Index(fields=["client", "received_at"], name="batch_by_client_and_time")
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
