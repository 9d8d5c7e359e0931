"""The demonstration as a person runs it: started, started again, stopped, killed, and walked once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from anxin.cli.postgres import Server
from anxin.cli.tour import PUBLIC_PAGES
from tests.cli.conftest import walk
from tests.demonstration import Demonstration

pytestmark = pytest.mark.skipif(
    not os.path.exists("/proc/self"), reason="finds processes in /proc, as Linux has it"
)

LATER_START_SECONDS, RECOVERED_WITHIN_SECONDS, STOPPED_WITHIN_SECONDS = 8.0, 10.0, 20.0


@pytest.fixture
def running(city: Demonstration) -> Iterator[subprocess.Popen[bytes]]:
    process = city.start()
    city.wait_until_ready(process)
    yield process
    stop(city, process, signal.SIGINT)


def stop(city: Demonstration, process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)
    process.wait(timeout=STOPPED_WITHIN_SECONDS)


def left_over(city: Demonstration) -> list[str]:
    """What still lives over the folder after a moment's patience, by command line."""
    until = time.monotonic() + 3
    while city.processes() and time.monotonic() < until:
        time.sleep(0.05)
    return [command_line(pid) for pid in city.processes()]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def start_again(city: Demonstration) -> float:
    """Seconds until the first page answers; then everything is stopped and nothing is left."""
    began = time.monotonic()
    process = city.start()
    city.wait_until_ready(process)
    seconds = time.monotonic() - began
    stop(city, process, signal.SIGINT)
    assert left_over(city) == []
    return seconds


def postmaster(city: Demonstration) -> int:
    return int((city.folder / "server/cluster/postmaster.pid").read_text().split()[0])


def test_walking_the_tour_once_prints_one_line_of_json(city: Demonstration) -> None:
    code, said = walk(city)
    assert code == 0
    (line,) = said.splitlines()
    told = json.loads(line)
    assert told["ok"] is True
    assert {page["path"] for page in told["pages"]} >= {*PUBLIC_PAGES, "/desk/", "/my/"}
    assert all(page["milliseconds"] > 0 for page in told["pages"])
    assert left_over(city) == []


def test_a_later_start_is_quick(city: Demonstration, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = start_again(city)
    with capsys.disabled():
        sys.stdout.write(f"\na later start took {seconds:.2f} s to the first page (wanted: 3 s)\n")
    assert seconds <= LATER_START_SECONDS


def test_a_broken_page_of_the_tour_ends_with_one(city: Demonstration) -> None:
    # The server stays up meanwhile: the walk adopts it.
    server = Server(city.folder / "server", durable=False)
    server.start()
    city.ask("ALTER TABLE catalog_catalogfield RENAME TO catalog_catalogfield_away")
    try:
        code, said = walk(city)
    finally:
        city.ask("ALTER TABLE catalog_catalogfield_away RENAME TO catalog_catalogfield")
        server.stop()
    told = json.loads(said.splitlines()[-1])
    assert (code, told["ok"]) == (1, False)
    assert [page["status"] for page in told["pages"] if page["path"] == "/catalog/"] == [500]


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
def test_signal_stops_everything(city: Demonstration, running: subprocess.Popen[bytes], number: int) -> None:
    before = city.processes()
    assert len(before) >= 4, "supervisor, web, worker and database"
    stop(city, running, number)
    assert running.returncode == 0
    assert left_over(city) == []
    assert "Traceback" not in city.said()


@pytest.mark.parametrize("seconds", [0.2, 0.5, 1.0, 2.0])
def test_signal_during_the_start_leaves_nothing(city: Demonstration, seconds: float) -> None:
    process = city.start()
    time.sleep(seconds)
    stop(city, process, signal.SIGINT)
    assert left_over(city) == []


def test_second_signal_does_not_cut_the_end_short(
    city: Demonstration, running: subprocess.Popen[bytes]
) -> None:
    for _ in range(3):
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(0.1)
    assert running.wait(timeout=STOPPED_WITHIN_SECONDS) == 0
    assert left_over(city) == []
    assert "Traceback" not in city.said()


def test_killed_supervisor_leaves_what_the_next_start_takes_over(
    city: Demonstration, running: subprocess.Popen[bytes]
) -> None:
    server = postmaster(city)
    running.kill()
    running.wait()
    assert server in city.processes()
    assert start_again(city) <= RECOVERED_WITHIN_SECONDS


def test_killed_database_ends_the_demonstration_with_a_sentence_and_the_next_start_recovers(
    city: Demonstration, running: subprocess.Popen[bytes]
) -> None:
    os.kill(postmaster(city), signal.SIGKILL)
    running.wait(timeout=STOPPED_WITHIN_SECONDS)
    assert running.returncode == 2
    assert "ended unexpectedly" in city.said()
    assert "Traceback" not in city.said()
    assert left_over(city) == []
    assert start_again(city) <= RECOVERED_WITHIN_SECONDS


def test_killing_everything_at_once_loses_nothing_that_was_committed(
    city: Demonstration, running: subprocess.Popen[bytes]
) -> None:
    city.ask("CREATE TABLE kept_through_the_kill AS SELECT 1 AS one")
    for pid in city.processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.wait()
    assert left_over(city) == []
    began = time.monotonic()
    process = city.start()
    city.wait_until_ready(process)
    assert time.monotonic() - began <= RECOVERED_WITHIN_SECONDS
    assert city.ask("SELECT one FROM kept_through_the_kill") == [(1,)]
    city.ask("DROP TABLE kept_through_the_kill")
    stop(city, process, signal.SIGINT)


def test_folder_of_another_major_version_is_one_sentence(city: Demonstration) -> None:
    note = city.folder / "server/cluster/PG_VERSION"
    kept = note.read_text()
    note.write_text("15\n")
    try:
        process = city.start()
        assert process.wait(timeout=STOPPED_WITHIN_SECONDS) == 2
    finally:
        note.write_text(kept)
    assert len(city.said().strip().splitlines()) == 2
    assert "belongs to PostgreSQL 15" in city.said()
