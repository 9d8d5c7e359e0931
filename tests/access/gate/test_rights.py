"""Every table, column, sequence, view and function has exactly the grants that `access/rights.yaml` says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from anxin.access.rights import GROUPS, OWNER, apply_rights, declared, existing, group, held, wanted
from anxin.cli.logins import LOGINS, STREAMS
from tests.access.gate.guarded import Guarded, run

# The database is made for the tests that are marked to need one.
pytestmark = pytest.mark.django_db
TEACH = "give it an entry in src/anxin/access/rights.yaml: what each role needs of it, or {} for nobody"


@pytest.fixture
def administrator(guarded: Guarded) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(guarded.administrator, autocommit=True) as own:
        yield own


def test_the_grants_are_exactly_those_declared(administrator: psycopg.Connection[Any]) -> None:
    assert held(administrator) - wanted(administrator) == set(), "granted, but not declared"
    assert wanted(administrator) - held(administrator) == set(), "declared, but not granted"


def test_everything_there_is_is_declared_and_nothing_else(administrator: psycopg.Connection[Any]) -> None:
    rights = declared()
    there: dict[str, set[str]] = {kind: set() for kind in ("relation", "sequence", "function", "trigger")}
    for kind, name, _ in existing(administrator):
        there[kind].add(name)
    assert there["relation"] - set(rights.relations) == set(), TEACH
    assert there["function"] - set(rights.functions) == set(), TEACH
    assert set(rights.relations) - there["relation"] == set(), "declared, but there is no such table"
    assert set(rights.functions) - there["function"] == set(), "declared, but there is no such function"
    assert set(rights.sequences) - there["sequence"] == set(), "declared, but there is no such sequence"
    assert len(there["relation"]) > 30


def test_one_owner_has_everything_and_nobody_signs_in_as_a_group(
    administrator: psycopg.Connection[Any],
) -> None:
    owners = run(
        administrator,
        "SELECT DISTINCT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " UNION SELECT pg_get_userbyid(p.proowner) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    )
    assert owners == [(OWNER,)]
    roles = [OWNER, *map(group, GROUPS)]
    strong = run(
        administrator,
        "SELECT rolname FROM pg_roles WHERE (rolname = ANY (%s) AND rolcanlogin) OR ((rolname = ANY (%s)"
        " OR rolname = ANY (%s)) AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication))",
        [roles, roles, list(LOGINS)],
    )
    # Backups stream the whole server, which they may read anyway; nobody else does.
    assert strong == [(STREAMS,)]
    assert run(
        administrator,
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = %s",
        [STREAMS],
    ) == [(False, False, False, False)]
    memberships = run(
        administrator,
        "SELECT m.rolname, g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
        " JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname = ANY (%s)",
        [[*LOGINS, *roles]],
    )
    assert set(memberships) == {(login, group(one)) for login, groups in LOGINS.items() for one in groups}


def test_every_function_of_the_owners_rights_fixes_its_search_path(
    administrator: psycopg.Connection[Any],
) -> None:
    loose = run(
        administrator,
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
        " AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=public, pg_temp']",
    )
    assert loose == []


def test_a_new_table_is_granted_to_nobody_and_stray_grants_go(guarded: Guarded) -> None:
    with psycopg.connect(guarded.administrator, autocommit=True) as own, own.transaction(force_rollback=True):
        run(own, "CREATE TABLE brand_new (id bigint)")
        run(own, "GRANT SELECT ON records_recordversion TO anxin_application")
        run(own, "GRANT SELECT (name) ON subjects_naturalperson TO PUBLIC")
        run(own, "GRANT EXECUTE ON FUNCTION committed_reading(bigint) TO PUBLIC")
        run(own, "CREATE FUNCTION stray() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        assert held(own) != wanted(own)
        apply_rights(own)
        assert held(own) == wanted(own)
        assert {one.role for one in held(own) if one.name == "brand_new"} == {group("backup")}
        assert [one for one in held(own) if one.name == "stray()"] == []
