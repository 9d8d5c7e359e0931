"""Receiving a file apart from processing it (Art. 11): first it lies safe and has a receipt, then its rows are worked on.

Receipt and job are committed together, so a receipt without processing cannot be. Whoever dies in the middle leaves the
submission as received; the job comes back to it. Small files need not wait: they are processed by whoever received them,
and their job only comes if that failed.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app as jobs

from anxin.audit.casework import casework
from anxin.audit.services import record_event
from anxin.authorities.models import Unit
from anxin.catalog.definitions import ItemDefinition
from anxin.catalog.queries import item_definition
from anxin.intake import files
from anxin.intake.header import Mapping, load_mapping
from anxin.intake.models import Submission
from anxin.intake.orders import Order
from anxin.intake.progress import Progress
from anxin.intake.queries import OPEN
from anxin.intake.reading import check_digest
from anxin.intake.refusals import FileRefused, WrongDigest
from anxin.intake.services import (
    CLAUSE,
    finish_submission,
    log_matching,
    open_submission,
    record_refusal,
    refuse_submission,
    same_file,
    source_unit,
)
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.locks import Lock
from anxin.subjects.keys import KeyRing

TASK = "process_submission"
SMALL_BYTES, SMALL_LINES = 1_000_000, 2_000
# A worker of their own takes the large ones, one at a time, so that nobody else's file waits behind ten million rows.
LARGE_QUEUE, SMALL_QUEUE = "large", "small"
LARGE_BYTES = 50_000_000
# How long whoever received a small file has to process it before its job looks after it.
GRACE = timedelta(seconds=90)
MOST_ATTEMPTS = 5


class KeyUsedBefore(FileRefused):
    code: ClassVar[str] = "E-KEY-REUSED"
    message = Bilingual(
        "这个幂等键已经用于另一次报送。", "This idempotency key was used for another submission."
    )
    remedy = Bilingual("请为新的报送换一个键。", "Use a new key for a new submission.")


class ProcessingFailed(FileRefused):
    code: ClassVar[str] = "E-PROCESSING"
    message = Bilingual(
        "平台多次处理这个文件都没有成功，已停止。",
        "The platform tried several times to process this file, and gave up.",
    )
    remedy = Bilingual(
        "没有存入任何数据。请重报；如果再次出现，请联系平台运维。",
        "Nothing was stored. Send it again; if that fails too, tell the platform's operator.",
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """The submission that stands for a file, and whether it stood already."""

    submission: Submission
    replayed: bool


def is_small(file: files.StoredFile) -> bool:
    """Whether whoever receives the file processes it at once."""
    return file.size <= SMALL_BYTES and file.lines <= SMALL_LINES


def queue_for(file: files.StoredFile) -> str:
    """In which queue the file waits for a worker."""
    return LARGE_QUEUE if file.size > LARGE_BYTES else SMALL_QUEUE


def receive_submission(*, order: Order, file: files.StoredFile) -> Receipt:
    """Commit a receipt and the job that will process the file; the same key or file again gives the first receipt.

    Takes `file` over: it is removed where nothing will be processed. Raises `Refusal`.
    """
    kept = False
    try:
        with files.full_disk_refused():
            receipt = _received(order, file)
        kept = not receipt.replayed
        return receipt
    except WrongDigest as refusal:
        record_refusal(order=order, refusal=refusal, at=order.received_at)
        raise
    finally:
        if not kept:
            files.remove_upload(file.name)


def _received(order: Order, file: files.StoredFile) -> Receipt:
    item = item_definition(order.item, order.as_of)
    unit, mapping = source_unit(item, order.unit), load_mapping(order.mapping)
    earlier = _earlier(order, item, unit, mapping, file)
    if earlier is None:
        check_digest(file.digest, order.declared_digest)
        try:
            return Receipt(_receive(order, item, unit, mapping, file), replayed=False)
        except IntegrityError:
            # Somebody else handed the same in while we did.
            earlier = _earlier(order, item, unit, mapping, file)
            if earlier is None:
                raise
    return Receipt(earlier, replayed=True)


def _earlier(
    order: Order, item: ItemDefinition, unit: Unit, mapping: Mapping, file: files.StoredFile
) -> Submission | None:
    """What the same key, or else the same file, led to. Raises `KeyUsedBefore` where the key stood for something else.

    A refused attempt led to nothing, so its key stands for nothing.
    """
    if order.idempotency_key:
        with_key = Submission.objects.filter(unit=unit, idempotency_key=order.idempotency_key)
        found = with_key.exclude(state=Submission.State.REFUSED).first()
        if found is not None:
            same = (item.version_id, mapping.name, order.declared, file.digest)
            if same != (
                found.item_version_id,
                found.mapping,
                found.declared_rows,
                bytes(found.file_digest),
            ):
                raise KeyUsedBefore
            return found
    return same_file(unit, item, mapping, file.digest)


def _receive(
    order: Order, item: ItemDefinition, unit: Unit, mapping: Mapping, file: files.StoredFile
) -> Submission:
    with transaction.atomic():
        submission = open_submission(
            order,
            item,
            unit,
            mapping,
            file.digest,
            state=Submission.State.RECEIVED,
            stored_as=file.name,
            expected_rows=order.declared or max(file.lines - 1, 0) or None,
        )
        record_event(
            act="receive_submission",
            by_account_id=order.by_account_id,
            clause=CLAUSE,
            details={"submission": submission.pk, "unit": unit.code, "bytes": file.size},
        )
        task = jobs.configure_task(
            TASK,
            allow_unknown=True,
            queue=queue_for(file),
            schedule_in={"seconds": GRACE.seconds if is_small(file) else 0},
        )
        task.defer(number=submission.pk)
    return submission


@casework()
def process_at_once(*, submission: Submission, keys: KeyRing | None, at: datetime) -> Submission:
    """Process a small submission while its sender waits; where there is no room for that now, its job does it later.

    Raises the `Refusal` of a file that was refused.
    """
    try:
        with files.full_disk_refused():
            return process_submission(number=submission.pk, keys=keys, at=at)
    except files.StorageFull:
        return _open(submission.pk)


def process_submission(*, number: int, keys: KeyRing | None, at: datetime) -> Submission:
    """Work on a received submission until it is closed or refused; does nothing where it is already.

    Raises the `Refusal` of a file that it refused, after writing it down.
    May be called again after any failure: what was not committed is gone. Unexpected errors come through, and count:
    after `MOST_ATTEMPTS` beginnings without an end the submission is refused.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [Lock.SUBMISSION, number])
        try:
            submission = _open(number)
            if submission.state in OPEN:
                _process(submission, keys, at)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [Lock.SUBMISSION, number])
    return _open(number)


