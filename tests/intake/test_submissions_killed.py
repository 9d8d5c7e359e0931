"""F1, F2: a real worker is killed in the middle of a file; the next one brings it to one effect."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from tests.intake.submission_files import forget_jobs, order_for, register, stored

from anxin.cli import secret_files
from anxin.cli.children import worker_command
from anxin.intake.models import Submission
from anxin.intake.receiving import receive_submission
from anxin.records.models import RecordVersion

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 30_000


def start(database: str, secrets: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        **secrets,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "anxin.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }
    with log.open("ab") as words:
        return subprocess.Popen(
            worker_command(), env=environment, stdout=words, stderr=words, start_new_session=True
        )


def wait_for(condition: Any, log: Path, seconds: float = 90.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.02)


def forget_the_dead() -> None:
    """Half a minute passes: the dead worker's last sign of life is old."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def test_a_worker_killed_in_the_middle_has_no_effect_and_its_successor_one(
    settings: Any, tmp_path: Path
) -> None:
    call_command("load_pack", verbosity=0)
    forget_jobs()
    secrets = secret_files.environment(tmp_path / "private")
    settings.DATA_FOLDER = Path(secrets["ANXIN_DATA"])
    settings.KEY_RING = secrets["ANXIN_KEY_RING"]
    head, _, tail = os.environ["DATABASE_URL"].partition("?")
    name = connection.settings_dict["NAME"]
    database = head.rpartition("/")[0] + f"/{name}" + ("?" + tail if tail else "")
    receive_submission(order=order_for(file := stored(register(ROWS))), file=file)
    log = tmp_path / "worker.log"

    first = start(database, secrets, log)
    try:
        wait_for(lambda: Submission.objects.get().progress_rows > 0, log)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        killed = Submission.objects.get()
        assert (killed.state, killed.attempts) == ("processing", 1), (
            "it was too quick to be killed in the middle"
        )
        assert RecordVersion.objects.count() == 0
        forget_the_dead()

        second = start(database, secrets, log)
        try:
            wait_for(lambda: Submission.objects.get().state == "closed", log, 150.0)
        finally:
            second.terminate()
            second.wait(timeout=30)
    finally:
        first.kill()
    done = Submission.objects.get()
    assert (done.attempts, done.accepted_rows) == (2, ROWS)
    assert RecordVersion.objects.count() == ROWS
    assert list((settings.DATA_FOLDER / "incoming").iterdir()) == []
