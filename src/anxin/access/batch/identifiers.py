"""The identifiers of a batch: which are codes of organizations, which rows are refused and why (Art. 12, 18(2)).

Of a refused row nothing is kept but its number and its reason: what stands there may be a person's number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np
import polars as pl

from anxin.access.batch.row_bases import row_columns, row_particulars, row_reasons
from anxin.intake.checks.checked import Terms
from anxin.intake.checks.organization_codes import judge_organization_code
from anxin.intake.reading import ROW_NUMBER, Source, open_table
from anxin.kernel.identifiers.columns import matrix_of, personal_number_ok, uscc_errors
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.subjects.code_exceptions import accepted_codes

CLAUSE = "anshan-2022-9/18/2"
MOST = 1_000_000
# A million codes of eighteen characters with whatever stands beside them: bytes of a file.
LARGEST = 200_000_000
FIRST_ROWS = 20
DUPLICATE, EMPTY = "E-DUPLICATE", "E-EMPTY"
# What the column is called; a file whose only column bears another name is read as well.
HEADERS = ("统一社会信用代码", "社会信用代码", "uscc", "code", "identifier")


class TooManyIdentifiers(Refusal):
    """More than one batch may hold; it is refused whole, never cut."""

    code: ClassVar[str] = "E-BATCH-SIZE"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("一批最多 {most} 个代码。", "A batch holds {most} codes at most.")
    remedy = Bilingual("请分成几批；平台不会截断。", "Split it into several; nothing is ever cut off.")


class NoIdentifiers(Refusal):
    """No row at all, or no column of codes."""

    code: ClassVar[str] = "E-BATCH-EMPTY"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "没有找到代码列，或者没有任何代码。", "There is no column of codes, or not one code in it."
    )
    remedy = Bilingual(
        "请提供一列统一社会信用代码，列名为“统一社会信用代码”或者 uscc。",
        "Give one column of unified social credit codes, named “统一社会信用代码” or uscc.",
    )


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What was asked: `accepted` (`row`, `code`, each code once) and `refused` (`row`, `reason`).

    `accepted` has a `reference` as well, the row's own case and basis, where the rows could state them.
    """

    accepted: pl.DataFrame
    refused: pl.DataFrame

    @property
    def duplicates(self) -> int:
        """How many rows repeat an earlier one."""
        return int((self.refused["reason"] == DUPLICATE).sum())

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why rows were refused: `reason`, `rows` (how many), `first` (the numbers of the first few), by reason."""
        first = pl.col("row").sort().head(FIRST_ROWS)
        return self.refused.group_by("reason").agg(rows=pl.len(), first=first).sort("reason").to_dicts()

    @property
    def asked(self) -> int:
        """How many rows there were."""
        return self.accepted.height + self.refused.height


def identifiers_in_file(source: Source, *, on: date, case: str = "") -> Identifiers:
    """Out of a CSV file or a workbook. Raises `FileRefused`, `NoIdentifiers`, `TooManyIdentifiers`.

    `case`: the order's, for rows that state a basis and no case.
    """
    table = open_table(source)
    column = _column(table.header)
    beside = row_particulars(row_columns(table.header, code=column), case.strip())
    frames, height = [], 0
    for frame in table.frames():
        height += frame.height
        if height > MOST:
            raise TooManyIdentifiers(most=MOST)
        code = [pl.col(ROW_NUMBER).cast(pl.Int32).alias("row"), pl.col(column).alias("text")]
        frames.append(frame.select(*code, *beside))
    given = pl.concat(frames) if frames else pl.DataFrame(schema={"row": pl.Int32, "text": pl.String})
    if _is_code(column):
        # The file has no header: its first row is a code like all others.
        first = pl.DataFrame({"row": [1], "text": [column]}, schema=given.schema)
        given = pl.concat([first, given])
    return sort_out(given, on=on)


def identifiers_in_list(rows: Sequence[str | Mapping[str, str]], *, on: date, case: str = "") -> Identifiers:
    """Out of a list; its first element is row 1. Raises `NoIdentifiers`, `TooManyIdentifiers`.

    An element is a code, or `code` with the row's own `case` and `basis`.
    """
    told = [one if isinstance(one, Mapping) else {"code": one} for one in rows]
    named = [name for name in ("basis", "case") if any(name in one for one in told)]
    columns = {name: pl.Series(name, [one.get(name) for one in told], dtype=pl.String) for name in named}
    text = pl.Series("text", [one["code"] if one["code"].strip() else None for one in told], dtype=pl.String)
    row = pl.Series("row", np.arange(1, len(text) + 1), dtype=pl.Int32)
    given = pl.DataFrame([row, text, *columns.values()])
    beside = row_particulars(row_columns(named, code=""), case.strip())
    return sort_out(given.select("row", "text", *beside), on=on)


def sort_out(given: pl.DataFrame, *, on: date) -> Identifiers:
    """`row`, `text` and what `row_particulars` gave into what is asked and what is refused. Each distinct text is looked at once."""
    if given.height == 0:
        raise NoIdentifiers
    if given.height > MOST:
        raise TooManyIdentifiers(most=MOST)
    distinct = given["text"].unique().drop_nulls()
    verdicts = _verdicts(distinct, Terms(as_of=on, exceptions=accepted_codes()))
    judged = given.join(verdicts, on="text", how="left", maintain_order="left")
    alone = pl.when(pl.col("text").is_null()).then(pl.lit(EMPTY)).otherwise(pl.col("reason"))
    judged = judged.with_columns(reason=pl.coalesce(row_reasons(given), alone))
    # A row that is refused stands for no other: what repeats its code may well be accepted.
    asked = pl.when(pl.col("reason").is_null()).then(pl.col("code"))
    repeats = pl.col("reason").is_null() & ~asked.is_first_distinct()
    judged = judged.with_columns(reason=pl.when(repeats).then(pl.lit(DUPLICATE)).otherwise(pl.col("reason")))
    good = judged["reason"].is_null()
    kept = [name for name in ("row", "code", "reference") if name in judged.columns]
    return Identifiers(judged.filter(good).select(kept), judged.filter(~good).select("row", "reason"))


def _verdicts(distinct: pl.Series, terms: Terms) -> pl.DataFrame:
    """`text`, and either the `code` it stands for or the `reason` it is refused for."""
    matrix = matrix_of(distinct)
    plain = pl.Series((uscc_errors(matrix) == 0) & ~personal_number_ok(matrix, as_of=terms.as_of))
    good = pl.DataFrame({"text": distinct.filter(plain)}).with_columns(
        code=pl.col("text"), reason=pl.lit(None, dtype=pl.String)
    )
    judged = [
        (text, found.value if not found.errors else None, found.errors[0] if found.errors else None)
        for text in distinct.filter(~plain).to_list()
        for found in [judge_organization_code(text, terms)]
    ]
    return pl.concat([good, pl.DataFrame(judged, schema=good.schema, orient="row")])


def _column(header: tuple[str, ...]) -> str:
    for name in header:
        if name.strip().lower() in HEADERS:
            return name
    if len(header) == 1:
        return header[0]
    raise NoIdentifiers


def _is_code(name: str) -> bool:
    matrix = matrix_of(pl.Series([name]))
    return bool(uscc_errors(matrix)[0] == 0)
