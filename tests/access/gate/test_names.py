"""Names that a person bears and bore, and whose a number is: on a committed row that says so, and only its subject's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from psycopg import errors

from anxin.authorities.models import Account
from anxin.subjects.models import NaturalPerson, PersonalIdentifier, PersonRenaming
from tests.access.gate.guarded import MARK, Guarded, run

DIGEST = b"\x07" * 32
NAMES, SEARCH = "SELECT read_person_names(%s)", "SELECT subject_of_number(%s, %s)"
LOG = (
    "INSERT INTO audit_querylogentry (route, system, reader_account_id, subject_id, purpose, clause, case_reference,"
    " reader_unit_code, fields) VALUES (%s, 'desk', 1, %s, 'a renaming', 'anshan-2022-9/12/1', 'case 1', '', %s)"
    " RETURNING id"
)


@pytest.fixture
def own(guarded: Guarded, django_db_blocker: Any) -> Iterator[psycopg.Connection[Any]]:
    """The website's own login; the guarded person has a number and bore another name."""
    with django_db_blocker.unblock():
        if not PersonRenaming.objects.exists():
            person = NaturalPerson.objects.get(pk=guarded.person)
            officer = Account.objects.create_account("names", "a long password", display_name="测试")
            PersonRenaming.objects.create(
                person=person, former_name=f"{MARK}旧", name=person.name, since=date(2026, 6, 1),
                document_number="虚更〔2026〕1号", document_issuer="虚构机关", document_date=date(2026, 5, 28),
                reason="已核对", by=officer, at=datetime(2026, 6, 2, tzinfo=UTC),
            )  # fmt: skip
            PersonalIdentifier.objects.create(
                person=person, kind="other", digest=DIGEST, encrypted=b"x", key_name="key-1"
            )
    with guarded.connect() as connection:
        yield connection


def entry(own: psycopg.Connection[Any], route: str, subject: int | None, *fields: str) -> int:
    return int(run(own, LOG, [route, subject, list(fields)])[0][0])


def refused(own: psycopg.Connection[Any], statement: str, *values: Any) -> bool:
    try:
        run(own, statement, list(values))
    except errors.InsufficientPrivilege:
        return True
    return False


def test_art_45_former_names_come_out_on_a_row_that_states_them_and_of_its_subject_alone(
    guarded: Guarded, own: psycopg.Connection[Any]
) -> None:
    found = run(own, NAMES, [entry(own, "desk_lookup", guarded.person, "name", "former_names")])[0][0]
    assert (found["subject_id"], found["name"]) == (guarded.person, f"{MARK}某")
    assert [(one["former_name"], one["by"]) for one in found["renamings"]] == [(f"{MARK}旧", "测试")]

    assert refused(own, NAMES, 0)
    assert refused(own, NAMES, entry(own, "desk_lookup", guarded.person, "name"))
    assert run(own, NAMES, [entry(own, "desk_lookup", guarded.subject, "former_names")]) == [(None,)]
    with own.transaction(force_rollback=True):
        uncommitted = entry(own, "desk_lookup", guarded.person, "*")
        assert refused(own, NAMES, uncommitted)


def test_art_45_whose_a_number_is_comes_out_on_a_committed_search_alone(
    guarded: Guarded, own: psycopg.Connection[Any]
) -> None:
    search = entry(own, "search_hit", None, "identifier")
    assert run(own, SEARCH, [search, [DIGEST]]) == [(guarded.person,)]
    assert run(own, SEARCH, [search, [b"\x08" * 32]]) == [(None,)]

    for route, subject, field in (
        ("search_hit", None, "reason"),
        ("search_hit", guarded.subject, "identifier"),
        ("administration", None, "identifier"),
    ):
        assert refused(own, SEARCH, entry(own, route, subject, field), [DIGEST]), (route, subject, field)
    assert refused(own, SEARCH, 0, [DIGEST])
