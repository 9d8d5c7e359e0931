"""`anxin fsck`: holds on a sound database, and finds each invariant broken by somebody who owns the machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.test import Client

from anxin.audit.models import Alarm, Recheck
from anxin.audit.sealing import SealRefused, seal
from anxin.audit.sealing_loop import publish_keys
from anxin.authorities.models import Account
from anxin.jobs.rechecks.check import Finding, run_check
from anxin.jobs.rechecks.run import recheck_invariants
from anxin.jobs.rechecks.statements import STATEMENTS
from anxin.jobs.rechecks.tree import check_notes, check_tree
from tests.audit.sealed import as_superuser, keys_of_the_log, sealing_connection, write_events, write_readings
from tests.factories import make_event, make_item_version, make_organization, make_record, make_submission

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "site"])
# What breaks each check, as statements past every trigger. Constraints stand in the way of some: they are dropped first.
BROKEN: dict[str, tuple[str, ...]] = {
    "display_periods_end": (
        "ALTER TABLE records_recordversion DROP CONSTRAINT display_period_finite_and_not_empty",
        "UPDATE records_recordversion SET display_to = 'infinity'",
    ),
    "no_person_in_public": ("UPDATE subjects_subject SET kind = 'natural_person'",),
    "withdrawals_name_their_document": (
        "ALTER TABLE records_recordevent DROP CONSTRAINT withdrawal_by_a_person_names_its_document",
        "UPDATE records_recordevent SET kind = 'annulled', by_account_id = 1, submission_id = NULL, document_number = ''",
    ),
    "readings_say_what_for": (
        "ALTER TABLE audit_querylogentry DROP CONSTRAINT query_log_states_purpose",
        "UPDATE audit_querylogentry SET purpose = '' WHERE id = (SELECT min(id) FROM audit_querylogentry)",
    ),
    "commits_are_kept": ("ALTER ROLE CURRENT_USER SET synchronous_commit = off",),
    "reports_were_logged_first": (
        "INSERT INTO access_creditreport (number, subject_id, query_log_entry_id, as_of, content_digest, record_count,"
        " key_name, withdrawn_reason) SELECT '20260101000000ABCDEFGH', min(id), 999999, now(), '\\x00', 0, 'k', ''"
        " FROM subjects_subject",
    ),
    "leaves_without_gap": ("DELETE FROM audit_leaf WHERE index = 7",),
    "entries_as_committed": (
        "DELETE FROM audit_querylogentry WHERE id = (SELECT max(id) FROM audit_querylogentry)",
        "UPDATE audit_eventlogentry SET details = '{\"number\": 99}' WHERE id = (SELECT min(id) FROM audit_eventlogentry)",
        "UPDATE audit_eventlogentry SET details = '{}', salt = uuid_send(gen_random_uuid())"
        " WHERE id = (SELECT max(id) FROM audit_eventlogentry)",
    ),
    "entries_sealed_in_time": (
        "INSERT INTO audit_eventlogentry (act, clause, pack, details, at)"
        " VALUES ('x', '', '', '{}', now() - interval '2 minutes')",
    ),
    "two_people": (
        "ALTER TABLE audit_erasure DROP CONSTRAINT erasure_by_two_people",
        "INSERT INTO audit_erasure (event_id, clause, reason, drafted_by_account_id, drafted_at, approved_by_account_id,"
        " approved_at) VALUES (1, 'c', 'r', 5, now(), 5, now())",
    ),
    "administrators_apart": (
        "ALTER TABLE authorities_roleassignment DROP CONSTRAINT art_45_no_person_has_two_of_three_duties",
        "INSERT INTO authorities_account (username, password, display_name, kind, is_active, created_at)"
        " VALUES ('two duties', '', '', 'human', true, now())",
        "INSERT INTO authorities_roleassignment (account_id, unit_id, role, territory, period)"
        " SELECT a.id, u.id, r.role, '210300', '[2020-01-01,)' FROM authorities_account a,"
        " (SELECT id FROM authorities_unit LIMIT 1) u, (VALUES ('auditor'), ('system_administrator')) r (role)",
    ),
    "no_column_rates_a_subject": ("ALTER TABLE subjects_naturalperson ADD COLUMN credit_level int",),
    "people_decide": ("UPDATE records_recordevent SET by_account_id = 424242",),
    "only_fields_of_the_catalog": (
        'UPDATE records_recordversion SET public_fields = public_fields || \'{"belief": "x"}\'',
    ),
    "no_row_lost": (
        "ALTER TABLE intake_submission DROP CONSTRAINT art_11_no_row_lost",
        "UPDATE intake_submission SET state = 'closed', closed_at = now(), read_rows = 3, accepted_rows = 2,"
        " returned_rows = 0, duplicate_rows = 0, queued_rows = 0",
    ),
    "records_have_their_row": ("UPDATE records_recordversion SET submission_id = 999999",),
    "versions_only_appended": ("UPDATE records_recordversion SET number = 2",),
    "returned_rows_have_a_code": (
        "INSERT INTO intake_returnedreason (submission_id, row_number, field, code, rule, sample)"
        " SELECT min(id), 1, 'f', '', '', '' FROM intake_submission",
    ),
}
# The tree itself: what the two checks in Python must find.
TREE_BROKEN = (
    "UPDATE audit_leaf SET commitment = sha256(commitment) WHERE index = 100",
    "UPDATE audit_tile SET hashes = sha256(hashes) || substr(hashes, 33) WHERE algorithm = 'sha256'",
    "UPDATE audit_tile SET root = sha256(root) WHERE algorithm = 'sm3'",
    "DELETE FROM audit_tile WHERE algorithm = 'sm3'",
    "DELETE FROM audit_leaf WHERE index >= 250",
    "UPDATE audit_checkpoint SET root_sm3 = root_sha256 WHERE size = 20",
    "UPDATE audit_leaf a SET commitment = b.commitment FROM audit_leaf b WHERE a.index + b.index = 11 AND a.index IN (5, 6)",
    "INSERT INTO audit_tile VALUES ('sha256', 0, 9, '', '')",
)
NOTES_BROKEN = (
    "UPDATE audit_checkpoint SET note = replace(note, E'\\n20\\n', E'\\n21\\n') WHERE size = 20",
    "UPDATE audit_checkpoint SET size = 19 WHERE size = 20",
    "DELETE FROM audit_logkey",
    "UPDATE audit_logkey SET begins_at = now() + interval '1 day'",
)


def _make_sound_database() -> None:
    """Records, reports, both logs sealed over two levels of tiles."""
    officer = Account.objects.create(username="officer", display_name="officer")
    version = make_item_version()
    submission = make_submission(item_version=version)
    record = make_record(organization=make_organization(), item_version=version, submission_id=submission.pk)
    when = datetime(2026, 1, 2, tzinfo=UTC)
    make_event(record, kind="objected", effective_at=when, by_account_id=officer.pk)
    keys, at = keys_of_the_log(), datetime.now(UTC)
    with sealing_connection() as sealer:
        publish_keys(sealer, keys)
        for number in (10, 130):
            write_events(number)
            write_readings(number)
            seal(sealer, keys, at=at)


class _Undone:
    """Statements past every trigger, seen by a check in the same transaction, and taken back."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def count(self, statements: tuple[str, ...], check: Any) -> int:
        with self._connection.transaction(force_rollback=True), self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement.encode())
            finding: Finding = check(cursor)
        assert len(finding.first) == min(finding.count, 5)
        return finding.count


