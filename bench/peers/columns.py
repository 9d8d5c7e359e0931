"""Column by column: DuckDB's SQL, pandera on Polars, Great Expectations on pandas. All keep the reasons of every row."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bench.peers import rules

NUMBER = "row number"


def with_duckdb(path: str) -> dict[str, float]:
    """One statement: typed columns and a list of reasons for each row, into a table."""
    import duckdb

    from bench.generate import labels

    names = ", ".join(f"'{name}'" for name in labels())
    began = time.perf_counter()
    database = duckdb.connect()
    database.execute(f"""
        CREATE TABLE checked AS
        WITH raw AS (
            SELECT row_number() OVER () AS number, * FROM read_csv('{path}', header = true, names = [{names}],
                all_varchar = true, quote = '"', delim = ',', parallel = true)
        ), days AS (
            SELECT *, {_sql_day("decided_on")} AS decided, {_sql_day("penalty_valid_to")} AS ends,
                   try_cast(fine AS DECIMAL(17, 6)) AS amount, try_cast(confiscated AS DECIMAL(17, 6)) AS taken
            FROM raw
        )
        SELECT * EXCLUDE (decided_on, penalty_valid_to, fine, confiscated),
               list_filter([{", ".join(_sql_reasons())}], lambda reason: reason IS NOT NULL) AS reasons
        FROM days
    """)
    found = database.execute("SELECT count(*) FROM checked WHERE len(reasons) > 0").fetchone()
    assert found is not None
    return {"seconds": time.perf_counter() - began, "rejected": found[0]}


def _sql_day(name: str) -> str:
    plain = f"regexp_replace({name}, '[年月/]', '-', 'g')"
    return f"try_cast(regexp_replace({plain}, '日$', '') AS DATE)"


def _sql_reasons() -> list[str]:
    reasons = [f"CASE WHEN {name} IS NULL THEN '{name} E-REQUIRED' END" for name in (*rules.REQUIRED, "uscc")]
    for name in rules.CODES:
        person = f"regexp_full_match({name}, '[0-9]{{17}}[0-9X]') AND {_sql_resident(name)}"
        checked = f"{_sql_weighted(name, ALPHABET, WEIGHTS)} % 31 = 0"
        reasons.append(f"""CASE WHEN {name} IS NULL THEN NULL WHEN {person} THEN '{name} E-PERSONAL'
            WHEN regexp_full_match({name}, '[0-9]{{15}}') THEN '{name} E-USCC-OLD'
            WHEN length({name}) <> 18 THEN '{name} E-USCC-LENGTH'
            WHEN NOT regexp_full_match({name}, '[{ALPHABET}]{{18}}') THEN '{name} E-USCC-CHAR'
            WHEN left({name}, 1) NOT SIMILAR TO '[1-9ANY]' THEN '{name} E-USCC-DEPARTMENT'
            WHEN NOT ({checked}) THEN '{name} E-USCC-CHECK' END""")
    for name in rules.TEXTS:
        hidden = "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{2069}\\x{FEFF}]"
        reasons.append(f"CASE WHEN regexp_matches({name}, '{hidden}') THEN '{name} E-CTRL' END")
    inside = "regexp_extract(facts, '[0-9]{17}[0-9X]')"
    reasons += [
        "CASE WHEN length(document_number) > 128 THEN 'document_number E-LENGTH' END",
        f"CASE WHEN {inside} <> '' AND {_sql_resident(inside)} THEN 'facts E-PERSONAL' END",
        "CASE WHEN decided IS NULL AND decided_on IS NOT NULL THEN 'decided_on E-DATE' END",
        "CASE WHEN ends IS NULL AND penalty_valid_to IS NOT NULL THEN 'penalty_valid_to E-DATE' END",
        f"CASE WHEN decided > DATE '{rules.AS_OF}' THEN 'decided_on E-DATE-ORDER' END",
        f"CASE WHEN subject_class NOT IN {rules.CLASSES} THEN 'subject_class E-CODE' END",
        f"CASE WHEN NOT regexp_full_match(penalty_kinds, '{rules.SOME_KINDS.pattern}') THEN 'penalty_kinds E-CODE' END",
        "CASE WHEN ends < decided THEN 'penalty_valid_to E-DATE-ORDER' END",
    ]
    form = "[0-9]{1,11}(\\.[0-9]{1,6})?"
    return reasons + [
        f"CASE WHEN NOT regexp_full_match({name}, '{form}') THEN '{name} E-NUM' END" for name in rules.AMOUNTS
    ]


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)


def _sql_weighted(text: str, alphabet: str, weights: tuple[int, ...]) -> str:
    terms = [
        f"(strpos('{alphabet}', substr({text}, {place}, 1)) - 1) * {weight}"
        for place, weight in enumerate(weights, start=1)
    ]
    return "(" + " + ".join(terms) + ")"


def _sql_resident(text: str) -> str:
    born = f"try_cast(substr({text}, 7, 4) || '-' || substr({text}, 11, 2) || '-' || substr({text}, 13, 2) AS DATE)"
    return f"({_sql_weighted(text, '0123456789X', RESIDENT_WEIGHTS)} % 11 = 1 AND {born} <= DATE '{rules.AS_OF}')"


def with_pandera(path: str) -> dict[str, float]:
    """A lazy schema whose checks are Polars expressions; the check digit is our own numpy function, lent to it."""
    import pandera.polars as pa
    import polars as pl

    from anxin.kernel.identifiers.columns import matrix_of, personal_number_ok, uscc_errors
    from bench.generate import labels

    def column(test: Callable[[pl.Expr], pl.Expr], name: str) -> pa.Check:
        def check(data: Any) -> pl.LazyFrame:
            return data.lazyframe.select(test(pl.col(data.key)).fill_null(True))

        return pa.Check(check, name=name, error=name)

    def code_ok(values: pl.Series) -> pl.Series:
        matrix = matrix_of(values)
        return pl.Series((uscc_errors(matrix) == 0) & ~personal_number_ok(matrix, as_of=rules.AS_OF))

    def day(value: pl.Expr) -> pl.Expr:
        plain = value.str.replace_all("[年月/]", "-").str.strip_suffix("日")
        return plain.str.to_date("%Y-%m-%d", strict=False)

    code = column(
        lambda v: v.is_null() | v.map_batches(code_ok, return_dtype=pl.Boolean, is_elementwise=True), "E-USCC"
    )
    shown = column(lambda v: ~v.str.contains(rules.CONTROL.pattern), "E-CTRL")
    amount = column(lambda v: v.str.contains(f"^{rules.MONEY.pattern}$"), "E-NUM")
    dated = column(lambda v: v.is_null() | day(v).is_not_null(), "E-DATE")
    checks: dict[str, list[pa.Check]] = {name: [code] for name in rules.CODES}
    checks |= {name: [shown] for name in rules.TEXTS} | {name: [amount] for name in rules.AMOUNTS}
    checks["document_number"] = [shown, column(lambda v: v.str.len_chars() <= 128, "E-LENGTH")]
    checks["facts"] = [shown, column(lambda v: ~v.str.contains(rules.MAYBE_PERSONAL.pattern), "E-PERSONAL")]
    checks["decided_on"] = [dated, column(lambda v: day(v) <= rules.AS_OF, "E-DATE-ORDER")]
    checks["penalty_valid_to"] = [dated]
    checks["subject_class"] = [column(lambda v: v.is_in(rules.CLASSES), "E-CODE")]
    checks["penalty_kinds"] = [column(lambda v: v.str.contains(f"^{rules.SOME_KINDS.pattern}$"), "E-CODE")]
    needed = {*rules.REQUIRED, "uscc"}

    def ordered(data: Any) -> pl.LazyFrame:
        late = day(pl.col("penalty_valid_to")) >= day(pl.col("decided_on"))
        return data.lazyframe.select(late.fill_null(True))

    schema = pa.DataFrameSchema(
        {n: pa.Column(pl.String, checks.get(n, []), nullable=n not in needed) for n in labels()},
        checks=[pa.Check(ordered, name="E-DATE-ORDER", error="E-DATE-ORDER")],
    )
    began = time.perf_counter()
    names = list(labels())
    rows = pl.read_csv(path, infer_schema=False, new_columns=names)
    rejected = 0
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as wrong:
        rejected = wrong.failure_cases["index"].n_unique()
    rows.with_columns(
        *[day(pl.col(name)) for name in ("decided_on", "penalty_valid_to")],
        *[pl.col(name).cast(pl.Decimal(17, 6), strict=False) for name in rules.AMOUNTS],
    )
    return {"seconds": time.perf_counter() - began, "rejected": rejected}


def with_great_expectations(path: str) -> dict[str, float]:
    """Expectations over a pandas frame with complete results; the check digits are computed before, outside of it."""
    import great_expectations as gx
    import pandas as pd

    from bench.generate import labels

    began = time.perf_counter()
    frame = pd.read_csv(path, dtype=str, names=list(labels()), header=0, keep_default_na=True)
    for name in rules.CODES:
        frame[f"{name}_ok"] = [
            not rules.code_reasons(code) if isinstance(code, str) else True for code in frame[name]
        ]
    for name in ("decided_on", "penalty_valid_to"):
        frame[f"{name}_day"] = [rules.day_of(text) if isinstance(text, str) else None for text in frame[name]]
    asset = gx.get_context(mode="ephemeral").data_sources.add_pandas("rows").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    rejected: set[int] = set()
    for expectation in _expectations(gx.expectations):
        found = batch.validate(expectation, result_format={"result_format": "COMPLETE"})
        rejected.update(found.result.get("unexpected_index_list") or [])
    return {"seconds": time.perf_counter() - began, "rejected": len(rejected)}


def _expectations(known: Any) -> list[Any]:
    wanted = [known.ExpectColumnValuesToNotBeNull(column=name) for name in (*rules.REQUIRED, "uscc")]
    wanted += [
        known.ExpectColumnValuesToBeInSet(column=f"{name}_ok", value_set=[True]) for name in rules.CODES
    ]
    for name in rules.TEXTS:
        wanted.append(known.ExpectColumnValuesToNotMatchRegex(column=name, regex=rules.CONTROL.pattern))
    for name in rules.AMOUNTS:
        wanted.append(known.ExpectColumnValuesToMatchRegex(column=name, regex=f"^{rules.MONEY.pattern}$"))
    form = f"^{rules.DAY.pattern}$"
    for name in ("decided_on", "penalty_valid_to"):
        wanted.append(known.ExpectColumnValuesToMatchRegex(column=name, regex=form))
        wanted.append(known.ExpectColumnValuesToNotBeNull(column=f"{name}_day"))
    return [
        *wanted,
        known.ExpectColumnValuesToBeInSet(column="subject_class", value_set=list(rules.CLASSES)),
        known.ExpectColumnValuesToMatchRegex(column="penalty_kinds", regex=f"^{rules.SOME_KINDS.pattern}$"),
        known.ExpectColumnValueLengthsToBeBetween(column="document_number", max_value=rules.LONGEST_NUMBER),
        known.ExpectColumnValuesToNotMatchRegex(column="facts", regex=rules.MAYBE_PERSONAL.pattern),
        known.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="penalty_valid_to_day",
            column_B="decided_on_day",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        ),
    ]
