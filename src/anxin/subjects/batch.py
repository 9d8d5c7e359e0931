"""Linking of whole submissions: identifier first, names never (Art. 12).

Works on the temporary tables of a submission (`intake.staging`): `intake_party` holds every party once, `intake_document`
the documents of persons; `intake_linked` receives the subject of each party, and a reason where that is in doubt.
Every statement is one set; none loops over rows.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from psycopg import Cursor

from anxin.law.carries_out import carries_out
from anxin.subjects.folding import folded
from anxin.subjects.persons import resolve_persons, under_present_names

# Whoever adds subjects does so alone, so that two submissions cannot make two subjects of one.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('subjects are added'))"

# What differs between organizations under the national code and those under a kind of code that a pack declares.
USCC = {
    "same": "o.uscc = p.code",
    "stored": "n.code, NULL, ''",
    "proprietor": "p.code LIKE '92%%'",
    "division": "substr(n.code, 3, 6)",
}
LOCAL = {
    "same": "o.code_kind_id = %(code_kind)s AND o.local_code = p.code",
    "stored": "NULL, %(code_kind)s, n.code",
    "proprietor": "FALSE",
    "division": "''",
}
# Code prefix 92: an organization by code, a person by privacy.
ADD_ORGANIZATIONS = """
WITH fresh AS (
    SELECT DISTINCT ON (p.code) p.code, p.name, p.name_folded, p.registered_on,
           CASE WHEN {proprietor} THEN 'unincorporated_organization' ELSE 'legal_person' END AS kind,
           {proprietor} AS proprietor
    FROM intake_party p
    WHERE p.code IS NOT NULL AND NOT EXISTS (SELECT FROM subjects_organization o WHERE {same})
    ORDER BY p.code, p.party
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('subjects_subject', 'id')) AS id, fresh.* FROM fresh
), subjects AS (
    INSERT INTO subjects_subject (id, kind) SELECT id, kind FROM numbered
)
INSERT INTO subjects_organization
    (subject_id, kind, uscc, code_kind_id, local_code, name, name_folded, bigrams, sole_proprietor, registered,
     registered_on, division_code, parent_uscc)
SELECT n.id, n.kind, {stored}, n.name, n.name_folded,
       ARRAY(SELECT DISTINCT substr(n.name_folded, i, 2) FROM generate_series(1, length(n.name_folded) - 1) i),
       n.proprietor, %(registers)s, n.registered_on, {division}, ''
FROM numbered n
"""

# The first row of a registration file states the name; another unit's earlier guess at it gives way only to a person.
CONFIRM_REGISTRATION = """
UPDATE subjects_organization o
SET registered = TRUE, registered_on = p.registered_on
FROM intake_party p
WHERE {same} AND NOT o.registered AND o.name_folded = p.name_folded
"""

LINK_ORGANIZATIONS = """
INSERT INTO intake_linked (party, subject_id, reason)
SELECT p.party, o.subject_id,
       CASE WHEN p.name_folded <> o.name_folded AND NOT EXISTS (
                SELECT FROM subjects_formername f
                WHERE f.organization_id = o.subject_id AND f.name_folded = p.name_folded)
            THEN 'Q-NAME' END
FROM intake_party p
JOIN subjects_organization o ON {same}
"""

# `lookup` is the hash under any key of the ring, `digest` the one under the current key.
PERSONS_MET = """
SELECT i.person_id, n.name, i.kind, coalesce(d.digest, i.digest)
FROM subjects_personalidentifier i
JOIN subjects_naturalperson n ON n.subject_id = i.person_id
LEFT JOIN (SELECT DISTINCT kind, lookup, digest FROM intake_document) d ON d.kind = i.kind AND d.lookup = i.digest
WHERE i.person_id IN (
    SELECT m.person_id FROM intake_document x
    JOIN subjects_personalidentifier m ON m.kind = x.kind AND m.digest = x.lookup)