def test_every_check_is_silent_on_a_sound_database_and_finds_its_invariant_broken() -> None:
    _make_sound_database()
    done = recheck_invariants(clock=lambda: datetime.now(UTC))
    assert {one.name: list(one.first) for one in done.findings if one.count} == {}
    assert done.passed
    assert {1, 2, 5, 6, 7, 8, 9, 10, 11} == {one.invariant for one in done.findings}
    checks = {check.name: check for check in STATEMENTS}
    with sealing_connection() as opened:
        undone = _Undone(opened)
        broken = {**BROKEN, "public_only_while_displayed": _view_without_its_condition(opened)}
        assert broken.keys() == checks.keys()
        for name, statements in broken.items():
            assert undone.count(statements, lambda cursor, name=name: run_check(cursor, checks[name])), name
            assert undone.count((), lambda cursor, name=name: run_check(cursor, checks[name])) == 0, name
        for statement in TREE_BROKEN:
            assert undone.count((statement,), check_tree), statement
        for statement in NOTES_BROKEN:
            assert undone.count((statement,), check_notes), statement
        assert (
            undone.count(
                BROKEN["entries_as_committed"], lambda c: run_check(c, checks["entries_as_committed"])
            )
            == 3
        )


def _view_without_its_condition(opened: psycopg.Connection[Any]) -> tuple[str, ...]:
    row = opened.execute("SELECT pg_get_viewdef('published_record'::regclass)").fetchone()
    assert row is not None
    assert "v.display_to > now()" in row[0]
    return (
        f"CREATE OR REPLACE VIEW published_record AS {row[0].replace('v.display_to > now()', 'true')}",
        "UPDATE records_recordversion SET display_to = now() - interval '1 second'",
    )


def test_what_a_recheck_finds_is_public_and_stops_the_signing(client: Client) -> None:
    _make_sound_database()
    assert "还没有核对过" in client.get("/integrity/").content.decode()
    as_superuser(
        "UPDATE audit_eventlogentry SET act = 'another' WHERE id = (SELECT min(id) FROM audit_eventlogentry)"
    )

    assert not recheck_invariants(clock=lambda: datetime.now(UTC)).passed

    assert not Recheck.objects.get().passed
    alarm = Alarm.objects.get()
    assert (alarm.code, alarm.stops_signing, alarm.details["check"]) == (
        "check_failed",
        True,
        "entries_as_committed",
    )
    page = client.get("/integrity/").content.decode()
    assert "有不变量不成立" in page
    assert "有未处理的警报" in page
    write_events(1)
    with sealing_connection() as sealer, pytest.raises(SealRefused, match="stopped"):
        seal(sealer, keys_of_the_log(), at=datetime.now(UTC))
