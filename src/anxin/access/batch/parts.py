"""A batch's identifiers in rows of many each: storing a million costs little, and forgetting them nothing."""

from __future__ import annotations

import polars as pl
from django.db import connection

from anxin.access.batch.identifiers import Identifiers
from anxin.access.models import Batch

PART = 125_000
_INSERT = """
INSERT INTO access_batchpart (batch_id, number, rows, codes, refused_rows, reasons, case_references)
VALUES (%s, %s, %s::text::integer[], %s::text::varchar[], %s::text::integer[], %s::text::varchar[], %s::varchar[])
"""


def store_parts(batch: Batch, identifiers: Identifiers) -> None:
    """Store what is asked and what is refused, one part at least."""
    accepted, refused = identifiers.accepted, identifiers.refused
    number = max(1, -(-accepted.height // PART), -(-refused.height // PART))
    with connection.cursor() as cursor:
        for part in range(number):
            good, bad = accepted.slice(part * PART, PART), refused.slice(part * PART, PART)
            columns = (good["row"], good["code"], bad["row"], bad["reason"])
            own = good["reference"].to_list() if "reference" in good.columns else []
            cursor.execute(_INSERT, [batch.pk, part, *map(_array, columns), own])


def _array(column: pl.Series) -> str:
    """As PostgreSQL writes arrays. Numbers, codes and reasons need no quotation marks."""
    return "{" + ",".join(column.cast(pl.String).to_list()) + "}"
