"""The way of a file's rows: read → check → stage → link → store; what is doubtful goes to the queue (Art. 11, 12).

Runs inside the transaction of `services.take_in`. While the database stores one frame, the next ones are read and checked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import polars as pl
from django.db import connection

from anxin.catalog.definitions import ItemDefinition
from anxin.intake.checks import Checked, check_frame
from anxin.intake.header import Mapping, choose_columns, ending_words, match_header, terms_of
from anxin.intake.lateness import LateRows
from anxin.intake.models import Submission
from anxin.intake.orders import Order, Outcome
from anxin.intake.parties import code_kind, find_parties
from anxin.intake.reading import ROW_NUMBER, Table, open_table
from anxin.intake.reasons import reason_lines
from anxin.intake.refusals import EmptyFile, NothingDeclared, WrongTotal
from anxin.intake.sealed_uploads import open_content
from anxin.intake.staging import Batch
from anxin.intake.storing import Storing
from anxin.intake.turns import InTurn
from anxin.intake.values import stored_values
from anxin.intake.workbook import Returned
from anxin.subjects.code_exceptions import accepted_codes
from anxin.subjects.keys import KeyRing

# Bytes of text in a frame: one is read, one checked and one stored at the same time, each several times as large in memory.
STEP = 4 * 1024 * 1024


def run_pipeline(
    order: Order,
    item: ItemDefinition,
    mapping: Mapping,
    submission: Submission,
    outcome: Outcome,
    keys: KeyRing | None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Take every row of the file where it belongs and count it in `outcome`. Raises `FileRefused`.

    `progress` is told the number of rows read so far, after every frame.
    """
    if order.declared == 0:
        raise NothingDeclared
    table = _table(order, mapping)
    fields = match_header(table.header, item, mapping)
    terms = terms_of(mapping, as_of=order.as_of, exceptions=accepted_codes())
    late = LateRows(item, order.as_of)
    parties_before = 0
    with (
        connection.cursor() as wrapper,
        closing(
            Storing(
                wrapper.cursor.connection.cursor(),
                _parameters(item, submission),
                keys,
                registers=item.code == "registration",
                code_kind=code_kind(item),
            )
        ) as storing,
        Returned(order.returned_to, fields) as returned,
        InTurn() as turn,
    ):
        for raw in table.frames(STEP):
            chosen = raw.select(ROW_NUMBER, *choose_columns(fields))
            checked = check_frame(chosen, item, terms)
            _count(checked, outcome)
            reasons = reason_lines(submission.pk, chosen, checked, item)
            returned.add(raw, checked)
            good = checked.typed.filter(pl.Series(~checked.rejected))
            batch = None
            if good.height:
                late.note(good)
                parties = find_parties(good, item, parties_before, keys)
                parties_before += parties.parties.height
                values = stored_values(
                    good, parties, item, received_on=order.as_of, keys=keys, ended=ending_words(mapping)
                )
                batch = Batch.of(parties, values)
            turn.do(partial(storing.take, batch, reasons))
            if progress is not None:
                progress(outcome.read)
        turn.done()
        _refuse_other_total(order, outcome.read)
        storing.finish()
        _tell(storing, outcome)
        outcome.late = late.count(*storing.excused)
        if outcome.late:
            outcome.warnings["W-LATE"] = outcome.late


def _table(order: Order, mapping: Mapping) -> Table:
    encoding = order.declared_encoding or None
    return open_table(open_content(order), delimiter=mapping.separator, encoding=encoding)


def _refuse_other_total(order: Order, read: int) -> None:
    if read == 0:
        raise EmptyFile
    if order.declared is not None and order.declared != read:
        raise WrongTotal(declared=order.declared, read=read)


def _count(checked: Checked, outcome: Outcome) -> None:
    outcome.read += checked.typed.height
    outcome.returned += int(checked.rejected.sum())
    for code, number in checked.warnings.items():
        outcome.warnings[code] = outcome.warnings.get(code, 0) + number
    for reason in checked.reasons:
        outcome.reasons[reason.code] = outcome.reasons.get(reason.code, 0) + len(reason.rows)


def _parameters(item: ItemDefinition, submission: Submission) -> dict[str, Any]:
    return {
        "item": item.item_id,
        "item_version": item.version_id,
        "submission": submission.pk,
        "within": submission.pk,
        "unit": submission.unit_id,
        "document_kind": item.document_kind,
    }


def _tell(storing: Storing, outcome: Outcome) -> None:
    for (kind, reason), number in storing.counts.items():
        if kind == "duplicate":
            outcome.duplicates += number
        elif kind == "queued":
            outcome.queued += number
            outcome.reasons[reason] = outcome.reasons.get(reason, 0) + number
    outcome.new_subjects = storing.new_subjects
    outcome.accepted = outcome.read - outcome.returned - outcome.duplicates - outcome.queued
    outcome.linked = outcome.accepted