def _open(number: int) -> Submission:
    return Submission.objects.select_related("unit", "item_version__item").get(pk=number)


def _process(submission: Submission, keys: KeyRing | None, at: datetime) -> None:
    stored_as = submission.stored_as
    Submission.objects.filter(pk=submission.pk).update(
        state=Submission.State.PROCESSING, attempts=F("attempts") + 1, progress_rows=0
    )
    try:
        if submission.attempts >= MOST_ATTEMPTS or not files.incoming_path(stored_as).is_file():
            raise ProcessingFailed
        _work(submission, keys, at)
    except Refusal as refusal:
        refuse_submission(submission=submission, refusal=refusal, by_account_id=submission.by_id, at=at)
        files.remove_upload(stored_as)
        raise
    files.remove_upload(stored_as)


def _work(submission: Submission, keys: KeyRing | None, at: datetime) -> None:
    as_of = timezone.localdate(submission.received_at)
    code = submission.item_version.item.code
    with tempfile.TemporaryDirectory(prefix="anxin-") as folder, Progress(submission.pk) as progress:
        workbook = Path(folder) / "returned.xlsx"
        order = Order(
            path=files.incoming_path(submission.stored_as),
            item=code,
            unit=submission.unit.code,
            channel=submission.channel,
            received_at=submission.received_at,
            as_of=as_of,
            file_name=submission.file_name,
            mapping=submission.mapping,
            declared=submission.declared_rows,
            declared_encoding=submission.declared_encoding,
            by_account_id=submission.by_id,
            returned_to=None if keys is None else workbook,
            sealed=True,
            file_size=submission.file_size,
        )
        log_matching(str(submission.pk), order)
        finish_submission(
            submission=submission,
            order=order,
            item=item_definition(code, as_of),
            keys=keys,
            progress=progress.tell,
            keep=lambda: files.keep_returned(workbook, keys) if keys is not None else "",
            at=at,
        )
