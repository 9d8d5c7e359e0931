"""How long after its writing an entry is under a signed checkpoint, seen from outside, while the log grows steadily."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.log_inserts import INSERT, OURS

LOOKED_EVERY = 0.05
WRITERS = 4
_WRITE = INSERT.partition("\n")[2].format(table=OURS).replace(":subject", "7").rstrip(";\n")
_LAG = """
WITH seen (size, at) AS (SELECT * FROM unnest(%s::bigint[], %s::timestamptz[]))
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY lag), percentile_cont(0.99) WITHIN GROUP (ORDER BY lag), max(lag)
FROM (
    SELECT extract(epoch FROM (SELECT min(s.at) FROM seen s WHERE s.size > l.index) - q.at) AS lag
    FROM audit_querylogentry q LEFT JOIN audit_leaf l ON l.kind = 'q' AND l.entry_id = q.id
    WHERE q.id > %s) x
"""


def measure_lag(
    address: str, environment: dict[str, str], folder: Path, *, rate: int, seconds: int
) -> dict[str, Any]:
    """Write `rate` entries a second, each its own commit, with the real sealing job and two witnesses as processes beside."""
    stop, seen = threading.Event(), Seen(address)
    with psycopg.connect(address, autocommit=True) as connection:
        before = connection.execute(f"SELECT coalesce(max(id), 0) FROM {OURS}".encode()).fetchone()
    assert before is not None
    children = _start(address, environment, folder)
    watching = threading.Thread(target=seen.watch, args=(stop,), daemon=True)
    watching.start()
    try:
        written = _write_steadily(address, rate, seconds)
        seen.wait_for_all(before[0])
    finally:
        stop.set()
        watching.join()
        for child in children:
            child.terminate()
        for child in children:
            child.wait()
    with psycopg.connect(address) as connection:
        row = connection.execute(_LAG, [seen.sizes, seen.moments, before[0]]).fetchone()
    assert row is not None
    count, middle, p99, most = row
    return {
        "entries": count,
        "rate": written / seconds,
        "median": float(middle),
        "p99": float(p99),
        "most": float(most),
        "checkpoints": len(seen.sizes),
    }


class Seen:
    """Sizes of checkpoints and when each was first seen by a reader."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.sizes: list[int] = []
        self.moments: list[datetime] = []

    def watch(self, stop: threading.Event) -> None:
        """Look until told to stop."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            while not stop.wait(LOOKED_EVERY):
                row = connection.execute(
                    "SELECT coalesce(max(size), 0), clock_timestamp() FROM audit_checkpoint"
                ).fetchone()
                if row is not None and row[0] > (self.sizes[-1] if self.sizes else 0):
                    self.sizes.append(row[0])
                    self.moments.append(row[1].astimezone(UTC))

    def wait_for_all(self, before: int) -> None:
        """Until everything is sealed; what takes more than two minutes has no lag, and the bench fails."""
        until = time.monotonic() + 120
        statement = (
            f"SELECT count(*) FROM {OURS} q WHERE q.id > %s"
            " AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.kind = 'q' AND l.entry_id = q.id)"
        )
        with psycopg.connect(self._address, autocommit=True) as connection:
            while time.monotonic() < until:
                row = connection.execute(statement.encode(), [before]).fetchone()
                if row is not None and not row[0]:
                    time.sleep(4 * LOOKED_EVERY)
                    return
                time.sleep(0.5)
        raise RuntimeError("the log was not sealed within two minutes")


def _start(address: str, environment: dict[str, str], folder: Path) -> list[subprocess.Popen[bytes]]:
    from anxin.cli import local_witnesses

    own = environment | {"DATABASE_URL": address}
    folder.mkdir(parents=True, exist_ok=True)
    commands = [*local_witnesses.prepare(folder, own).values(), local_witnesses.seal_command()]
    return [subprocess.Popen(one, env=own, stdout=subprocess.DEVNULL) for one in commands]


def _write_steadily(address: str, rate: int, seconds: int) -> int:
    """Open loop over some connections; how many entries were written."""
    done = [0] * WRITERS
    began = time.monotonic()

    def write(number: int) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            for place in range(number, rate * seconds, WRITERS):
                wait = began + place / rate - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                connection.execute(_WRITE.encode(), prepare=True)
                done[number] += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(done)


def in_environment(environment: dict[str, str]) -> dict[str, str]:
    """What the children need to find the product."""
    return environment | {"PYTHONPATH": ":".join(one for one in sys.path if one)}
