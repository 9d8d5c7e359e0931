"""The way of a file's rows: read → check → stage → link → store; what is doubtful goes to the queue (Art. 11, 12).

Runs inside the transaction of `services.take_in`.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from django.db import connection
from psycopg import Cursor

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks import Checked, check_frame
from anxin.intake.header import Mapping, choose_columns, match_header, terms_of
from anxin.intake.models import QueuedRow, Submission
from anxin.intake.orders import Order, Outcome
from anxin.intake.reading import ROW_NUMBER, open_table
from anxin.intake.reasons import store_reasons
from anxin.intake.refusals import EmptyFile, WrongTotal
from anxin.intake.staging import COLUMNS, CREATE, copy_rows
from anxin.intake.workbook import Returned
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


def run_pipeline(
    order: Order,
    item: ItemDefinition,
    mapping: Mapping,
    submission: Submission,
    outcome: Outcome,
    keys: KeyRing | None,
) -> None:
    """Take every row of the file where it belongs and count it in `outcome`. Raises `FileRefused`."""
    table = open_table(order.path, delimiter=mapping.separator)
    fields = match_header(table.header, item, mapping)
    terms = terms_of(mapping, as_of=order.as_of)
    with connection.cursor() as wrapper:
        cursor: Cursor[Any] = wrapper.cursor.connection.cursor()
        cursor.execute(CREATE)
        with Returned(order.returned_to, fields) as returned:
            for raw in table.frames():
                chosen = raw.select(ROW_NUMBER, *choose_columns(fields))
                checked = check_frame(chosen, item, terms)
                _count(checked, outcome)
                store_reasons(cursor, submission.pk, chosen, checked, item)
                returned.add(raw, checked)
                good = checked.typed.filter(pl.Series(~checked.rejected))
                if good.height:
                    copy_rows(cursor, good, item, received_on=order.as_of, keys=keys)
            if outcome.read == 0:
                raise EmptyFile
            if order.declared is not None and order.declared != outcome.read:
                raise WrongTotal(declared=order.declared, read=outcome.read)
            _link_and_store(cursor, item, submission, outcome, keys)
        cursor.close()


def _count(checked: Checked, outcome: Outcome) -> None:
    outcome.read += checked.typed.height
    outcome.returned += int(checked.rejected.sum())
    for code, number in checked.warnings.items():
        outcome.warnings[code] = outcome.warnings.get(code, 0) + number
    for reason in checked.reasons:
        outcome.reasons[reason.code] = outcome.reasons.get(reason.code, 0) + len(reason.rows)


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
