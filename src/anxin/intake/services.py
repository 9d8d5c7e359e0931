"""Receiving and processing a submission (Art. 11, 12): one transaction from file to stored records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl
from django.db import connection, transaction
from psycopg import Cursor

from anxin.audit.services import record_event
from anxin.authorities.models import Unit
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.queries import item_definition
from anxin.intake.checks import Checked, check_frame
from anxin.intake.header import Mapping, load_mapping, match_header
from anxin.intake.models import QueuedRow, Submission
from anxin.intake.reading import ROW_NUMBER, open_table
from anxin.intake.refusals import EmptyFile, WrongTotal
from anxin.intake.staging import COLUMNS, CREATE, copy_rows
from anxin.intake.workbook import Returned
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.records.batch import merge_records
from anxin.subjects.batch import link_organizations
from anxin.subjects.keys import KeyRing

QUEUE_CONTEXT = "intake_queuedrow.values"
DOCUMENT_KINDS = {
    "administrative-penalty": "administrative_penalty",
    "administrative-permit": "administrative_permit",
    "compulsion": "administrative_compulsion",
    "ruling": "administrative_ruling",
    "court-enforcement": "judgment",
}


class UnknownUnit(Refusal):
    """Only a unit that the catalog names as the item's source may report it."""

    code: ClassVar[str] = "E-UNIT"
    clause: ClassVar[str | None] = "anshan-2022-9/10/2"
    message = Bilingual(
        "单位“{unit}”不是条目“{item}”的归集来源。", "Unit “{unit}” is not a source of item “{item}”."
    )
    remedy = Bilingual("目录载明的来源是:{sources}。", "The catalog names: {sources}.")


