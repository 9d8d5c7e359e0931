"""The raw counts never leave the database: who may make a release, who may read what of it, and what nobody may write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.access.gate.guarded import Guarded, run
from tests.factories import make_item_version, make_person, make_record

RELEASE, TOLD = "SELECT release_statistics(%s)", "SELECT told_of_count(3, NULL, NULL, 1)"
LOG = (
    "INSERT INTO audit_querylogentry (route, system, reader_account_id, subject_id, purpose, clause, case_reference,"
    " reader_unit_code, fields) VALUES (%s, 'job', 0, %s, 'statistics', 'anshan-2022-9/14/2', '', '', %s) RETURNING id"
)
CELL = (
    "INSERT INTO access_statisticscell (release_id, least, item_id, subject_kind, number, since)"
    " SELECT 1, 8, id, 'natural_person', 9, current_date FROM catalog_catalogitem LIMIT 1"
)
NOBODYS = [
    CELL,
    "UPDATE access_statisticscell SET number = 3",
    "DELETE FROM access_statisticscell",
    "INSERT INTO access_statisticsrelease (released_on, least, entry_id) VALUES ('2026-01-01', 2, 1)",
    "INSERT INTO access_statisticsthreshold (valid_from, least, pack) VALUES ('2026-01-01', 2, 'x')",
    "SELECT least FROM access_statisticsthreshold",
    TOLD,
]


@pytest.fixture
def counted(guarded: Guarded, django_db_blocker: Any) -> str:
    """An item with three persons on file, and a threshold."""
    with django_db_blocker.unblock():
        item = make_item_version(subject_kinds=["natural_person", "legal_person"])
        for _ in range(3):
            make_record(subject=make_person().subject, item_version=item, display_from=None, display_to=None)
        with psycopg.connect(guarded.administrator, autocommit=True) as own:
            run(own, "INSERT INTO access_statisticsthreshold (valid_from, least, pack) VALUES (%s, 8, 'test')",
                [datetime(2022, 8, 14, tzinfo=UTC).date()])  # fmt: skip
    return item.item.code


def refused(own: psycopg.Connection[Any], statement: str, *values: Any) -> bool:
    try:
        run(own, statement, list(values) or None)
    except errors.InsufficientPrivilege:
        return True
    return False


def entry(own: psycopg.Connection[Any], route: str = "maintenance", subject: int | None = None,
          fields: str = "statistics") -> int:  # fmt: skip
    return int(run(own, LOG, [route, subject, [fields]])[0][0])


def test_art_14_2_counting_is_for_the_job_alone_under_a_committed_entry_and_tells_what_may_be_known(
    guarded: Guarded, counted: str
) -> None:
    with guarded.connect("anxin_worker") as jobs, guarded.connect("anxin_web") as web:
        assert refused(web, RELEASE, entry(web))
        for wrong in (
            0,
            entry(jobs, route="matching"),
            entry(jobs, subject=guarded.person),
            entry(jobs, fields="*"),
            entry(web),
        ):
            assert refused(jobs, RELEASE, wrong)
        with jobs.transaction(force_rollback=True):
            assert refused(jobs, RELEASE, entry(jobs))
        for own in (jobs, web):
            for statement in NOBODYS:
                assert refused(own, statement), statement
        release = run(jobs, RELEASE, [entry(jobs)])[0][0]
        assert refused(jobs, "SELECT number FROM access_statisticscell")
        told = run(
            web,
            "SELECT c.number, c.since FROM access_statisticscell c JOIN catalog_catalogitem i ON i.id = c.item_id"
            " WHERE c.release_id = %s AND i.code = %s AND c.subject_kind = 'natural_person'",
            [release, counted],
        )
        assert told == [(None, None)]
        with pytest.raises(errors.UniqueViolation, match="statistics_once_a_day"):
            run(jobs, RELEASE, [entry(jobs)])
