"""The worker's tasks. Each may be run again at any time: what it does depends on what is still open."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.db import connections
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from anxin.access.batch import answering
from anxin.access.batch.files import remove_old_answers
from anxin.access.statistics import AlreadyReleased, release_statistics
from anxin.audit.services import System
from anxin.intake.files import remove_old_files
from anxin.intake.models import Submission
from anxin.intake.queries import OPEN
from anxin.intake.receiving import TASK
from anxin.intake.receiving import process_submission as process
from anxin.kernel.refusals import Refusal
from anxin.subjects.keys import load_key_ring

SECONDS_WITHOUT_SIGN_OF_LIFE = 30


@app.task(name=TASK, retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def process_submission(number: int) -> None:
    """Process a received submission; tried again after any error, until the submission itself is given up."""
    try:
        keys = load_key_ring(settings.KEY_RING) if settings.KEY_RING else None
        # A refused file is written down as such; there is nothing to try again.
        with suppress(Refusal):
            process(number=number, keys=keys, at=timezone.now())
    finally:
        connections.close_all()


@app.task(name=answering.TASK, retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def answer_batch(number: int) -> None:
    """Log and answer a batch; tried again after any error, until the batch itself is given up."""
    try:
        answering.answer_batch(number=number, at=timezone.now())
    finally:
        connections.close_all()


@app.periodic(cron="* * * * *")
@app.task(name="resume_stalled_jobs", queueing_lock="resume_stalled_jobs", pass_context=True)
async def resume_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that died to one that lives."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SECONDS_WITHOUT_SIGN_OF_LIFE):
        await manager.retry_job(job)


@app.periodic(cron="17 * * * *")
@app.task(name="remove_old_files", queueing_lock="remove_old_files")
def forget_files(timestamp: int) -> None:
    """Remove uploads nobody waits for, workbooks and answers whose time is over, and cancelled batches' codes."""
    try:
        wanted = Submission.objects.filter(state__in=OPEN).values_list("stored_as", flat=True)
        remove_old_files(at=timezone.now(), wanted=set(wanted))
        remove_old_answers(at=timezone.now())
        answering.forget_cancelled()
    finally:
        connections.close_all()


# Monthly at night in Shanghai: the worker's clock for these lines is UTC.
@app.periodic(cron="40 18 1 * *")
@app.task(
    name="release_statistics",
    queueing_lock="release_statistics",
    retry=RetryStrategy(max_attempts=4, exponential_wait=4),
)
def publish_statistics(timestamp: int) -> None:
    """Count and publish; nothing where that was done today."""
    try:
        with suppress(AlreadyReleased):
            release_statistics(system=System.JOB)
    finally:
        connections.close_all()
