"""A session that switched `synchronous_commit` off neither logs nor reads: its row could be forgotten after it had been read by (Art. 45(2)).

The setting is asked when the transaction of a row commits, since that is when it counts, and at each door of the gate. What a server's
configuration says is its operator's affair; `anxin fsck` and the start of the product tell of it. Rows of a batch are too many to be
asked one by one: of these the part is, and by one of them no single door opens.
"""

from __future__ import annotations

from django.db import migrations

FORGETFUL = """pg_catalog.current_setting('synchronous_commit') OPERATOR(pg_catalog.=) 'off' AND EXISTS (
        SELECT FROM pg_catalog.pg_settings s WHERE s.name OPERATOR(pg_catalog.=) 'synchronous_commit' AND NOT s.source
            OPERATOR(pg_catalog.=) ANY (ARRAY['default', 'environment variable', 'configuration file', 'command line', 'database']))"""
REFUSAL = """RAISE EXCEPTION 'a session whose commits may be forgotten (synchronous_commit = off) neither logs nor reads'
            USING ERRCODE = 'insufficient_privilege';"""
TRIGGERS = f"""
CREATE FUNCTION refuse_forgetful_session() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF {FORGETFUL} THEN
        {REFUSAL}
    END IF;
END $$;
REVOKE ALL ON FUNCTION refuse_forgetful_session() FROM PUBLIC;

CREATE FUNCTION refuse_forgetful_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {FORGETFUL} THEN
        {REFUSAL}
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION refuse_forgetful_log() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER log_kept_at_commit AFTER INSERT ON audit_querylogentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.batch_id IS NULL) EXECUTE FUNCTION refuse_forgetful_log();
CREATE CONSTRAINT TRIGGER batch_part_kept_at_commit AFTER UPDATE ON access_batchpart DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.logged AND NOT OLD.logged) EXECUTE FUNCTION refuse_forgetful_log();
"""
# The doors themselves stay as their own migrations wrote them, but for the question at their beginning.
ASK = """
DO $migration$
DECLARE
    change record;
    body text;
BEGIN
    FOR change IN SELECT * FROM (VALUES {changes}) AS c (door, before, after) LOOP
        body := pg_get_functiondef(change.door::regprocedure);
        IF strpos(body, change.before) = 0 THEN
            RAISE EXCEPTION '% is not as it was', change.door;
        END IF;
        EXECUTE replace(body, change.before, change.after);
    END LOOP;
END $migration$;
"""
SELECTED = "SELECT * INTO logged FROM audit_querylogentry WHERE id = entry;\n"
ORDERED = "SELECT * INTO ordered FROM access_batch WHERE id = batch;\n"
NOBODY = "IF NOT FOUND OR logged.transaction_id"
QUESTION = "PERFORM refuse_forgetful_session();\n    "
CHANGES = (
    ("committed_reading(bigint)", SELECTED, QUESTION + SELECTED),
    (
        "committed_reading(bigint)",
        NOBODY,
        NOBODY.replace("FOUND OR", "FOUND OR logged.batch_id IS NOT NULL OR"),
    ),
    ("read_batch(bigint)", ORDERED, QUESTION + ORDERED),
)


def changed(changes: list[tuple[str, str, str]]) -> str:
    """The statement that changes the doors."""
    rows = [", ".join(f"$text${text}$text$" for text in change) for change in changes]
    return ASK.format(changes=", ".join(f"({row})" for row in rows))


FORWARD = TRIGGERS + changed(list(CHANGES))
BACKWARD = (
    changed([(door, after, before) for door, before, after in CHANGES])
    + """
DROP TRIGGER batch_part_kept_at_commit ON access_batchpart;
DROP TRIGGER log_kept_at_commit ON audit_querylogentry;
DROP FUNCTION refuse_forgetful_log(), refuse_forgetful_session();
"""
)


class Migration(migrations.Migration):
    dependencies = [("access", "0023_quotas_of_clients")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
