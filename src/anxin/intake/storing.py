"""From waiting rows to records: each row finds its subject and its record, and what is in doubt goes to the queue."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from psycopg import Cursor

from anxin.copying import copy_out
from anxin.intake.models import QueuedRow, Submission
from anxin.intake.staging import Staging
from anxin.records.batch import STORED, copy_records, ready_records, reserve_numbers, sort_out
from anxin.subjects.keys import KeyRing

QUEUE_CONTEXT = "intake_queuedrow.values"
MANY = 20_000
SUBJECTS = {"party": pl.Int32, "subject_id": pl.Int64}
SPECIAL = {
    "row_number": pl.Int32,
    "outcome": pl.String,
    "reason": pl.String,
    "candidate": pl.Int64,
    "record_id": pl.Int64,
    "number": pl.Int64,
}
SPECIAL_ROWS = (
    "SELECT row_number, outcome, reason, subject_id, record_id, number FROM intake_exception"
    " WHERE outcome <> 'duplicate'"
)
DUPLICATE_ROWS = "SELECT row_number FROM intake_exception WHERE outcome = 'duplicate'"
# What is kept, encrypted, of a row that waits for an officer.
QUEUED = (
    *("row_number", "identifier", "name", "name_folded", "registered_on", "key_text", "business_key"),
    *(
        "content_digest",
        "public_fields",
        "restricted_fields",
        "encrypted_fields",
        "document_number",
        "decided_on",
    ),
    *(
        "served_on",
        "effective_on",
        "legal_status",
        "tier",
        "display_rule_version",
        "display_from",
        "display_to",
    ),
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """`subjects`: `party`, `subject_id`. `special`: rows that correct or are in doubt: `row_number`, `outcome`, `reason`,
    `candidate`, `record_id`, `number`. `counts`: number of rows that are not plainly new, by outcome and reason."""

    subjects: pl.DataFrame
    special: pl.DataFrame
    duplicates: pl.Series
    counts: dict[tuple[str, str], int]


def sort_rows(cursor: Cursor[Any], parameters: dict[str, Any]) -> Sorted:
    """Compare the waiting rows, once linked, with each other and with what is stored."""
    sort_out(cursor, parameters)
    cursor.execute("SELECT outcome, reason, count(*) FROM intake_exception GROUP BY 1, 2")
    counts = {(outcome, reason): number for outcome, reason, number in cursor.fetchall()}
    return Sorted(
        subjects=copy_out(cursor, "SELECT party, subject_id FROM intake_linked", SUBJECTS),
        special=copy_out(cursor, SPECIAL_ROWS, SPECIAL),
        duplicates=copy_out(cursor, DUPLICATE_ROWS, {"row_number": pl.Int32})["row_number"],
        counts=counts,
    )


def store_rows(
    staging: Staging, found: Sorted, submission: Submission, parameters: dict[str, Any], keys: KeyRing | None
) -> None:
    """Copy new rows and corrections into the records, and put rows of doubt before an officer.

    While the database takes in one frame, the next one is made ready.
    """
    apart = sum(found.counts.values())
    numbers = reserve_numbers(staging.cursor, staging.rows - apart)
    if not len(numbers) and not found.special.height:
        return
    given = 0
    with ThreadPoolExecutor(1) as copier:
        copied: Future[None] | None = None
        for frame in staging.frames():
            rows = _placed(frame, found)
            fresh = rows["outcome"].is_null()
            number = int(fresh.sum())
            stored = _numbered(rows, numbers[given : given + number])
            ready = ready_records(stored.select(STORED), parameters)
            given += number
            if copied is not None:
                copied.result()
            _queue(rows.filter(pl.col("outcome") == "queued"), submission, keys)
            copied = copier.submit(copy_records, staging.cursor, ready)
        if copied is not None:
            copied.result()
    if len(numbers) >= MANY:
        # The next file may come before the server looks by itself, and would be compared row by row.
        staging.cursor.execute("ANALYZE records_creditrecord, records_recordversion")


def _placed(frame: pl.DataFrame, found: Sorted) -> pl.DataFrame:
    """A frame's rows but for duplicates, with their subject, and what is special about some."""
    kept = frame.filter(~pl.col("row_number").is_in(found.duplicates.implode()))
    return kept.join(found.subjects, on="party", how="left", maintain_order="left").join(
        found.special, on="row_number", how="left", maintain_order="left"
    )


def _numbered(rows: pl.DataFrame, numbers: np.ndarray) -> pl.DataFrame:
    """New rows with a record number each, and corrections with the number of the record they correct."""
    fresh = rows.filter(pl.col("outcome").is_null()).with_columns(
        pl.Series("record_id", numbers, pl.Int64), pl.lit(1, pl.Int64).alias("number")
    )
    return pl.concat([fresh, rows.filter(pl.col("outcome") == "correction")])


def _queue(rows: pl.DataFrame, submission: Submission, keys: KeyRing | None) -> None:
    """Rows of doubt, with their values encrypted. A person is named by a masked number."""
    if rows.is_empty():
        return
    if keys is None:
        raise ValueError("queued rows need the key ring: set ANXIN_KEY_RING")
    QueuedRow.objects.bulk_create(
        [_queued(row, submission, keys) for row in rows.iter_rows(named=True)], batch_size=2000
    )


def _queued(row: dict[str, Any], submission: Submission, keys: KeyRing) -> QueuedRow:
    candidate = row["candidate"]
    plain = json.dumps({name: row[name] for name in QUEUED}, default=_text, ensure_ascii=False)
    return QueuedRow(
        submission=submission,
        row_number=row["row_number"],
        reason=row["reason"],
        subject_name=row["name"],
        identifier=row["shown"] or "",
        candidates=[candidate] if candidate else [],
        values=keys.encrypt(plain.encode(), QUEUE_CONTEXT),
        key_name=keys.current,
    )


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
