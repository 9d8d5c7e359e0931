"""A batch is answered in two transactions: first the log rows of all identifiers, then the answer (Art. 45(2)).

The answer file is marked as ready in the transaction that read it and that notes its digest. Whoever dies in between leaves log rows
without an answer; the job then reads anew while the gate is open to these rows, or gives the batch up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from django.db import connection, connections, transaction
from django.db.models import F
from psycopg.errors import InsufficientPrivilege

from anxin.access.batch.files import Written, remove_answer, write_answer
from anxin.access.models import Batch, BatchPart
from anxin.audit.services import LogNotCommitted, record_event
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out

TASK = "answer_batch"
MOST_ATTEMPTS = 5
# First number of the advisory lock that keeps two from working on one batch; the second is the batch's.
WORKING = 2022_0018
# JSON holds no control characters, so nothing is ever quoted: the lines come out as they are.
_COPY = "COPY (SELECT read_batch({number:d})) TO STDOUT (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', ESCAPE E'\\x01')"


class BatchGivenUp(Refusal):
    """It was tried several times, or its log rows are too old to read by."""

    code: ClassVar[str] = "E-BATCH-FAILED"
    clause: ClassVar[str | None] = "anshan-2022-9/45/2"
    message = Bilingual(
        "这一批没有完成，没有给出任何结果。", "This batch was not finished; nothing of it was given."
    )
    remedy = Bilingual("请重新提交。", "Order it again.")


@carries_out("anshan-2022-9/18/2", "anshan-2022-9/45/2")
def answer_batch(*, number: int, at: datetime) -> Batch:
    """Log and answer a batch that waits; nothing where it is over already. May be called again after any failure."""
    if connection.in_atomic_block:
        raise LogNotCommitted
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [WORKING, number])
        try:
            _answer(number, at)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [WORKING, number])
    return Batch.objects.get(pk=number)


def _answer(number: int, at: datetime) -> None:
    waiting = Batch.objects.filter(pk=number, state__in=[Batch.State.RECEIVED, Batch.State.LOGGED])
    if not waiting.update(attempts=F("attempts") + 1):
        return
    if waiting.filter(attempts__gt=MOST_ATTEMPTS).exists():
        give_up(number=number, at=at)
    elif waiting.filter(state=Batch.State.LOGGED).exists() or _log(number):
        try:
            _read(number, at)
        except InsufficientPrivilege:
            # The rows are more than ten minutes old: they open nothing any more.
            give_up(number=number, at=at)


def _log(number: int) -> bool:
    """Commit one log row for every identifier, hit or miss; False where the batch was cancelled a moment ago."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT state FROM access_batch WHERE id = %s FOR UPDATE", [number])
        if cursor.fetchone()[0] != Batch.State.RECEIVED:
            return False
        cursor.execute("SELECT log_batch(%s)", [number])
    return True


def _read(number: int, at: datetime) -> None:
    written: Written | None = None
    telling = connections.create_connection("default")

    def tell(lines: int) -> None:
        with telling.cursor() as cursor:
            cursor.execute("UPDATE access_batch SET written = %s WHERE id = %s", [lines, number])

    try:
        with transaction.atomic(durable=True):
            written = write_answer(_lines(number), tell)
            _mark_ready(number, written, at)
    except BaseException:
        if written is not None:
            remove_answer(written.name)
        raise
    finally:
        telling.close()


def _lines(number: int) -> Iterator[bytes | memoryview]:
    with connection.cursor() as cursor, cursor.copy(_COPY.format(number=number)) as copy:
        yield from copy


_READY = """
UPDATE access_batch b SET state = 'ready', ended_at = %(at)s, as_of = now(), written = %(lines)s, stored_as = %(name)s,
    digest = %(digest)s, found = (
        SELECT count(*) FROM audit_querylogentry l WHERE l.batch_id = b.id AND l.subject_id IS NOT NULL)
WHERE b.id = %(number)s
"""


def _mark_ready(number: int, written: Written, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _READY,
            {
                "number": number,
                "at": at,
                "lines": written.lines,
                "name": written.name,
                "digest": written.digest,
            },
        )
    BatchPart.objects.filter(batch_id=number).delete()
    _receipt("answer_batch", number)


@transaction.atomic
def give_up(*, number: int, at: datetime) -> None:
    """End a batch without an answer; what it asked for is forgotten but for the log."""
    Batch.objects.filter(pk=number).update(state=Batch.State.FAILED, ended_at=at)
    BatchPart.objects.filter(batch_id=number).delete()
    _receipt("give_up_batch", number)


def forget_cancelled() -> int:
    """What cancelled batches would have asked for; how many parts of it there were."""
    return BatchPart.objects.filter(batch__state=Batch.State.CANCELLED).delete()[0]


def _receipt(act: str, number: int) -> None:
    record_event(act=act, by_account_id=None, clause="anshan-2022-9/18/2", details={"batch": number})
