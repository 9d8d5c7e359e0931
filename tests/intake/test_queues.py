"""A large file holds up nobody: it waits in a queue of its own, and a worker of its own takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from tests.intake.submission_files import forget_jobs, order_for, register, stored

from anxin.cli import secret_files
from anxin.cli.children import WORKERS, worker_command
from anxin.intake import receiving
from anxin.intake.files import StoredFile
from anxin.intake.receiving import receive_submission

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def queues(settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path / "files"
    settings.KEY_RING = secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"]
    call_command("load_pack", verbosity=0)
    forget_jobs()


def receive(file: StoredFile) -> int:
    return receive_submission(order=order_for(file), file=file).submission.pk


def taken_by(worker: str) -> int | None:
    """The submission of the job that this worker is given next."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        number = cursor.fetchone()[0]
        cursor.execute(
            "SELECT (args->>'number')::bigint FROM procrastinate_fetch_job_v2(%s::varchar[], %s)",
            [list(WORKERS[worker]), number],
        )
        return cursor.fetchone()[0]


def test_a_file_handed_in_during_a_large_one_has_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "SMALL_LINES", 1)
    monkeypatch.setattr(receiving, "LARGE_BYTES", len(register(10)))
    large = [receive(stored(register(30, first=first))) for first in (910_000, 920_000)]
    small = receive(stored(register(4, first=930_000)))

    assert taken_by("worker-large") == large[0]
    assert taken_by("worker") == small
    assert taken_by("worker") is None, "the second large file waits for the first"


def test_each_worker_takes_one_job_at_a_time_and_no_queue_is_forgotten() -> None:
    for queues in WORKERS.values():
        command = worker_command(*queues)
        assert command[command.index("--concurrency") + 1] == "1"
        assert command[command.index("--queues") + 1] == ",".join(queues)
    served = [queue for queues in WORKERS.values() for queue in queues]
    app.perform_import_paths()
    used = {task.queue for task in app.tasks.values() if not task.name.startswith("builtin:")}
    assert sorted(served) == sorted({*used, receiving.LARGE_QUEUE, receiving.SMALL_QUEUE})
