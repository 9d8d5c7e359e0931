"""One table of spec cases, three readings: the single case, Polars columns, PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from anxin.kernel.rules import Expression, evaluate, fields_of, to_polars, to_sql
from anxin.kernel.rules.kinds import Kind
from anxin.law.display import DisplayFacts

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

Answer = int | str | bool | date | None


def one_by_one(body: Expression, cases: Sequence[DisplayFacts]) -> list[Any]:
    return [evaluate(body, asdict(facts)).value for facts in cases]


def by_polars(body: Expression, cases: Sequence[DisplayFacts]) -> list[Any]:
    schema = {name: POLARS[kind] for name, kind in fields_of(body).items()}
    rows = [{name: asdict(facts)[name] for name in schema} | {"row": 1} for facts in cases]
    frame = pl.DataFrame(rows, schema={**schema, "row": pl.Int64()})
    return frame.with_columns(answer=to_polars(body))["answer"].to_list()


def by_sql(body: Expression, cases: Sequence[DisplayFacts]) -> list[Any]:
    """The same rows as VALUES with typed parameters, in their order."""
    kinds = fields_of(body)
    names = ", ".join(["row", *(f'"{name}"' for name in kinds)])
    typed = [f"%s::{POSTGRES[kind]}" for kind in kinds.values()]
    rows = ", ".join(f"({', '.join([str(number), *typed])})" for number in range(len(cases)))
    values = [
        list(value) if isinstance(value := asdict(facts)[name], tuple) else value
        for facts in cases
        for name in kinds
    ]
    with connection.cursor() as cursor:
        body_text = to_sql(body, placeholders=True)
        cursor.execute(f"SELECT {body_text} FROM (VALUES {rows}) AS facts ({names}) ORDER BY row", values)
        return [row[0] for row in cursor.fetchall()]
