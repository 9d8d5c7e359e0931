"""One body, two readings: the value for one case, PostgreSQL and Polars never differ."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from anxin.kernel.rules import (
    Expression,
    Field,
    Kind,
    all_of,
    any_of,
    case,
    const,
    evaluate,
    fields_of,
    greatest,
    is_missing,
    least,
    missing,
    to_polars,
    to_sql,
    when,
)

POLARS = {
    Kind.INTEGER: pl.Int64(),
    Kind.TEXT: pl.String(),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.TEXTS: pl.List(pl.String()),
}
POSTGRES = {
    Kind.INTEGER: "bigint",
    Kind.TEXT: "text",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TEXTS: "text[]",
}
TEXTS = ["fine", "warning", "O'Brien", "100%", "反斜线\\", "罚款", ""]
INTEGERS = [Field(name, Kind.INTEGER) for name in ("fine", "months")]
DATES = [Field(name, Kind.DATE) for name in ("decided_on", "ended_on")]
FLAGS = [Field(name, Kind.BOOLEAN) for name in ("summary", "minor")]
NAMES = [Field(name, Kind.TEXT) for name in ("field", "status")]
KINDS = Field("kinds", Kind.TEXTS)
ALL = [*INTEGERS, *DATES, *FLAGS, *NAMES, KINDS]

small = st.integers(-30, 40)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31)) | st.sampled_from(
    [date(2024, 2, 29), date(2024, 1, 31), date(2023, 12, 31), date(2100, 2, 28), date(2024, 3, 31)]
)
texts = st.sampled_from(TEXTS)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.INTEGER: small,
    Kind.TEXT: texts,
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: days,
    Kind.TEXTS: st.lists(texts, max_size=3, unique=True).map(tuple),
}
rows = st.lists(
    st.fixed_dictionaries({one.name: st.none() | VALUES[one.kind] for one in ALL}), min_size=1, max_size=6
)


def integers(depth: int) -> st.SearchStrategy[Expression]:
    leaf = st.sampled_from(INTEGERS) | small.map(const) | st.just(missing(Kind.INTEGER))
    if not depth:
        return leaf
    below = integers(depth - 1)
    pair = st.tuples(below, below)
    return (
        leaf
        | pair.map(lambda two: two[0] + two[1])
        | pair.map(lambda two: two[0] - two[1])
        | pair.map(lambda two: two[0] * two[1])
        | pair.map(lambda two: greatest(*two))
        | cases(conditions(depth - 1), below)
    )


def dates(depth: int) -> st.SearchStrategy[Expression]:
    leaf = st.sampled_from(DATES) | days.map(const) | st.just(missing(Kind.DATE))
    if not depth:
        return leaf
    amount: st.SearchStrategy[Any] = st.sampled_from(INTEGERS) | small | st.just(missing(Kind.INTEGER))
    below = dates(depth - 1)
    return (
        leaf
        | st.tuples(below, amount).map(lambda two: two[0].add_days(two[1]))
        | st.tuples(below, amount).map(lambda two: two[0].add_months(two[1]))
        | st.tuples(below, amount).map(lambda two: two[0].add_years(two[1]))
        | st.tuples(below, below).map(lambda two: least(*two))
        | st.tuples(below, below).map(lambda two: greatest(*two))
        | cases(conditions(depth - 1), below)
    )


def conditions(depth: int) -> st.SearchStrategy[Expression]:
    leaf = (
        st.sampled_from(FLAGS)
        | st.booleans().map(const)
        | st.just(missing(Kind.BOOLEAN))
        | st.sampled_from(ALL).map(is_missing)
        | st.tuples(st.sampled_from(NAMES), texts).map(lambda two: two[0].equals(two[1]))
        | st.tuples(st.sampled_from(NAMES), texts, texts).map(lambda three: three[0].is_in(*three[1:]))
        | st.tuples(texts, texts).map(lambda two: KINDS.overlaps(*two))
    )
    if not depth:
        return leaf
    below = conditions(depth - 1)
    ordered = st.tuples(integers(depth - 1), integers(depth - 1)) | st.tuples(
        dates(depth - 1), dates(depth - 1)
    )
    return (
        leaf
        | ordered.map(lambda two: two[0] < two[1])
        | ordered.map(lambda two: two[0] >= two[1])
        | ordered.map(lambda two: two[0].equals(two[1]))
        | ordered.map(lambda two: two[0].differs(two[1]))
        | st.tuples(below, below).map(lambda two: all_of(*two))
        | st.tuples(below, below).map(lambda two: any_of(*two))
        | below.map(lambda one: ~one)
        | st.tuples(integers(depth - 1), small, small).map(lambda three: three[0].is_in(*three[1:]))
    )


def cases(
    condition: st.SearchStrategy[Expression], result: st.SearchStrategy[Expression]
) -> st.SearchStrategy[Expression]:
    branch = st.tuples(condition, result).map(lambda two: when(*two))
    return st.tuples(branch, branch, result).map(lambda three: case(*three[:2], otherwise=three[2]))


bodies = integers(3) | dates(3) | conditions(3)


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection[Any]]:
    address = os.environ.get("DATABASE_URL")
    if not address:
        pytest.skip("no DATABASE_URL: the SQL reading is not compared")
    with psycopg.connect(address, dbname="postgres", autocommit=True) as open_connection:
        yield open_connection


def read_by_postgres(
    connection: psycopg.Connection[Any], body: Expression, facts: list[dict[str, Any]]
) -> list[Any]:
    table = ", ".join(f"%({one.name})s::{POSTGRES[one.kind]}[] AS {one.name}" for one in ALL[:-1])
    parameters: dict[str, Any] = {one.name: [row[one.name] for row in facts] for one in ALL[:-1]}
    # A list of lists of unequal length is no PostgreSQL array: the kinds travel as JSON.
    parameters["kinds"] = json.dumps([row["kinds"] and list(row["kinds"]) for row in facts])
    unnested = ", ".join(f"{one.name}[place] AS {one.name}" for one in ALL[:-1])
    columns = {one.name: f"facts.{one.name}" for one in ALL[:5]}
    statement = f"""
        WITH given AS (SELECT {table}, %(kinds)s::json AS kinds),
        facts AS (
            SELECT place, {unnested},
                CASE WHEN json_typeof(kinds -> place - 1) = 'array' THEN
                    ARRAY(SELECT json_array_elements_text(kinds -> place - 1)) END AS kinds
            FROM given, generate_series(1, %(count)s) AS place
        )
        SELECT {to_sql(body, columns, placeholders=True)} FROM facts ORDER BY place
    """
    parameters["count"] = len(facts)
    return [row[0] for row in connection.execute(statement, parameters)]


def read_by_polars(body: Expression, facts: list[dict[str, Any]]) -> list[Any]:
    frame = pl.DataFrame(
        {
            one.name: pl.Series(
                [list(row[one.name]) if isinstance(row[one.name], tuple) else row[one.name] for row in facts],
                dtype=POLARS[one.kind],
            )
            for one in ALL
        }
    )
    return frame.with_columns(to_polars(body).alias("value")).get_column("value").to_list()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies, facts=rows)
@example(
    body=DATES[0].add_years(1),
    facts=[{one.name: None for one in ALL} | {"decided_on": date(2024, 2, 29)}],
)
def test_one_case_a_table_and_a_file_read_the_same_body_alike(
    connection: psycopg.Connection[Any], body: Expression, facts: list[dict[str, Any]]
) -> None:
    expected = [evaluate(body, row).value for row in facts]

    assert read_by_polars(body, facts) == expected
    assert read_by_postgres(connection, body, facts) == expected
    assert set(fields_of(body)) <= {one.name for one in ALL}
