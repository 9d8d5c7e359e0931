"""Invariant 5: nobody reads by a log row that the server may still forget, as far as the session itself has a say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from anxin.cli.database import forgetful_server
from anxin.jobs.rechecks.check import run_check
from anxin.jobs.rechecks.statements import STATEMENTS
from tests.access.gate.guarded import LOG, MARK, Guarded, run
from tests.access.gate.test_attacks import leaks, tried

REFUSED = "neither logs nor reads"
CHECK = next(one for one in STATEMENTS if one.name == "commits_are_kept")


@contextmanager
def forgetful(guarded: Guarded, whose: str) -> Iterator[None]:
    """`synchronous_commit = off` for a role or database, from its next connection on."""
    with psycopg.connect(guarded.administrator, autocommit=True) as administrator:
        run(administrator, f"ALTER {whose} SET synchronous_commit = off")
        try:
            yield
        finally:
            run(administrator, f"ALTER {whose} RESET synchronous_commit")


def found(administrator: psycopg.Connection[Any]) -> int:
    with administrator.cursor() as cursor:
        return run_check(cursor, CHECK).count


def logged(guarded: Guarded) -> list[Any]:
    return [guarded.subject, ["*"]]


@pytest.mark.parametrize("kept", ["on", "local"])
def test_the_same_statements_pass_where_commits_are_kept(kept: str, guarded: Guarded) -> None:
    """Positive control."""
    with guarded.connect() as own:
        run(own, f"SET synchronous_commit = {kept}")
        entry = run(own, LOG, logged(guarded))[0][0]
        assert leaks(tried(own, "SELECT read_records(%s)", [entry])[1])
        run(own, "BEGIN")
        run(own, LOG, logged(guarded))
        run(own, "COMMIT")


def test_a_session_that_forgets_writes_no_log_row_and_reads_by_none(guarded: Guarded) -> None:
    entry = guarded.log()
    for setting in ("SET synchronous_commit = off", "SELECT set_config('synchronous_commit', 'off', false)"):
        with guarded.connect() as own:
            run(own, setting)
            for statement, values in (
                (LOG, logged(guarded)),
                ("SELECT read_records(%s)", [entry]),
                ("SELECT read_organization(%s)", [entry]),
                ("SELECT read_record_history(%s, %s)", [entry, guarded.record]),
                ("SELECT read_person(%s)", [entry]),
            ):
                outcome, answer = tried(own, statement, values)
                assert (outcome, REFUSED in answer, MARK in answer) == ("refused", True, False), statement
    with guarded.connect("anxin_worker") as own:
        run(own, "SET synchronous_commit = off")
        assert REFUSED in tried(own, "SELECT read_batch(1)")[1]


def test_switching_it_off_between_the_row_and_its_commit_loses_the_row_at_once(guarded: Guarded) -> None:
    with guarded.connect() as own:
        for between in ("SET LOCAL synchronous_commit = off", "SET synchronous_commit = off"):
            run(own, "BEGIN")
            entry = run(own, LOG, logged(guarded))[0][0]
            run(own, between)
            outcome, answer = tried(own, "COMMIT")
            assert (outcome, REFUSED in answer) == ("refused", True)
            run(own, "RESET synchronous_commit")
            assert tried(own, "SELECT read_records(%s)", [entry])[0] == "refused"
        # Before the row is as good as after it; and who switches it on again before the commit keeps the row.
        for end, outcome in (("SELECT 1", "refused"), ("SET LOCAL synchronous_commit = on", "done")):
            run(own, "BEGIN")
            run(own, "SET LOCAL synchronous_commit = off")
            run(own, LOG, logged(guarded))
            run(own, end)
            assert tried(own, "COMMIT")[0] == outcome


def test_neither_a_connection_nor_a_role_brings_the_setting_along(guarded: Guarded) -> None:
    with psycopg.connect(
        guarded.addresses["anxin_web"], options="-c synchronous_commit=off", autocommit=True
    ) as own:
        assert REFUSED in tried(own, LOG, logged(guarded))[1]
    with forgetful(guarded, "ROLE anxin_web"), guarded.connect() as own:
        assert REFUSED in tried(own, LOG, logged(guarded))[1]
        with psycopg.connect(guarded.administrator) as administrator:
            assert found(administrator) == 1


def test_a_row_that_says_it_is_of_a_batch_opens_no_single_door(guarded: Guarded) -> None:
    statement = LOG.replace("(route", "(batch_id, route").replace("VALUES (", "VALUES (7, ")
    with guarded.connect() as own:
        outcome, answer = tried(own, statement, logged(guarded))
        assert outcome == "done"
        assert tried(own, "SELECT read_records(%s)", [int(answer.strip("[](),"))])[0] == "refused"


def test_what_the_server_itself_says_is_the_operators_choice_and_told_in_words(guarded: Guarded) -> None:
    name = urlsplit(guarded.administrator).path.strip("/")
    assert forgetful_server(guarded.addresses["anxin_web"]) is None
    with psycopg.connect(guarded.administrator) as administrator:
        assert found(administrator) == 0
    with forgetful(guarded, f'DATABASE "{name}"'):
        with guarded.connect() as own:
            entry = run(own, LOG, logged(guarded))[0][0]
            assert leaks(tried(own, "SELECT read_records(%s)", [entry])[1])
        with psycopg.connect(guarded.administrator) as administrator:
            assert found(administrator) == 2
        said = str(forgetful_server(guarded.addresses["anxin_web"]))
        assert "synchronous_commit" in said
        assert said.count("\n") == 1
