"""Invariant 6 under kills: wherever the sealing job dies, the tree has no gap, no entry twice, and grows from what it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from anxin.audit.log_keys import write_log_keys
from anxin.audit.models import Checkpoint, EventLogEntry, Leaf
from anxin.audit.sealing_loop import seal_once
from anxin.audit.stored_tree import prove_growth
from anxin.audit.tree.proofs import verify_consistency
from anxin.jobs.rechecks.tree import check_tree
from tests.audit.sealed import database_address, keys_of_the_log, sealing_connection, write_events

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 30
# Loaded once; each line begins a job without pauses between passes, so that kills fall into passes; small batches make many.
CODE = """
import os, signal, sys, django
from datetime import UTC, datetime
from pathlib import Path
django.setup()
import psycopg
from anxin.audit.log_keys import read_log_keys
from anxin.audit.sealing import seal
keys = read_log_keys(Path(sys.argv[2]))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in sys.stdin:
    if child := os.fork():
        continue
    with psycopg.connect(sys.argv[1], autocommit=True) as connection:
        print(os.getpid(), flush=True)
        while True:
            seal(connection, keys, at=datetime.now(UTC), batch=40)
"""


class _Jobs:
    """Begins sealing jobs, each a process to kill."""

    def __init__(self, keys: Path) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-P", "-c", CODE, database_address(), str(keys)],
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
                "DJANGO_SETTINGS_MODULE": "anxin.config.settings",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self) -> int:
        """The number of a job that has begun to seal."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        print(file=self._parent.stdin, flush=True)
        return int(self._parent.stdout.readline())

    def end(self) -> None:
        """End the process that begins them."""
        self._parent.communicate(timeout=10)


def test_invariant_6_thirty_kills_leave_no_gap_and_no_entry_twice(tmp_path: Path) -> None:
    keys, chance = keys_of_the_log(), random.Random(20261125)
    write_log_keys(tmp_path / "keys.json", keys)
    jobs, interrupted, written, kills = _Jobs(tmp_path / "keys.json"), 0, 0, 0
    # How often a kill comes in the middle depends on the machine: more of them where too few did.
    while kills < KILLS or (interrupted < KILLS // 3 and kills < 4 * KILLS):
        kills += 1
        job = jobs.begin()
        for _ in range(3):
            written += len(write_events(60))
        time.sleep(chance.uniform(0, 0.03))
        os.kill(job, signal.SIGKILL)
        interrupted += EventLogEntry.objects.count() > Leaf.objects.count()
        _check_consistent()
    jobs.end()
    # The harness would prove nothing if the job had always been done.
    assert interrupted >= KILLS // 3
    with sealing_connection() as sealer, sealer.cursor() as cursor:
        seal_once(sealer, keys, at=Checkpoint.objects.latest("size").signed_at)
        assert check_tree(cursor).count == 0
    assert Leaf.objects.count() == EventLogEntry.objects.count() == written


def _check_consistent() -> None:
    """Each checkpoint proves that it contains the one before, from what is stored now."""
    notes = list(Checkpoint.objects.order_by("-size")[:4])[::-1]
    with psycopg.connect(database_address()) as opened, opened.cursor() as cursor:
        for old, new in pairwise(notes):
            verify_consistency(
                size1=old.size,
                size2=new.size,
                root1=bytes(old.root_sha256),
                root2=bytes(new.root_sha256),
                proof=prove_growth(cursor, old.size, new.size),
            )
