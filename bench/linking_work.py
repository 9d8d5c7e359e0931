"""Contenders of the linking bench: which documents belong to one person, and where two primary numbers meet."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

LABELS = """
CREATE TEMPORARY TABLE line AS
SELECT row_name, dense_rank() OVER (ORDER BY kind, number) AS document, is_primary FROM given;
CREATE TEMPORARY TABLE label AS SELECT DISTINCT document, document AS name FROM line;
"""
# One round: a row takes the least name of its documents, a document the least name of its rows.
SPREAD = """
CREATE TEMPORARY TABLE spread AS
WITH of_row AS (SELECT l.row_name, min(n.name) AS name FROM line l JOIN label n USING (document) GROUP BY l.row_name)
SELECT l.document, min(r.name) AS name FROM line l JOIN of_row r USING (row_name) GROUP BY l.document
"""
CHANGED = "SELECT count(*) FROM spread s JOIN label n USING (document) WHERE s.name <> n.name"
GROUPS = """
SELECT count(*), coalesce(sum(CASE WHEN identities > 1 THEN 1 ELSE 0 END), 0) FROM (
    SELECT n.name, count(DISTINCT CASE WHEN l.is_primary THEN l.document END) AS identities
    FROM line l JOIN label n USING (document) GROUP BY n.name
) grouped
"""


def ours(path: str) -> dict[str, Any]:
    """Integer codes and connected components (`anxin.subjects.documents`)."""
    import numpy as np
    import polars as pl

    from anxin.subjects.documents import NONE, code_documents, group_documents

    began = time.perf_counter()
    lines = pl.read_parquet(path)
    document = code_documents(lines["kind"], lines["number"])
    identity = np.where(lines["primary"].to_numpy(), document, NONE)
    documents = int(document.max()) + 1
    found = group_documents(lines["row"].to_numpy(), document, identity, documents=documents)
    return _said(began, len(found.contradictory), int(found.contradictory.sum()))


def with_duckdb(path: str) -> dict[str, Any]:
    """The least name of a group spreads until nothing changes."""
    import duckdb

    began = time.perf_counter()
    database = duckdb.connect()
    database.execute(
        f"CREATE VIEW given AS SELECT row AS row_name, kind, number, \"primary\" AS is_primary FROM '{path}'"
    )
    return _said(began, *_spread(lambda statement: database.execute(statement).fetchone()))


def with_postgres(path: str, address: str) -> dict[str, Any]:
    """The same statements; reading the file and COPY into the table are in the time."""
    import polars as pl
    import psycopg

    began = time.perf_counter()
    lines = pl.read_parquet(path)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE given (row_name bigint, kind text, number text, is_primary boolean)"
        )
        with cursor.copy("COPY given FROM STDIN (FORMAT csv)") as copy:
            copy.write(lines.write_csv(include_header=False).encode())
        cursor.execute("ANALYZE given")

        def ask(statement: str) -> Any:
            cursor.execute(statement)
            return cursor.fetchone() if cursor.description else None

        return _said(began, *_spread(ask))


def _spread(ask: Any) -> tuple[int, int]:
    for statement in LABELS.strip().split(";\n"):
        ask(statement.rstrip(";"))
    while True:
        ask(SPREAD)
        if ask(CHANGED)[0] == 0:
            break
        ask("DROP TABLE label")
        ask("ALTER TABLE spread RENAME TO label")
    groups, wrong = ask(GROUPS)
    return int(groups), int(wrong)


def with_dictionary(path: str) -> dict[str, Any]:
    """Union-find over a dictionary, line by line."""
    import polars as pl

    began = time.perf_counter()
    lines = pl.read_parquet(path)
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(one: tuple[str, str]) -> tuple[str, str]:
        while (above := parent.setdefault(one, one)) != one:
            parent[one] = parent[above]
            one = above
        return one

    last_row, last = -1, ("", "")
    primaries = set()
    for row, kind, number, primary in lines.iter_rows():
        document = (kind, number)
        found = root(document)
        if row == last_row:
            parent[found] = root(last)
        if primary:
            primaries.add(document)
        last_row, last = row, document
    groups = {root(one) for one in list(parent)}
    identities: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in primaries:
        identities[root(one)] += 1
    return _said(began, len(groups), sum(number > 1 for number in identities.values()))


def with_splink(path: str) -> dict[str, Any]:
    """Splink's clustering of pairs of documents that stand in one row; the pairs and the conflicts are SQL around it."""
    import duckdb
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    began = time.perf_counter()
    database = duckdb.connect()
    database.execute(f"""
        CREATE TABLE line AS SELECT row AS row_name, dense_rank() OVER (ORDER BY kind, number) AS document,
            "primary" AS is_primary FROM '{path}';
        CREATE TABLE node AS SELECT DISTINCT document AS unique_id FROM line;
        CREATE TABLE edge AS SELECT DISTINCT unique_id_l, document AS unique_id_r FROM (
            SELECT document, lag(document) OVER (PARTITION BY row_name) AS unique_id_l FROM line)
        WHERE unique_id_l IS NOT NULL;
    """)
    found = cluster_pairwise_predictions_at_threshold(
        "node", "edge", DuckDBAPI(connection=database), node_id_column_name="unique_id"
    )
    groups = database.execute(f"""
        SELECT count(*), sum(CASE WHEN identities > 1 THEN 1 ELSE 0 END) FROM (
            SELECT c.cluster_id, count(DISTINCT CASE WHEN l.is_primary THEN l.document END) AS identities
            FROM line l JOIN {found.physical_name} c ON c.unique_id = l.document GROUP BY c.cluster_id)
    """).fetchone()
    assert groups is not None
    return _said(began, int(groups[0]), int(groups[1]))


def _said(began: float, groups: int, conflicts: int) -> dict[str, Any]:
    return {"seconds": time.perf_counter() - began, "groups": groups, "conflicts": conflicts}
