"""Rights in the database: group roles, one owner of everything, and exactly the grants of `rights.yaml` (Art. 45).

Nobody signs in as a group role; logins are members (`cli.logins`). Roles belong to the whole server, so two databases of one
server may make them at once: whoever comes second finds them there. Imports no Django: `anxin migrate` and the tests call it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from psycopg import Connection, errors, sql

from anxin.locks import Lock

OWNER = "anxin_owner"
GROUPS = ("application", "site", "jobs", "auditor", "backup")
TABLE = Path(__file__).with_name("rights.yaml")
_PRIVILEGE = re.compile(r"(select|insert|update|delete|usage|execute)(?:\(([a-z0-9_ ]+)\))?")

# Everything of ours in the schema: tables, views, free sequences; no member of an extension.
_OURS = """
    n.nspname = 'public' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = '{catalog}'::regclass AND d.objid = {alias}.oid AND d.deptype = 'e')
"""
_FOREIGN_OWNED = f"""
SELECT 'TABLE', format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS.format(catalog="pg_class", alias="c")} AND c.relkind IN ('r', 'p', 'v', 'm')
  AND pg_get_userbyid(c.relowner) <> %(owner)s
UNION ALL
SELECT 'SEQUENCE', format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS.format(catalog="pg_class", alias="c")} AND c.relkind = 'S' AND pg_get_userbyid(c.relowner) <> %(owner)s
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
UNION ALL
SELECT 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_OURS.format(catalog="pg_proc", alias="p")} AND pg_get_userbyid(p.proowner) <> %(owner)s
UNION ALL
SELECT 'TYPE', format('%%I.%%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE {_OURS.format(catalog="pg_type", alias="t")} AND pg_get_userbyid(t.typowner) <> %(owner)s
  AND (t.typtype IN ('e', 'd') OR t.typtype = 'c' AND c.relkind = 'c')
"""
# Kind, object, column ('' for the whole), who, privilege; the owner's own are left out.
_HELD = f"""
SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'relation' END, c.relname::text, '',
       coalesce(r.rolname, 'public')::text, lower(a.privilege_type)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE {_OURS.format(catalog="pg_class", alias="c")} AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND a.grantee <> c.relowner
UNION ALL
SELECT 'relation', c.relname, t.attname, coalesce(r.rolname, 'public'), lower(a.privilege_type)
FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = 'public' AND NOT t.attisdropped AND a.grantee <> c.relowner
UNION ALL
SELECT 'function', p.oid::regprocedure::text, '', coalesce(r.rolname, 'public'), lower(a.privilege_type)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE {_OURS.format(catalog="pg_proc", alias="p")} AND a.grantee <> p.proowner
"""
_OBJECTS = f"""
SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'relation' END, c.relname::text, c.relname::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS.format(catalog="pg_class", alias="c")} AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
UNION ALL
SELECT CASE p.prorettype WHEN 'trigger'::regtype THEN 'trigger' ELSE 'function' END, p.proname, p.oid::regprocedure::text
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_OURS.format(catalog="pg_proc", alias="p")}
"""
# The trigger library lets whoever sets a variable pass its triggers by. Our guards have no such door.
_NO_DOOR = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE RETURN FALSE
"""


# Functions with the owner's rights look names up in our schema first, whatever temporary tables the caller has.
_LOOSE = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
  AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=public, pg_temp']
