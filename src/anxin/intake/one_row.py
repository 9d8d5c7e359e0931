"""Storing one queued row through the same set-based statements that store whole submissions (Art. 11, 12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import polars as pl
from django.db import connection
from psycopg import ClientCursor, Cursor

from anxin.authorities.models import Account
from anxin.intake.models import QueuedRow, RowDecision
from anxin.intake.staging import CREATE
from anxin.intake.values import identity
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.records.batch import STORED, copy_records, ready_records, reserve_numbers, sort_out
from anxin.records.events import Basis, Kind, RecordKey, append_event, event_kinds

Effect = RowDecision.Effect
Outcome = RowDecision.Outcome
CLAUSE = "anshan-2022-9/12/2"

_PLACE = """
INSERT INTO intake_linked (party, subject_id) VALUES (0, %(subject)s);
INSERT INTO intake_staging (row_number, party, business_key, content_digest)
VALUES (%(row)s, 0, %(key)s, %(content)s);
"""
_MEET = """
SELECT r.subject_id, r.id, v.number, v.content_digest = s.content_digest
FROM intake_staging s
JOIN records_creditrecord r ON r.item_id = %s AND r.business_key = s.business_key
CROSS JOIN LATERAL (
    SELECT x.number, x.content_digest FROM records_recordversion x
    WHERE x.subject_id = r.subject_id AND x.record_id = r.id ORDER BY x.number DESC LIMIT 1) v
