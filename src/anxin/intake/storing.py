"""From checked rows to records: each row finds its subject and its record, and what is in doubt goes to the queue.

Rows about organizations are stored part by part while the rest of the file is still read. Rows about persons wait for its
end, since two documents that one person shows in different rows tell together who that is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from psycopg import Cursor

from anxin.copying import copy_frame, copy_out
from anxin.intake.reasons import copy_reasons
from anxin.intake.staging import Batch, Held, Staging
from anxin.records.batch import STORED, copy_records, ready_records, reserve_numbers, sort_out
from anxin.subjects.keys import KeyRing

QUEUE_CONTEXT = "intake_queuedrow.values"
# The server looks at a table by itself a while after a tenth of it changed. Until then the next file would be compared row by
# row, and public look-ups would read whatever a plan for a small table reads.
MANY, SHARE = 1_000, 0.1
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


class Storing:
    """Stores one submission. Its methods use the one connection, so they are called one after another.

    `parameters`: item, item_version, submission, within, unit (numbers) and document_kind. `counts`: number of rows
    that are not plainly new, by outcome and reason; `excused`: row numbers of repeats, corrections and doubts; `new_subjects`
    and `new_records` count.
    """

    def __init__(
        self,
        cursor: Cursor[Any],
        parameters: dict[str, Any],
        keys: KeyRing | None,
        *,
        registers: bool,
        code_kind: str | None,
    ) -> None:
        self._staging = Staging(cursor)
        self._cursor = cursor
        self._parameters = parameters
        self._keys = keys
        self._registers = registers
        self._code_kind = code_kind
        self._held = Held()
        self._waiting: Batch | None = None
        self.counts: Counter[tuple[str, str]] = Counter()
        self.excused = [pl.Series([], dtype=pl.Int32)]
        self.new_subjects = self.new_records = 0

    def take(self, batch: Batch | None, reasons: bytes) -> None:
        """Store the batch before this one, so that a file of one batch is stored at once, and why rows went back."""
        copy_reasons(self._cursor, reasons)
        if batch is None:
            return
        if self._waiting is not None:
            organizations, persons = self._waiting.apart()
            if persons is not None:
                self._held.add(persons)
            if organizations.values.height:
                self._store([organizations])
        self._waiting = batch

    def finish(self) -> None:
        """Store what waits."""
        if self._waiting is not None:
            self._held.add(self._waiting)
            self._waiting = None
            self._store(self._held)
        if self.new_records >= max(MANY, SHARE * self._known_records()):
            self._cursor.execute("SELECT analyze_records()")

    def _known_records(self) -> int:
        """How many records the server believes to be there; -1 where it never looked."""
        self._cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'records_creditrecord'::regclass")
        [[known]] = self._cursor.fetchall()
        return int(known)

    def close(self) -> None:
        """Give disk space back."""
        self._held.close()
        self._cursor.close()

    def _store(self, batches: Iterable[Batch]) -> None:
        """Link the rows of some batches, compare them, and copy new ones, corrections and doubts where they belong."""
        rows, added = self._staging.link(batches, registers=self._registers, code_kind=self._code_kind)
        found = sort_rows(self._cursor, self._parameters)
        self.new_subjects += added
        self.counts.update(found.counts)
        self.excused += [found.duplicates, found.special["row_number"]]
        number = rows - sum(found.counts.values())
        self.new_records += number
        if not number and not found.special.height:
            return
        numbers = reserve_numbers(self._cursor, number)
        given = 0
        for batch in batches:
            placed = _placed(batch.rows(), found)
            fresh = int(placed["outcome"].is_null().sum())
            stored = _numbered(placed, numbers[given : given + fresh])
            given += fresh
            if stored.height:
                copy_records(self._cursor, ready_records(stored.select(STORED), self._parameters))
            self._queue(placed.filter(pl.col("outcome") == "queued"))

    def _queue(self, rows: pl.DataFrame) -> None:
        """Rows of doubt, with their values encrypted. A person is named by a masked number."""
        if rows.is_empty():
            return
        if self._keys is None:
            raise ValueError("queued rows need the key ring: set ANXIN_KEY_RING")
        queued = rows.select(
            pl.lit(self._parameters["submission"]).alias("submission_id"),
            "row_number",
            "reason",
            pl.col("name").alias("subject_name"),
            pl.col("shown").fill_null("").alias("identifier"),
            pl.format("[{}]", pl.col("candidate").cast(pl.String).fill_null("")).alias("candidates"),
            pl.Series("values", _sealed(rows, self._keys), pl.Binary),
            pl.lit(self._keys.current).alias("key_name"),
        )
        copy_frame(self._cursor, "intake_queuedrow", queued)


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


def _sealed(rows: pl.DataFrame, keys: KeyRing) -> list[bytes]:
    plain = (
        json.dumps(row, default=_text, ensure_ascii=False)
        for row in rows.select(QUEUED).iter_rows(named=True)
    )
    return [keys.encrypt(text.encode(), QUEUE_CONTEXT) for text in plain]


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