"""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One privilege of one role on one object; `column` is empty where it is for the whole."""

    kind: str
    name: str
    column: str
    role: str
    privilege: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What the table says: privileges by relation and role, roles by sequence and by function name."""

    relations: dict[str, dict[str, list[tuple[str, tuple[str, ...]]]]]
    sequences: dict[str, list[str]]
    functions: dict[str, list[str]]


def group(name: str) -> str:
    """The database role of a group: `anxin_jobs` for `jobs`."""
    return f"anxin_{name}"


@cache
def declared() -> Rights:
    """The table of rights. Raises ValueError for what is no privilege or no group."""
    given = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    named = {one for roles in given["relations"].values() for one in roles}
    named |= {one for part in ("sequences", "functions") for roles in given[part].values() for one in roles}
    if unknown := named - set(GROUPS):
        raise ValueError(f"no such group in {TABLE.name}: {sorted(unknown)}")
    relations = {
        name: {role: _privileges(words) for role, words in roles.items()}
        for name, roles in given["relations"].items()
    }
    return Rights(relations, given["sequences"], given["functions"])


def _privileges(words: str) -> list[tuple[str, tuple[str, ...]]]:
    found = [(one[1], tuple((one[2] or "").split())) for one in _PRIVILEGE.finditer(words)]
    if _PRIVILEGE.sub("", words).strip():
        raise ValueError(f"not a privilege in {TABLE.name}: {words}")
    return found


def existing(connection: Connection[Any]) -> list[tuple[str, str, str]]:
    """Every object of ours: kind (relation, sequence, function, trigger), name, and how SQL calls it."""
    return connection.execute(_OBJECTS).fetchall()


def wanted(connection: Connection[Any]) -> set[Grant]:
    """The grants that the table asks for, of what there is in this database."""
    return set(_wanted(declared(), existing(connection)))


def _wanted(rights: Rights, objects: list[tuple[str, str, str]]) -> Iterator[Grant]:
    for kind, name, called in objects:
        if kind in ("relation", "sequence"):
            yield Grant(kind, name, "", group("backup"), "select")
        if kind == "relation":
            for role, privileges in rights.relations.get(name, {}).items():
                for privilege, columns in privileges:
                    yield from (Grant(kind, name, one, group(role), privilege) for one in columns or ("",))
        elif kind == "sequence":
            yield from (
                Grant(kind, name, "", group(role), "usage") for role in rights.sequences.get(name, [])
            )
        elif kind == "function":
            yield from (
                Grant(kind, called, "", group(role), "execute") for role in rights.functions.get(name, [])
            )


def held(connection: Connection[Any]) -> set[Grant]:
    """The grants that there are, those to everybody among them; the owner's own left out."""
    return {Grant(*row) for row in connection.execute(_HELD).fetchall()}


def apply_rights(connection: Connection[Any]) -> None:
    """Make the group roles, give everything to the owner, and bring the grants to what the table says.

    May be repeated; changes nothing where all is so already. The connection's login must be a superuser, or may create roles and
    owns the database.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.RIGHTS])
        for role in (OWNER, *map(group, GROUPS)):
            _make_group(connection, role)
        _open_schema(connection)
        connection.execute(_NO_DOOR)
        for kind, name in connection.execute(_FOREIGN_OWNED, {"owner": OWNER}).fetchall():
            connection.execute(f"ALTER {kind} {name} OWNER TO {OWNER}".encode())
        for (function,) in connection.execute(_LOOSE).fetchall():
            connection.execute(f"ALTER FUNCTION {function} SET search_path = public, pg_temp".encode())
        now, then = held(connection), wanted(connection)
        for one in sorted(now - then):
            connection.execute(_statement("REVOKE", one, "FROM"))
        for one in sorted(then - now):
            connection.execute(_statement("GRANT", one, "TO"))


def _make_group(connection: Connection[Any], role: str) -> None:
    """A role nobody signs in as; whoever migrates is a member, so that a test or a tool can take it on."""
    name = sql.Identifier(role)
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(name))
    except (errors.DuplicateObject, errors.UniqueViolation):
        pass
    member = "SELECT pg_has_role(current_user, %s, 'MEMBER') AND pg_has_role(current_user, %s, 'SET')"
    row = connection.execute(member, [role, role]).fetchone()
    if row is None or not row[0]:
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))


def _open_schema(connection: Connection[Any]) -> None:
    """The roles may connect and see the schema; nobody else may, and only jobs make temporary tables."""
    groups = sql.SQL(", ").join(sql.Identifier(group(one)) for one in GROUPS)
    database = sql.Identifier(connection.info.dbname)
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {groups}",
        "GRANT TEMPORARY ON DATABASE {database} TO anxin_jobs",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {groups}",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
    ):
        connection.execute(sql.SQL(statement).format(database=database, groups=groups))


def _statement(word: str, one: Grant, direction: str) -> sql.Composed:
    column = sql.SQL(" ({})").format(sql.Identifier(one.column)) if one.column else sql.SQL("")
    kinds = {"relation": "TABLE", "sequence": "SEQUENCE", "function": "FUNCTION"}
    name = sql.SQL(one.name) if one.kind == "function" else sql.Identifier(one.name)
    role = sql.SQL("PUBLIC") if one.role == "public" else sql.Identifier(one.role)
    words = [sql.SQL(part) for part in (word, one.privilege, "ON", kinds[one.kind], direction)]
    return sql.SQL("{} {}{} {} {} {} {} {}").format(
        words[0], words[1], column, words[2], words[3], name, words[4], role
    )