"""
_RESULT = "SELECT outcome, record_id, number FROM intake_exception"
_NOTE = "INSERT INTO intake_exception (row_number, outcome, reason, subject_id, record_id, number) VALUES (%s, %s, '', %s, %s, %s)"


class RowMeetsRecord(Refusal):
    """The row says something else about a fact that is on file; whether it corrects it is a question of its own."""

    code: ClassVar[str] = "E-QUEUE-MEETS"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这一行与已经存入的记录是同一事项，内容却不同。",
        "The row is about a fact that is on file, with other content.",
    )
    remedy = Bilingual(
        "请选择“更正已存记录”或者“另立一条记录”。名称若已变更，请先判断名称不同的那一行。",
        "Choose “corrects the stored record” or “a record of its own”.",
    )


class NothingToCorrect(Refusal):
    """No record of this subject is on file under the row's key."""

    code: ClassVar[str] = "E-QUEUE-NOTHING"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual("没有可以更正的已存记录。", "There is no stored record that it could correct.")
    remedy = Bilingual(
        "请选择“就是这个主体”或者“另立一条记录”。", "Choose “this subject” or “a record of its own”."
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """What the merge did with the row. `version_number`: None where nothing new was stored."""

    effect: RowDecision.Effect
    record: RecordKey
    version_number: int | None


@dataclass(frozen=True, slots=True)
class _Met:
    record: RecordKey
    last_version: int
    same_content: bool


def store_row(
    *,
    row: QueuedRow,
    values: dict[str, Any],
    subject_id: int,
    outcome: RowDecision.Outcome,
    explanation: str,
    by: Account,
    at: datetime,
) -> Stored:
    """Stage the row, settle what the officer decided, and merge. Raises `RowMeetsRecord`, `NothingToCorrect`."""
    basis = Basis(clause=CLAUSE, reason=explanation)
    with connection.cursor() as wrapper:
        cursor: Cursor[Any] = wrapper.cursor.connection.cursor()
        staged = _stage(cursor, values, subject_id, _own_key(row) if outcome is Outcome.OWN_RECORD else "")
        met = _meet(cursor, row)
        if met is not None and met.record.subject_id != subject_id and link_is_undone(met.record):
            # The row was given to somebody else, and that was undone: here it is a record of its own.
            staged = _stage(cursor, values, subject_id, f"{_own_key(row)}\x1f{subject_id}")
            met = _meet(cursor, row)
        if met is not None and met.record.subject_id != subject_id:
            raise RowMeetsRecord
        if met is None and outcome is Outcome.CORRECTION:
            raise NothingToCorrect
        undone = met is not None and link_is_undone(met.record)
        if met is not None and (undone or outcome is Outcome.CORRECTION):
            _settle(cursor, row, met)
        if met is not None and undone:
            append_event(record=met.record, kind=Kind.LINK_RESTORED, basis=basis, by=by, at=at)
        stored = _merge(cursor, staged, _parameters(row), undone)
        cursor.close()
    if outcome is Outcome.CORRECTION and stored.version_number is not None:
        # A later file with the old content is then not taken for a correction: a person looks again.
        append_event(record=stored.record, kind=Kind.CORRECTED, basis=basis, by=by, at=at)
    return stored


def _own_key(row: QueuedRow) -> str:
    """What tells a record of its own: the row it came from."""
    return f"\x1f{row.submission_id}\x1f{row.row_number}"


def _stage(cursor: Cursor[Any], values: dict[str, Any], subject_id: int, own_key: str) -> dict[str, Any]:
    """Put the row back where it stood. A record of its own gets a key of its own."""
    key = values["key_text"] + own_key
    sealed = values["encrypted_fields"]
    staged = values | {
        "subject_id": subject_id,
        "business_key": identity(key),
        "content_digest": bytes.fromhex(values["content_digest"]),
        "encrypted_fields": bytes.fromhex(sealed) if sealed else None,
    }
    cursor.execute(CREATE)
    with ClientCursor(cursor.connection) as several:
        several.execute(
            _PLACE,
            {
                "subject": subject_id,
                "row": staged["row_number"],
                "key": staged["business_key"],
                "content": staged["content_digest"],
            },
        )
    return staged


def _meet(cursor: Cursor[Any], row: QueuedRow) -> _Met | None:
    cursor.execute(_MEET, [row.submission.item_version.item_id])
    found = cursor.fetchone()
    return None if found is None else _Met(RecordKey(found[0], found[1]), found[2], found[3])


def link_is_undone(record: RecordKey) -> bool:
    """Whether an officer took the record from its subject, and nobody gave it back."""
    kinds = event_kinds(record)
    return kinds.count(Kind.LINK_UNDONE) > kinds.count(Kind.LINK_RESTORED)


def _settle(cursor: Cursor[Any], row: QueuedRow, met: _Met) -> None:
    """Tell the merge what a person decided, so that it does not queue the row again."""
    outcome = "duplicate" if met.same_content else "correction"
    key = met.record
    cursor.execute(_NOTE, [row.row_number, outcome, key.subject_id, key.record_id, met.last_version + 1])


def _parameters(row: QueuedRow) -> dict[str, Any]:
    version = row.submission.item_version
    return {
        "item": version.item_id,
        "item_version": version.pk,
        "submission": row.submission_id,
        "within": None,
        "unit": row.submission.unit_id,
        "document_kind": version.document_kind,
    }


def _merge(cursor: Cursor[Any], staged: dict[str, Any], parameters: dict[str, Any], undone: bool) -> Stored:
    sort_out(cursor, parameters)
    cursor.execute(_RESULT)
    outcome, record_id, number = cursor.fetchone() or ("new", 0, 1)
    if outcome == "queued":
        raise RowMeetsRecord
    if outcome == "new":
        record_id = int(reserve_numbers(cursor, 1)[0])
    if outcome != "duplicate":
        row = pl.DataFrame([{name: staged[name] for name in STORED if name in staged}])
        placed = row.with_columns(record_id=pl.lit(record_id), number=pl.lit(number))
        copy_records(cursor, ready_records(placed.select(STORED), parameters))
    record = RecordKey(staged["subject_id"], record_id)
    version = None if outcome == "duplicate" else number
    if undone:
        return Stored(Effect.LINK_RESTORED, record, version)
    effects = {"new": Effect.RECORD_CREATED, "correction": Effect.VERSION_ADDED}
    return Stored(effects.get(outcome, Effect.NOTHING_NEW), record, version)
