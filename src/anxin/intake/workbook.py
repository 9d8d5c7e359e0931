"""The returned workbook: the rows that go back, as they were sent, with every reason and its remedy beside them.

Only these rows need to be corrected and sent again. Every cell is written as text, so nothing in it can act as a formula.
A cell in which a personal number was found is left empty: its value is not sent around once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import xlsxwriter

from anxin.intake.checks import Checked
from anxin.intake.explanations import explain
from anxin.intake.reading import ROW_NUMBER

NEVER_ECHOED = {"E-PERSONAL", "E-PROHIBITED"}


@dataclass
class Returned:
    """The returned rows of one submission: cells by field name, and reasons by row number."""

    rows: list[dict[str, str | None]] = field(default_factory=list)
    reasons: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, raw: pl.DataFrame, checked: Checked) -> None:
        """Keep the rejected rows of a frame with their reasons."""
        if not checked.rejected.any():
            return
        numbers = raw[ROW_NUMBER].to_numpy()
        for positions, name, code in checked.reasons:
            for number in numbers[positions].tolist():
                self.reasons.setdefault(number, []).append((name, code))
        self.rows.extend(raw.filter(pl.Series(checked.rejected)).iter_rows(named=True))

    def write(self, path: Path, labels: dict[str, str]) -> None:
        """Write the workbook. `labels`: field name → column title, in the order of the file."""
        workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        sheet = workbook.add_worksheet("退回")
        bold = workbook.add_format({"bold": True, "text_wrap": True})
        wrap = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        titles = ["原文件行号 / row", "退回原因 / reasons", *labels.values()]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        sheet.set_column(1, 1, 60)
        sheet.freeze_panes(1, 2)
        for line, row in enumerate(self.rows, start=1):
            number = int(row[ROW_NUMBER] or 0)
            found = self.reasons[number]
            sheet.write_number(line, 0, number)
            sheet.write_string(
                line, 1, "\n".join(explain(code, labels.get(name, name)) for name, code in found), wrap
            )
            hidden = {name for name, code in found if code in NEVER_ECHOED}
            for column, name in enumerate(labels, start=2):
                value = row.get(name)
                if value and name not in hidden:
                    sheet.write_string(line, column, value[:32_767], wrap)
        workbook.close()
