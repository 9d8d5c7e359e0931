"""What a refused value probably was meant to be, where the check digit confirms it.

A question to the unit; the value itself is never changed.
"""

from __future__ import annotations

import polars as pl

from anxin.intake.checks import Reason
from anxin.kernel.identifiers import normalize
from anxin.kernel.identifiers.uscc import uscc_errors

# Letters that the standard leaves out because they are taken for these digits.
_MISTAKEN = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5"})


def hints(reason: Reason, values: pl.Series) -> pl.Series | None:
    """A hint beside each row of a reason, null where there is none. `values`: the whole column as sent."""
    if reason.code != "E-USCC-CHAR":
        return None
    texts = values.gather(reason.rows)
    distinct = texts.unique().drop_nulls()
    table = pl.DataFrame(
        {"text": distinct, "hint": pl.Series([_meant(text) for text in distinct], dtype=pl.String)}
    )
    return texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")["hint"]


def _meant(text: str) -> str | None:
    code = normalize(text).text.translate(_MISTAKEN)
    return None if uscc_errors(code) else f" 是否应为 {code}? / Was {code} meant?"
