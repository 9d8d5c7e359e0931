"""Invariant 5: every way past the log that was thought of, tried as the website's own login on a real connection."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.access.gate.guarded import LOG, MARK, Guarded, run

# The database is made for the tests that are marked to need one.
pytestmark = pytest.mark.django_db
# A statement that the server does not even understand proves nothing.
MISSPELT = {"42601", "42703", "42P01", "42883", "42804", "42704"}
HEX = MARK.encode().hex()
ESCAPED = MARK.encode("unicode_escape").decode()

TABLES = {
    "records_recordversion": (
        "public_fields",
        "restricted_fields",
        "encrypted_fields",
        "document_number",
        "tier",
    ),
    "records_recordevent": ("reason", "kind", "document_number"),
    "records_creditrecord": ("subject_id", "item_id", "business_key"),
    "subjects_naturalperson": ("name", "born_on"),
    "subjects_personalidentifier": ("digest", "encrypted", "person_id"),
    "subjects_organization": ("name", "bigrams", "uscc"),
    "subjects_formername": ("name",),
    "subjects_personrenaming": ("former_name",),
}
SHAPES = (
    "SELECT * FROM {table}",
    "SELECT {column} FROM {table}",
    "SELECT count(*) FROM {table} WHERE {column} IS NOT NULL",
    "SELECT row_to_json(t) FROM {table} t",
    "SELECT t FROM {table} t",
    "TABLE {table}",
    "SELECT 1 FROM {table} LIMIT 1",
    "SELECT string_agg({column}::text, ',') FROM {table}",
    "SELECT ({column})::text::integer FROM {table}",
    "EXPLAIN (ANALYZE, VERBOSE) SELECT {column} FROM {table}",
    "CREATE TEMPORARY TABLE copy AS SELECT * FROM {table}",
    "CREATE VIEW leak AS SELECT * FROM {table}",
    "CREATE MATERIALIZED VIEW leak AS SELECT * FROM {table}",
    "COPY {table} TO STDOUT",
    "COPY {table} ({column}) TO STDOUT",
    "COPY (TABLE {table}) TO STDOUT",
    "COPY {table} TO PROGRAM 'cat'",
    "COPY {table} TO '/tmp/leak'",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {table}",
    "SELECT * FROM {table} TABLESAMPLE SYSTEM (100)",
    "SELECT {column} FROM {table} FOR UPDATE",
    "LOCK TABLE {table}",
    "INSERT INTO {table} DEFAULT VALUES RETURNING *",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT DO NOTHING",
    "UPDATE {table} SET {column} = {column} RETURNING *",
    "DELETE FROM {table} WHERE {column} IS NOT NULL RETURNING *",
    "MERGE INTO {table} t USING {table} s ON t.ctid = s.ctid WHEN MATCHED THEN DO NOTHING",
    "TRUNCATE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "GRANT SELECT ON {table} TO PUBLIC",
    "DROP TABLE {table}",
    "CREATE TRIGGER spy BEFORE INSERT ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE INDEX ON {table} ({column})",
    "CREATE STATISTICS spy ON ({column}::text) FROM {table}",
    "CREATE RULE spy AS ON SELECT TO {table} DO INSTEAD NOTHING",
    "CREATE POLICY spy ON {table}",
    "CREATE PUBLICATION spy FOR TABLE {table}",
    "SELECT currval(pg_get_serial_sequence('{table}', '{column}')) FROM {table}",
    "SELECT query_to_xml('SELECT * FROM {table}', true, true, '')",
    "SELECT table_to_xml('{table}', true, true, '')",
    "SELECT cursor_to_xml('c', 1, true, true, '')",
    "SELECT ts_stat('SELECT to_tsvector({column}::text) FROM {table}')",
    "DO $$ BEGIN PERFORM {column} FROM {table}; END $$",
)
# Whole statements; each is refused.
REFUSED = (
    "SET ROLE anxin_owner",
    "SET ROLE anxin_jobs",
    "SET ROLE anxin_admin",
    "SET SESSION AUTHORIZATION anxin_worker",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET session_replication_role = replica",
    "ALTER ROLE anxin_web SUPERUSER",
    "ALTER ROLE anxin_web SET session_replication_role = replica",
    "GRANT anxin_owner TO anxin_web",
    "CREATE ROLE helper LOGIN IN ROLE anxin_owner",
    "CREATE SCHEMA shadow",
    "CREATE TEMPORARY TABLE audit_querylogentry (id bigint)",
    "CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz'",
    "CREATE OR REPLACE FUNCTION read_records(entry bigint) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb'",
    "CREATE OR REPLACE FUNCTION pg_temp.committed_reading(entry bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION read_records(bigint) SECURITY INVOKER",
    "ALTER FUNCTION read_records(bigint) RESET search_path",
    "SELECT committed_reading(1)",
    "SELECT fields_of_reading('{}', '', '{}')",
    "SELECT analyze_records()",
    "SELECT values FROM intake_queuedrow",
    "SELECT * FROM intake_queuedrow",
    "SELECT subject_name FROM intake_queuedrow",
    "SELECT identifier FROM intake_queuedrow",
    "SELECT given_name FROM subjects_linkdecision",
    "SELECT given_identifier FROM subjects_linkdecision",
    "SELECT row_to_json(t) FROM subjects_linkdecision t",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_authid",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/leak')",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION pageinspect",
    "SELECT pg_logical_slot_get_changes('x', NULL, NULL)",
    "SELECT * FROM pg_create_logical_replication_slot('spy', 'test_decoding')",
    "SELECT pg_promote()",
    "UPDATE audit_querylogentry SET subject_id = 1",
    "UPDATE audit_querylogentry SET purpose = purpose",
    "DELETE FROM audit_querylogentry",
    "TRUNCATE audit_querylogentry",
    "DROP TABLE audit_querylogentry CASCADE",
    "ALTER TABLE audit_querylogentry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_querylogentry DISABLE TRIGGER pgtrigger_append_only_da4fe",
    "ALTER TABLE audit_querylogentry ALTER at DROP DEFAULT",
    "DELETE FROM audit_eventlogentry",
    "UPDATE audit_eventlogentry SET details = '{}'",
    "SELECT details FROM audit_eventlogentry",
    "SELECT * FROM audit_querylogentry FOR UPDATE",
    "UPDATE authorities_roleassignment SET role = 'auditor'",
    "INSERT INTO authorities_roleassignment (account_id) VALUES (1)",
    "SELECT nextval('record_number')",
    "SELECT setval('audit_querylogentry_id_seq', 1)",
)
SENT = (
    ("at", "now() - interval '1 hour'"),
    ("transaction_id", "'1'::xid8"),
    ("login", "'anxin_worker'"),
    ("salt", "'\\x00'::bytea"),
    ("commitment", "'\\x00'::bytea"),
    ("id", "77"),
)


def tried(own: psycopg.Connection[Any], statement: str, values: Any = None) -> tuple[str, str]:
    """What came of it ('refused' or 'done'), and everything the server said in answer."""
    try:
        if re.match(r"COPY .* TO STDOUT", statement):
            with own.cursor().copy(statement.encode()) as copy:
                return "done", b"".join(bytes(block) for block in copy).decode(errors="replace")
        return "done", repr(run(own, statement, values))
    except psycopg.Error as error:
        if error.sqlstate in MISSPELT:
            raise
        said = " ".join(
            str(getattr(error.diag, name) or "") for name in ("message_primary", "message_detail", "context")
        )
        return "refused", f"{error} {said}"
    finally:
        own.rollback()


def leaks(answer: str) -> bool:
    """Whether guarded content is in it, in any writing."""
    return any(one in answer for one in (MARK, HEX, ESCAPED))


@pytest.mark.parametrize("table", TABLES)
def test_no_statement_gets_anything_out_of_a_guarded_table(table: str, guarded: Guarded) -> None:
    with guarded.connect() as own:
        for shape in SHAPES:
            for column in TABLES[table]:
                statement = shape.format(table=table, column=column)
                outcome, answer = tried(own, statement)
                assert outcome == "refused", statement
                assert not leaks(answer), statement


@pytest.mark.parametrize("statement", REFUSED)
def test_what_could_open_the_gate_from_within_is_refused(statement: str, guarded: Guarded) -> None:
    with guarded.connect() as own:
        outcome, answer = tried(own, statement)
        assert outcome == "refused", statement
        assert not leaks(answer)


def test_the_harness_sees_a_leak_where_there_is_one(guarded: Guarded) -> None:
    """Positive control: a table left open on purpose, and the lawful way through the gate."""
    with psycopg.connect(guarded.administrator, autocommit=True) as administrator, guarded.connect() as own:
        run(administrator, "CREATE TABLE left_open AS SELECT * FROM records_recordversion")
        try:
            assert tried(own, "TABLE left_open")[0] == "refused"
            run(administrator, "GRANT SELECT ON left_open TO anxin_application")
            for statement in (
                "TABLE left_open",
                "COPY left_open TO STDOUT",
                "SELECT row_to_json(t) FROM left_open t",
            ):
                outcome, answer = tried(own, statement)
                assert (outcome, leaks(answer)) == ("done", True), statement
            outcome, answer = tried(own, "SELECT (public_fields ->> 'facts')::integer FROM left_open")
            assert (outcome, leaks(answer)) == ("refused", True)
        finally:
            run(administrator, "DROP TABLE left_open")
        entry = guarded.log()
        assert leaks(tried(own, "SELECT read_records(%s)", [entry])[1])
        assert leaks(tried(own, "SELECT read_organization(%s)", [entry])[1])
        assert leaks(tried(own, "SELECT read_record_history(%s, %s)", [entry, guarded.record])[1])


@pytest.mark.parametrize(("column", "value"), SENT)
def test_nobody_sends_what_the_database_says_of_a_row_itself(
    column: str, value: str, guarded: Guarded
) -> None:
    statement = LOG.replace("(route", f"({column}, route").replace("VALUES (", f"VALUES ({value}, ")
    for login in ("anxin_web", "anxin_worker"):
        with guarded.connect(login) as own:
            assert tried(own, statement, [guarded.subject, ["*"]])[0] == "refused"


def test_without_a_committed_entry_nothing_comes_out(guarded: Guarded) -> None:
    """No entry; one in this transaction, in a savepoint, rolled back, released, held open by another connection."""
    read = "SELECT read_records(%s)"
    with guarded.connect() as own, guarded.connect() as other:
        assert tried(own, read, [999_999_999])[0] == "refused"
        run(own, "BEGIN")
        entry = run(own, LOG, [guarded.subject, ["*"]])[0][0]
        assert tried(own, read, [entry])[0] == "refused"
        assert tried(own, read, [entry])[0] == "refused"
        for end in ("ROLLBACK TO SAVEPOINT one", "RELEASE SAVEPOINT one", "SELECT 1"):
            run(own, "BEGIN")
            run(own, "SAVEPOINT one")
            entry = run(own, LOG, [guarded.subject, ["*"]])[0][0]
            run(own, end)
            assert tried(own, read, [entry])[0] == "refused"
        run(other, "BEGIN")
        entry = run(other, LOG, [guarded.subject, ["*"]])[0][0]
        assert tried(own, read, [entry])[0] == "refused"
        other.rollback()
        statement = "WITH logged AS (" + LOG + ") SELECT read_records(id) FROM logged"
        assert tried(own, statement, [guarded.subject, ["*"]])[0] == "refused"
        run(own, "BEGIN")
        run(own, LOG, [guarded.subject, ["*"]])
        assert tried(own, "PREPARE TRANSACTION 'later'")[0] == "refused"


def test_another_logins_entry_and_an_old_one_open_nothing(guarded: Guarded) -> None:
    with guarded.connect() as own:
        entry = guarded.log(login="anxin_worker")
        assert tried(own, "SELECT read_records(%s)", [entry])[0] == "refused"
    with psycopg.connect(guarded.administrator, autocommit=True) as administrator, guarded.connect() as own:
        old = LOG.replace("(route", "(at, login, route").replace(
            "VALUES (", "VALUES (now() - interval '10 minutes 1 second', 'anxin_web', "
        )
        entry = run(administrator, old, [guarded.subject, ["*"]])[0][0]
        assert tried(own, "SELECT read_records(%s)", [entry])[0] == "refused"
        entry = run(administrator, old.replace("10 minutes 1 second", "9 minutes"), [guarded.subject, ["*"]])[
            0
        ][0]
        assert tried(own, "SELECT read_records(%s)", [entry])[0] == "done"


def test_only_the_subject_and_the_fields_of_the_entry_come_out(guarded: Guarded) -> None:
    with guarded.connect() as own:

        def fields(asked: list[str], subject: int | None = None) -> list[set[str]]:
            entry = guarded.log(subject, asked)
            return [set(one["fields"]) for one in run(own, "SELECT read_records(%s)", [entry])[0][0]]

        assert fields(["*"]) == fields([guarded.item]) == [{"facts", "remark"}]
        assert fields(["guarded-item.facts"]) == [{"facts"}]
        assert fields(["guarded-item.nothing"]) == [set()]
        assert fields(["another-item"]) == fields(["guarded-ite"]) == fields(["guarded-item-2.facts"]) == []
        assert fields(["*"], guarded.person) == []
        entry = guarded.log(None, ["guarded-item.facts"])
        narrow = repr(run(own, "SELECT read_records(%s)", [entry]))
        assert f"{MARK}号" not in narrow
        assert f"{MARK}理由" not in narrow
        assert run(own, "SELECT read_record_history(%s, %s)", [entry, guarded.record]) == [(None,)]
        entry = guarded.log(guarded.other_subject)
        assert run(own, "SELECT read_record_history(%s, %s)", [entry, guarded.record]) == [(None,)]
        assert f"{MARK}他人" in repr(run(own, "SELECT read_records(%s)", [entry]))
        assert run(own, "SELECT read_person(%s)", [entry]) == [(None,)]
        entry = guarded.log(guarded.person)
        assert run(own, "SELECT read_organization(%s)", [entry]) == [(None,)]
        assert run(own, "SELECT read_person(%s)", [entry])[0][0]["name"] == f"{MARK}某"


def test_names_in_the_search_path_and_settings_change_nothing(guarded: Guarded) -> None:
    with guarded.connect() as own:
        for setting in (
            "search_path = pg_temp, public",
            "search_path = ''",
            "row_security = off",
            "role = 'none'",
        ):
            run(own, f"SET {setting}")
            outcome, answer = tried(own, "SELECT public.read_records(999999999)")
            assert outcome == "refused", setting
            assert not leaks(answer)
        run(own, "RESET ALL")
        run(own, "SET pgtrigger.ignore = '{append_only,audit_querylogentry:append_only}'")
        assert tried(own, "DELETE FROM audit_querylogentry")[0] == "refused"


def test_the_servers_own_views_tell_nothing(guarded: Guarded) -> None:
    with psycopg.connect(guarded.administrator, autocommit=True) as administrator:
        run(administrator, "ANALYZE")
    with guarded.connect() as own:
        for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs", "pg_stat_activity", "pg_prepared_statements",
                     "pg_cursors", "pg_stat_user_tables", "information_schema.columns"):  # fmt: skip
            assert not leaks(tried(own, f"SELECT * FROM {view}")[1]), view
        guarded_columns = run(own, "SELECT 1 FROM pg_stats WHERE tablename = ANY (%s)", [list(TABLES)])
        assert guarded_columns == []


@pytest.mark.parametrize("login", ["anxin_worker", "anxin_casework"])
def test_not_even_casework_changes_the_log_or_what_was_recorded(login: str, guarded: Guarded) -> None:
    statements = (
        "UPDATE audit_querylogentry SET purpose = 'x'", "DELETE FROM audit_querylogentry",
        "UPDATE records_creditrecord SET item_id = item_id", "DELETE FROM records_recordversion",
        "UPDATE records_recordversion SET tier = 1", "DELETE FROM records_recordevent", "SET ROLE anxin_owner",
        "SET session_replication_role = replica", "SELECT read_records(1)",
    )  # fmt: skip
    with guarded.connect(login) as own:
        run(own, "SET pgtrigger.ignore = '{append_only}'")
        for statement in statements:
            assert tried(own, statement)[0] == "refused", statement


def test_the_auditor_reads_the_logs_and_nothing_else(guarded: Guarded) -> None:
    entry = guarded.log()
    with guarded.connect("anxin_audit") as own:
        assert run(own, "SELECT purpose FROM audit_querylogentry WHERE id = %s", [entry]) == [("a permit",)]
        assert tried(own, "SELECT count(*) FROM audit_eventlogentry")[0] == "done"
        for table in (*TABLES, "intake_queuedrow", "django_session", "access_creditreport"):
            assert tried(own, f"SELECT 1 FROM {table}")[0] == "refused", table
        assert tried(own, LOG, [guarded.subject, ["*"]])[0] == "refused"
        assert tried(own, "SELECT read_records(%s)", [entry])[0] == "refused"


def test_the_site_sees_the_projection_alone_and_a_backup_writes_nothing(guarded: Guarded) -> None:
    with guarded.connect() as own:
        run(own, "SET ROLE anxin_site")
        for table in (*TABLES, "audit_querylogentry", "authorities_account", "intake_submission"):
            assert isinstance(_refusal(own, f"SELECT 1 FROM {table}"), errors.InsufficientPrivilege), table
        assert tried(own, "SELECT count(*) FROM published_record")[0] == "done"
    with guarded.connect("anxin_backup_login") as own:
        assert leaks(tried(own, "TABLE subjects_naturalperson")[1])
        for statement in (
            "DELETE FROM django_session",
            LOG.replace("%s", "NULL"),
            "TRUNCATE intake_queuedrow",
        ):
            assert tried(own, statement)[0] == "refused", statement


def _refusal(own: psycopg.Connection[Any], statement: str) -> Exception | None:
    try:
        run(own, statement)
    except psycopg.Error as error:
        return error
    return None
