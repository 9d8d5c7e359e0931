"""Receiving and processing a submission (Art. 11, 12): one transaction from file to stored records."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import ClassVar

from django.db import transaction

from anxin.audit.services import record_event
from anxin.authorities.models import Unit
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.queries import item_definition
from anxin.intake.header import Mapping, load_mapping
from anxin.intake.models import Submission
from anxin.intake.orders import Order, Outcome
from anxin.intake.pipeline import run_pipeline
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.subjects.keys import KeyRing


class UnknownUnit(Refusal):
    """Only a unit that the catalog names as the item's source may report it."""

    code: ClassVar[str] = "E-UNIT"
    clause: ClassVar[str | None] = "anshan-2022-9/10/2"
    message = Bilingual(
        "单位“{unit}”不是条目“{item}”的归集来源。", "Unit “{unit}” is not a source of item “{item}”."
    )
    remedy = Bilingual("目录载明的来源是:{sources}。", "The catalog names: {sources}.")


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
            run_pipeline(order, item, mapping, submission, outcome, keys)
            _close(submission, outcome, order)
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
        late=submission.late_rows,
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


def _close(submission: Submission, outcome: Outcome, order: Order) -> None:
    Submission.objects.filter(pk=submission.pk).update(
        state=Submission.State.CLOSED,
        read_rows=outcome.read,
        accepted_rows=outcome.accepted,
        returned_rows=outcome.returned,
        duplicate_rows=outcome.duplicates,
        queued_rows=outcome.queued,
        linked_rows=outcome.linked,
        late_rows=outcome.late,
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
