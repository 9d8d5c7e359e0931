"""The sealing job: seals every few seconds, has witnesses cosign at the same time, and raises alarms.

One process does it; a second one waits for the first to end. Clocks are given, so that tests need not wait.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from anxin.audit.alarms import raise_alarm
from anxin.audit.log_keys import LogKeys, read_log_keys
from anxin.audit.sealing import BATCH, SealRefused, seal
from anxin.audit.witnessing import WitnessAddress, WitnessContradicts, WitnessSilent, ask_witness
from anxin.locks import Lock

SEAL_EVERY_SECONDS = 3.0
SILENCE_ALARMS_AFTER = timedelta(minutes=5)
APPLICATION = "anxin-seal"
_PUBLISH = """
INSERT INTO audit_logkey (verifier_key, begins_at, ends_at)
SELECT %(key)s::text, %(begins)s::timestamptz, %(ends)s::timestamptz
WHERE NOT EXISTS (
    SELECT FROM (SELECT * FROM audit_logkey WHERE verifier_key = %(key)s::text ORDER BY id DESC LIMIT 1) newest
    WHERE newest.begins_at = %(begins)s::timestamptz
      AND newest.ends_at IS NOT DISTINCT FROM %(ends)s::timestamptz)
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """What the job needs: database, key file, witnesses, a clock, how often."""

    address: str
    keys: Path
    witnesses: tuple[WitnessAddress, ...]
    clock: Callable[[], datetime]
    every: float = SEAL_EVERY_SECONDS


def run(job: Job, stop: threading.Event) -> None:
    """Until `stop` is set; then once more, so that nothing waits for the next start."""
    grown = [threading.Event() for _ in job.witnesses]
    asking = [
        threading.Thread(target=_ask_again_and_again, args=(job, witness, event, stop), daemon=True)
        for witness, event in zip(job.witnesses, grown, strict=True)
    ]
    for thread in asking:
        thread.start()
    while not stop.is_set():
        try:
            _seal_while_connected(job, stop, grown)
        except psycopg.Error as error:
            _log.warning("sealing: %s %s", type(error).__name__, error.sqlstate)
            stop.wait(1.0)
    for event in grown:
        event.set()
    for thread in asking:
        thread.join(timeout=3.0)


def seal_once(connection: psycopg.Connection[Any], keys: LogKeys, *, at: datetime) -> bool:
    """One pass over everything new; whether the tree has grown. What is refused becomes an alarm."""
    leaves = BATCH
    total = 0
    while leaves == BATCH:
        try:
            leaves = seal(connection, keys, at=at).leaves
        except SealRefused as refused:
            if refused.code != "stopped":
                _alarm(connection, refused, at)
            break
        total += leaves
    return total > 0


def watch_silence(connection: psycopg.Connection[Any], *, asked_since: datetime, at: datetime) -> None:
    """Raise an alarm where nothing was cosigned for five minutes of asking though there was something to cosign."""
    row = connection.execute("SELECT audit_unwitnessed_since()").fetchone()
    since = row[0] if row else None
    if since is None or at - max(since, asked_since) <= SILENCE_ALARMS_AFTER:
        return
    with connection.cursor() as cursor:
        details = {"since": since.astimezone(UTC).isoformat()}
        raise_alarm(cursor, code="witnesses_silent", at=at, stops_signing=False, details=details)


def publish_keys(connection: psycopg.Connection[Any], keys: LogKeys) -> None:
    """Write down the public keys and their time, for the public page to show."""
    for key in keys.public():
        bounds = {
            name: None if moment is None else datetime.fromtimestamp(moment, UTC)
            for name, moment in (("begins", key.begins), ("ends", key.ends))
        }
        connection.execute(_PUBLISH, {"key": str(key), **bounds})


def _seal_while_connected(job: Job, stop: threading.Event, grown: list[threading.Event]) -> None:
    with psycopg.connect(job.address, autocommit=True, application_name=APPLICATION) as connection:
        while not _is_the_one(connection):
            if stop.wait(job.every):
                return
        changed_at, asked_since = 0.0, job.clock()
        while True:
            last = stop.is_set()
            if (now_changed := job.keys.stat().st_mtime) != changed_at:
                keys, changed_at = read_log_keys(job.keys), now_changed
                publish_keys(connection, keys)
            if seal_once(connection, keys, at=job.clock()):
                for event in grown:
                    event.set()
            watch_silence(connection, asked_since=asked_since, at=job.clock())
            if last:
                return
            stop.wait(job.every)


def _is_the_one(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [Lock.SEALER]).fetchone()
    return bool(row and row[0])


def _alarm(connection: psycopg.Connection[Any], refused: SealRefused, at: datetime) -> None:
    _log.error("sealing refused: %s", refused)
    with connection.cursor() as cursor:
        raise_alarm(
            cursor,
            code=refused.code,
            at=at,
            stops_signing=True,
            entry=refused.entry,
            details=refused.details,
        )


def _ask_again_and_again(
    job: Job, witness: WitnessAddress, grown: threading.Event, stop: threading.Event
) -> None:
    last = False
    while not last:
        last = stop.is_set()
        grown.clear()
        try:
            with psycopg.connect(job.address, autocommit=True, application_name=APPLICATION) as connection:
                while ask_witness(connection, witness, at=job.clock()) and not last:
                    grown.wait(60.0)
                    last = stop.is_set()
                    grown.clear()
        except (WitnessSilent, WitnessContradicts, psycopg.Error) as error:
            _log.warning("witness %s: %s", witness.key.name, error)
            stop.wait(job.every)
        else:
            grown.wait(job.every)