"""

NAMES_BEFORE = """
SELECT r.person_id, r.former_name FROM subjects_personrenaming r
WHERE r.undone_at IS NULL AND r.person_id = ANY (%s)
"""

# `subject_id` of `intake_person` is null for newcomers; one cluster is one person, and its first party names it.
ADD_PERSONS = """
WITH fresh AS (
    SELECT DISTINCT ON (r.cluster) r.cluster, p.name, p.born_on
    FROM intake_person r JOIN intake_party p USING (party)
    WHERE r.reason IS NULL AND r.subject_id IS NULL
    ORDER BY r.cluster, r.party
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('subjects_subject', 'id')) AS id, fresh.* FROM fresh
), subjects AS (
    INSERT INTO subjects_subject (id, kind) SELECT id, 'natural_person' FROM numbered
), persons AS (
    INSERT INTO subjects_naturalperson (subject_id, name, born_on) SELECT id, name, born_on FROM numbered
)
UPDATE intake_person r SET subject_id = n.id
FROM numbered n WHERE r.cluster = n.cluster AND r.reason IS NULL
"""

ADD_DOCUMENTS = """
INSERT INTO subjects_personalidentifier (person_id, kind, digest, encrypted, key_name)
SELECT DISTINCT ON (d.kind, d.digest) r.subject_id, d.kind, d.digest, d.encrypted, d.key_name
FROM intake_document d
JOIN intake_person r ON r.party = d.party AND r.reason IS NULL
WHERE d.encrypted IS NOT NULL
ORDER BY d.kind, d.digest, d.party
ON CONFLICT DO NOTHING
"""

LINK_PERSONS = "INSERT INTO intake_linked (party, subject_id, reason) SELECT party, subject_id, reason FROM intake_person"


@carries_out("anshan-2022-9/12/2")
def link_organizations(cursor: Cursor[Any], *, registers: bool, code_kind: str | None = None) -> int:
    """Give every organization of the file its subject; parties whose name is not on file are in doubt.

    `code_kind`: the kind of the file's codes, None for the unified social credit code.

    `registers`: the submission comes from a registration authority, so a new organization counts as registered.
    Returns the number of new organizations.
    """
    cursor.execute(ONE_AT_A_TIME)
    words = USCC if code_kind is None else LOCAL
    values = {"registers": registers, "code_kind": code_kind}
    cursor.execute(ADD_ORGANIZATIONS.format(**words), values)
    added = cursor.rowcount
    if registers:
        cursor.execute(CONFIRM_REGISTRATION.format(**words), values)
    cursor.execute(LINK_ORGANIZATIONS.format(**words), values)
    return added


@carries_out("anshan-2022-9/12/1")
def link_persons(cursor: Cursor[Any], parties: pl.DataFrame, documents: pl.DataFrame) -> int:
    """Give every person of the file its subject, by documents alone. Returns the number of new persons.

    `parties`: `party`, `name_folded`; `documents`: `party`, `kind`, `digest`, as in the temporary tables.
    """
    cursor.execute(ONE_AT_A_TIME)
    cursor.execute(PERSONS_MET)
    columns = {"person": pl.Int64, "name": pl.String, "kind": pl.String, "digest": pl.Binary}
    met = pl.DataFrame(cursor.fetchall(), schema=columns, orient="row")
    stored = met.with_columns(folded(pl.col("name")).alias("name_folded"))
    cursor.execute(NAMES_BEFORE, [stored["person"].unique().to_list()])
    before = pl.DataFrame(cursor.fetchall(), schema={"person": pl.Int64, "name": pl.String}, orient="row")
    former = before.select("person", folded(pl.col("name")).alias("former_folded"))
    resolved = resolve_persons(under_present_names(parties, documents, stored, former), documents, stored)
    with cursor.copy("COPY intake_person (party, subject_id, cluster, reason) FROM STDIN") as copy:
        for line in resolved.select("party", "person", "cluster", "reason").iter_rows():
            copy.write_row(line)
    cursor.execute("ANALYZE intake_person")
    cursor.execute(ADD_PERSONS)
    cursor.execute(ADD_DOCUMENTS)
    cursor.execute(LINK_PERSONS)
    newcomers = resolved.filter(pl.col("person").is_null() & pl.col("reason").is_null())
    return newcomers["cluster"].n_unique()
