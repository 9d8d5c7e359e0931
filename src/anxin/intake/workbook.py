"""The returned workbook: the rows that go back, as they were sent, with every reason and its remedy beside them.

Only these rows need to be corrected and sent again; the corrected workbook can be sent as it is, its two added columns
are known. Every cell is text, so nothing in it can act as a formula. A cell in which a personal number or a prohibited
statement was found is left empty, and a row that a statute seals comes back by its number alone.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import TracebackType

import polars as pl

from anxin.intake.checks import Checked, Reason
from anxin.intake.explanations import explain, meaning
from anxin.intake.header import ADDED_TITLES
from anxin.intake.hints import hints
from anxin.intake.parsing.own_sheets import SUMMARY, SUMMARY_TITLES
from anxin.intake.reading import ROW_NUMBER
from anxin.intake.samples import NEVER_SHOWN, SEALS_THE_ROW
from anxin.intake.sheets import TextWorkbook


class Returned:
    """The workbook of one submission, written while its rows are checked; nothing where `path` is None.

    `fields`: file column → field name, in the order of the file. A failure in between leaves no file.
    """

    def __init__(self, path: Path | None, fields: dict[str, str]) -> None:
        self._path = path
        self._columns = list(fields)
        self._fields = fields
        self._labels = {name: "、".join(c for c in fields if fields[c] == name) for name in fields.values()}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._book: TextWorkbook | None = None

    def __enter__(self) -> Returned:
        if self._path is not None:
            titles = [*ADDED_TITLES, *self._columns]
            self._book = TextWorkbook(self._path, "退回", titles, [12, 60, *[16] * len(self._columns)])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._book is None or self._path is None:
            return
        if kind is None:
            self._book.add_sheet(SUMMARY, list(SUMMARY_TITLES), [12, 24, 18, 60, 60], self._summary())
        self._book.close()
        if kind is not None:
            self._path.unlink(missing_ok=True)

    def add(self, raw: pl.DataFrame, checked: Checked) -> None:
        """Write the rejected rows of a frame. `raw`: the file's own columns and `ROW_NUMBER`."""
        if self._book is None or not checked.reasons:
            return
        for reason in checked.reasons:
            self._counts[reason.field, reason.code] += len(reason.rows)
        told = self._reasons(raw, checked)
        cells = raw.select(ROW_NUMBER, *self._columns).with_columns(self._hidden(raw, checked))
        chosen = cells.with_row_index("position").filter(pl.Series(checked.rejected))
        rows = chosen.join(told, on="position", how="left", maintain_order="left")
        self._book.append(rows.select(ROW_NUMBER, "reasons told", *self._columns))

    def _reasons(self, raw: pl.DataFrame, checked: Checked) -> pl.DataFrame:
        """`position` and all reasons of that row, a line each."""
        parts = [self._lines(raw, reason) for reason in checked.reasons]
        lines = pl.concat(parts).with_columns(pl.col("position").cast(pl.UInt32))
        return lines.group_by("position", maintain_order=True).agg(
            pl.col("text").str.join("\n").alias("reasons told")
        )

    def _lines(self, raw: pl.DataFrame, reason: Reason) -> pl.DataFrame:
        text = explain(reason.code, self._labels.get(reason.field, reason.field))
        columns = [column for column in self._columns if self._fields[column] == reason.field]
        more = hints(reason, raw[columns[0]]) if columns else None
        lines = pl.DataFrame({"position": reason.rows, "text": pl.repeat(text, len(reason.rows), eager=True)})
        return lines if more is None else lines.with_columns(pl.concat_str("text", more, ignore_nulls=True))

    def _hidden(self, raw: pl.DataFrame, checked: Checked) -> list[pl.Expr]:
        """The columns that have to hide a cell, with it emptied."""
        found = []
        for column in self._columns:
            hide = pl.repeat(False, raw.height, eager=True, dtype=pl.Boolean)
            for reason in checked.reasons:
                hides = reason.field == self._fields[column] and reason.code in NEVER_SHOWN
                if hides or reason.code in SEALS_THE_ROW:
                    hide = hide.scatter(reason.rows, True)
            if hide.any():
                found.append(pl.when(~hide).then(pl.col(column)).alias(column))
        return found

    def _summary(self) -> pl.DataFrame:
        lines = [
            (
                number,
                self._labels.get(name, name),
                code,
                *(f"{text.zh} / {text.en}" for text in meaning(code)),
            )
            for (name, code), number in sorted(self._counts.items(), key=lambda entry: (-entry[1], entry[0]))
        ]
        schema = {"rows": pl.Int64} | dict.fromkeys(("column", "code", "reason", "remedy"), pl.String)
        return pl.DataFrame(lines, schema=schema, orient="row")