@dataclass
class Outcome:
    """What became of a file. Conservation: read = accepted + returned + duplicates + queued."""

    declared: int | None = None
    read: int = 0
    accepted: int = 0
    returned: int = 0
    duplicates: int = 0
    linked: int = 0
    queued: int = 0
    new_subjects: int = 0
    warnings: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    submission: int | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be taken in, by whom, and from when on it counts. `as_of` is the day of receipt."""

    path: Path
    item: str
    unit: str | None
    channel: str
    received_at: datetime
    as_of: date
    file_name: str = ""
    mapping: str = "double-publicity"
    declared: int | None = None
    by_account_id: int | None = None
    idempotency_key: str | None = None
    dry_run: bool = False
    returned_to: Path | None = None


class _DryRun(Exception):
    """Rolls everything back after a trial."""


@carries_out("anshan-2022-9/11/1")
def take_in(order: Order, keys: KeyRing | None) -> Outcome:
    """Check, link and store a file, or give the receipt of the same file again. Raises `Refusal` for whole files.

    All or nothing: after a refusal, a crash or a dry run the database holds nothing of the file.
    """
    item = item_definition(order.item, order.as_of)
    unit = _source_unit(item, order.unit)
    mapping = load_mapping(order.mapping)
    digest = _digest(order.path)
    stored = _same_file(unit, item, mapping, digest)
    if stored is not None and not order.dry_run:
        return _receipt(stored)
    outcome = Outcome(declared=order.declared)
    try:
        with transaction.atomic():
            submission = _open(order, item, unit, mapping, digest)
            outcome.submission = submission.pk
            _process(order, item, mapping, submission, outcome, keys)
            if order.dry_run:
                raise _DryRun
    except _DryRun:
        outcome.submission = None
    return outcome


def _source_unit(item: ItemDefinition, code: str | None) -> Unit:
    wanted = code or item.source_units[0]
    unit = Unit.objects.filter(code=wanted).first()
    if unit is None or wanted not in item.source_units:
        raise UnknownUnit(unit=wanted, item=item.code, sources="、".join(item.source_units))
    return unit


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _same_file(unit: Unit, item: ItemDefinition, mapping: Mapping, digest: bytes) -> Submission | None:
    return Submission.objects.filter(
        unit=unit,
        item_version_id=item.version_id,
        mapping=mapping.name,
        file_digest=digest,
        state=Submission.State.CLOSED,
    ).first()


def _receipt(submission: Submission) -> Outcome:
    return Outcome(
        declared=submission.declared_rows,
        read=submission.read_rows or 0,
        accepted=submission.accepted_rows or 0,
        returned=submission.returned_rows or 0,
        duplicates=submission.duplicate_rows or 0,
        linked=submission.linked_rows or 0,
        queued=submission.queued_rows or 0,
        warnings=submission.warnings,
        reasons=submission.reasons,
        submission=submission.pk,
        replayed=True,
    )


def _open(order: Order, item: ItemDefinition, unit: Unit, mapping: Mapping, digest: bytes) -> Submission:
    return Submission.objects.create(
        unit=unit,
        item_version_id=item.version_id,
        channel=order.channel,
        mapping=mapping.name,
        file_name=(order.file_name or order.path.name)[:200],
        file_digest=digest,
        file_size=order.path.stat().st_size,
        idempotency_key=order.idempotency_key,
        declared_rows=order.declared,
        by_id=order.by_account_id,
        received_at=order.received_at,
        state=Submission.State.PROCESSING,
    )


def _process(
    order: Order,
    item: ItemDefinition,
    mapping: Mapping,
    submission: Submission,
    outcome: Outcome,
    keys: KeyRing | None,
) -> None:
    table = open_table(order.path, delimiter=mapping.separator)
    fields = match_header(table.header, item, mapping)
    with connection.cursor() as wrapper:
        cursor: Cursor[Any] = wrapper.cursor.connection.cursor()
        cursor.execute(CREATE)
        returned = Returned()
        for raw in table.frames():
            chosen = raw.select(ROW_NUMBER, *[pl.col(column).alias(name) for column, name in fields.items()])
            checked = check_frame(chosen, item, as_of=order.as_of)
            _note(checked, chosen, submission, outcome)
            if order.returned_to is not None:
                returned.add(chosen, checked)
            good = checked.typed.filter(pl.Series(~checked.rejected))
            if good.height:
                copy_rows(cursor, good, item, received_on=order.as_of, keys=keys)
        if outcome.read == 0:
            raise EmptyFile
        if order.declared is not None and order.declared != outcome.read:
            raise WrongTotal(declared=order.declared, read=outcome.read)
        _link_and_store(cursor, item, submission, outcome, keys)
        cursor.close()
        if order.returned_to is not None:
            returned.write(order.returned_to, {name: column for column, name in fields.items()})
    _close(submission, outcome, order)


def _note(checked: Checked, raw: pl.DataFrame, submission: Submission, outcome: Outcome) -> None:
    """Write down why rows go back. No sample is kept of a column where a personal number was found."""
    outcome.read += raw.height
    outcome.returned += int(checked.rejected.sum())
    for code, number in checked.warnings.items():
        outcome.warnings[code] = outcome.warnings.get(code, 0) + number
    numbers = raw[ROW_NUMBER].to_numpy()
    for positions, name, code in checked.reasons:
        outcome.reasons[code] = outcome.reasons.get(code, 0) + len(positions)
        _store_reasons(submission, numbers[positions], name, code)


def _store_reasons(submission: Submission, rows: np.ndarray, name: str, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_returnedreason (submission_id, row_number, field, code, sample)"
            " SELECT %s, row_number, %s, %s, '' FROM unnest(%s::integer[]) row_number",
            [submission.pk, name, code, rows.tolist()],
        )


def _link_and_store(
    cursor: Cursor[Any], item: ItemDefinition, submission: Submission, outcome: Outcome, keys: KeyRing | None
) -> None:
    cursor.execute("CREATE INDEX ON intake_staging (identifier)")
    cursor.execute("ANALYZE intake_staging")
    outcome.new_subjects = link_organizations(cursor, registers=item.code == "registration")
    parameters = {
        "item": item.item_id,
        "item_version": item.version_id,
        "submission": submission.pk,
        "unit": submission.unit_id,
        "document_kind": DOCUMENT_KINDS.get(item.code, "none"),
    }
    merge_records(cursor, parameters)
    cursor.execute("SELECT outcome, reason, count(*) FROM intake_exception GROUP BY 1, 2")
    for kind, reason, number in cursor.fetchall():
        if kind == "duplicate":
            outcome.duplicates += number
        elif kind == "queued":
            outcome.queued += number
            outcome.reasons[reason] = outcome.reasons.get(reason, 0) + number
    outcome.accepted = outcome.read - outcome.returned - outcome.duplicates - outcome.queued
    outcome.linked = outcome.accepted
    if outcome.queued:
        _queue(cursor, submission, keys)


def _queue(cursor: Cursor[Any], submission: Submission, keys: KeyRing | None) -> None:
    """Put rows of doubt before an officer, with the row's values encrypted."""
    if keys is None:
        raise ValueError("queued rows need the key ring: set ANXIN_KEY_RING")
    columns = [column for column in COLUMNS if column != "encrypted_fields"]
    names = ", ".join(f"s.{column}" for column in columns)
    cursor.execute(
        f"SELECT e.reason, e.subject_id, encode(s.encrypted_fields, 'hex'), {names} FROM intake_exception e"
        " JOIN intake_staging s USING (row_number) WHERE e.outcome = 'queued' ORDER BY row_number"
    )
    rows = []
    for reason, subject_id, sealed, *values in cursor.fetchall():
        row = dict(zip(columns, values, strict=True)) | {"encrypted_fields": sealed}
        plain = json.dumps(row, default=str, ensure_ascii=False).encode()
        rows.append(
            QueuedRow(
                submission=submission,
                row_number=row["row_number"],
                reason=reason,
                subject_name=row["name"],
                identifier=row["identifier"],
                candidates=[subject_id] if subject_id else [],
                values=keys.encrypt(plain, QUEUE_CONTEXT),
                key_name=keys.current,
            )
        )
    QueuedRow.objects.bulk_create(rows, batch_size=2000)


def _close(submission: Submission, outcome: Outcome, order: Order) -> None:
    Submission.objects.filter(pk=submission.pk).update(
        state=Submission.State.CLOSED,
        read_rows=outcome.read,
        accepted_rows=outcome.accepted,
        returned_rows=outcome.returned,
        duplicate_rows=outcome.duplicates,
        queued_rows=outcome.queued,
        linked_rows=outcome.linked,
        reasons=outcome.reasons,
        warnings=outcome.warnings,
        closed_at=order.received_at,
    )
    record_event(
        act="take_in_submission",
        by_account_id=order.by_account_id,
        clause="anshan-2022-9/11/1",
        details={"submission": submission.pk, "read": outcome.read, "accepted": outcome.accepted},
    )
