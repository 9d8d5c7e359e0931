"""A batch is answered in two steps: first the log rows of all identifiers, committed, then the answer (Art. 45(2)).

The answer file is marked as ready in the transaction that read it and that notes its digest. Whoever dies in between leaves log rows
without an answer; the job then reads anew while the gate is open to these rows, or gives the batch up.
"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import ClassVar

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from psycopg.errors import InsufficientPrivilege

from anxin.access.batch.files import Written, remove_answer, write_answer
from anxin.access.models import Batch, BatchPart
from anxin.audit.services import LogNotCommitted, record_event
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out
from anxin.locks import Lock

TASK = "answer_batch"
MOST_ATTEMPTS = 5
# Sessions that write log rows at once: what a row costs is the processor's time.
SESSIONS = 2
_FETCH = "FETCH 5000 FROM answer_of_batch"


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
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [Lock.BATCH, number])
        try:
            _answer(number, at)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [Lock.BATCH, number])
    return Batch.objects.get(pk=number)


def _answer(number: int, at: datetime) -> None:
    waiting = Batch.objects.filter(pk=number, state__in=[Batch.State.RECEIVED, Batch.State.LOGGED])
    if not waiting.update(attempts=F("attempts") + 1):
        return
    if waiting.filter(attempts__gt=MOST_ATTEMPTS).exists():
        give_up(number=number, at=at)
    elif _log(number):
        try:
            _read(number, at)
        except InsufficientPrivilege:
            # The rows are more than ten minutes old: they open nothing any more.
            give_up(number=number, at=at)


def _log(number: int) -> bool:
    """Commit one log row for every identifier, hit or miss; False where the batch was cancelled a moment ago.

    From here on it cannot be cancelled. What an earlier attempt logged is not logged again.
    """
    received = Batch.objects.filter(pk=number, state=Batch.State.RECEIVED)
    received.update(state=Batch.State.LOGGED)
    if not Batch.objects.filter(pk=number, state=Batch.State.LOGGED).exists():
        return False
    parts = BatchPart.objects.filter(batch_id=number, logged=False).order_by("number")
    waiting = list(parts.values_list("number", flat=True))
    if len(waiting) < 2:
        _log_parts(connection, number, waiting)
        return True
    with ThreadPoolExecutor(SESSIONS, thread_name_prefix="logging") as threads:
        shares = [waiting[first::SESSIONS] for first in range(SESSIONS)]
        for done in [threads.submit(_log_apart, number, share) for share in shares]:
            done.result()
    return True


def _log_apart(number: int, parts: list[int]) -> None:
    with closing(connections.create_connection("default")) as session:
        _log_parts(session, number, parts)


def _log_parts(session: BaseDatabaseWrapper, number: int, parts: list[int]) -> None:
    """Each part in a transaction of its own, so that sealing need not wait for the last."""
    for part in parts:
        with session.cursor() as cursor:
            cursor.execute("SELECT log_batch(%s, %s)", [number, part])


def _read(number: int, at: datetime) -> None:
    written: Written | None = None
    telling = connections.create_connection("default")

    def tell(lines: int) -> None:
        with telling.cursor() as cursor:
            cursor.execute("UPDATE access_batch SET written = %s WHERE id = %s", [lines, number])

    try:
        with transaction.atomic(durable=True):
            with closing(_lines(number)) as lines:
                written = write_answer(lines, tell)
            _mark_ready(number, written, at)
    except BaseException:
        if written is not None:
            remove_answer(written.name)
        raise
    finally:
        telling.close()


def _lines(number: int) -> Generator[bytes, None, None]:
    """The next lines are fetched while their user is busy with the last."""
    with connection.cursor() as cursor, ThreadPoolExecutor(1, thread_name_prefix="fetching") as thread:

        def fetch() -> list[tuple[str]]:
            cursor.execute(_FETCH)
            lines: list[tuple[str]] = cursor.fetchall()
            return lines

        cursor.execute("SELECT read_batch(%s)", [number])
        coming = thread.submit(fetch)
        while lines := coming.result():
            coming = thread.submit(fetch)
            yield "".join([line + "\n" for (line,) in lines]).encode()


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
