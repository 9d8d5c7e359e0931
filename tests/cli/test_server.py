"""The launcher with real servers: what it makes, adopts, survives and refuses."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from anxin.cli.postgres import Server
from anxin.cli.postgres.server import LONGEST_SOCKET_FOLDER
from anxin.cli.processes import started_at
from anxin.cli.sentences import Sentence

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a process to another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="anxin-test-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    one = Server(folder / "server", durable=False)
    one.start()
    yield one
    one.stop()


def postmaster(server: Server) -> int:
    return int((server.cluster / "postmaster.pid").read_text().split()[0])


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.address("anxin")) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def test_server_keeps_checksums_utf8_and_utc(server: Server) -> None:
    assert ask(server, "SHOW data_checksums") == "on"
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SHOW timezone") == "UTC"
    assert ask(server, "SHOW listen_addresses") == ""


def test_server_wants_the_password_and_keeps_it_private(server: Server) -> None:
    password = server.folder / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    wrong = server.address("anxin").replace(password.read_text().strip(), "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_server_stops_when_its_last_user_leaves_and_not_before(server: Server) -> None:
    second = Server(server.folder)
    second.start()
    assert second.adopted
    pid = postmaster(server)
    second.stop()
    assert started_at(pid) is not None
    server.stop()
    assert started_at(pid) is None


def test_server_recovers_within_ten_seconds_after_kill(folder: Path) -> None:
    first = Server(folder / "server")
    first.start()
    with psycopg.connect(first.address("anxin")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    busy = psycopg.connect(first.address("anxin"))
    busy.execute("CREATE TABLE lost AS SELECT generate_series(1, 1000) AS n")
    os.kill(postmaster(first), signal.SIGKILL)
    began = time.monotonic()
    second = Server(folder / "server")
    second.start()
    try:
        assert time.monotonic() - began < 10
        assert not second.adopted
        assert ask(second, "SELECT count(*) FROM kept") == 1000
        assert ask(second, "SELECT to_regclass('lost') IS NULL") is True
    finally:
        busy.close()
        second.stop()
        first.stop()


def test_server_outlives_a_killed_command_and_is_adopted(folder: Path) -> None:
    code = (
        "import pathlib, sys, time\nfrom anxin.cli.postgres import Server\n"
        "Server(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "server")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert command.stdout is not None
    with command.stdout:
        assert command.stdout.readline() == b"up\n"
    command.kill()
    command.wait()
    server = Server(folder / "server")
    server.start()
    assert server.adopted
    pid = postmaster(server)
    server.stop()
    assert started_at(pid) is None


def test_stale_note_with_the_number_of_a_stranger_does_no_harm(folder: Path) -> None:
    server = Server(folder / "server", durable=False)
    server.start()
    note = (server.cluster / "postmaster.pid").read_text().splitlines()
    server.stop()
    stale = "\n".join([str(os.getpid()), *note[1:]]) + "\n"
    (server.cluster / "postmaster.pid").write_text(stale)
    if (server.folder / "socket").is_dir():
        # An ordinary user's server keeps its socket here, with a note of its own.
        (server.folder / "socket" / ".s.PGSQL.5432.lock").write_text(stale)
    server.start()
    try:
        assert not server.adopted
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()


def test_two_starts_at_once_give_one_server(folder: Path) -> None:
    servers = [Server(folder / "server", durable=False) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        addresses = list(pool.map(lambda one: one.start(), servers))
    try:
        assert addresses[0] == addresses[1]
        assert sorted(one.adopted for one in servers) == [False, True]
    finally:
        for one in servers:
            one.stop()


def test_socket_moves_where_the_data_path_is_too_long(folder: Path) -> None:
    deep = folder.joinpath(*["a-rather-long-name-for-a-folder"] * 4)
    server = Server(deep, durable=False)
    server.start()
    try:
        place = Path((server.cluster / "postmaster.pid").read_text().splitlines()[4])
        assert len(str(place)) <= LONGEST_SOCKET_FOLDER
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()
    assert not place.exists()


def test_data_of_another_major_version_is_refused(folder: Path) -> None:
    server = Server(folder / "server", durable=False)
    server.start()
    server.stop()
    (server.cluster / "PG_VERSION").write_text("15\n")
    with pytest.raises(Sentence, match="PostgreSQL 15"):
        server.start()


def test_data_folder_that_is_a_file_is_refused_in_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(Sentence, match="cannot be used"):
        Server(folder / "file" / "server").start()


@as_root
def test_root_starts_it_as_another_user_below_a_folder_closed_to_others(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "server", durable=False)
    server.start()
    try:
        assert os.stat(f"/proc/{postmaster(server)}").st_uid != 0
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert closed.stat().st_uid == 0
        assert server.cluster.stat().st_uid != 0
    finally:
        server.stop()


@as_root
def test_full_disk_is_one_sentence(folder: Path) -> None:
    small = folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a small file system")
    try:
        with pytest.raises(Sentence, match="The disk is full"):
            Server(small / "server", durable=False).start()
    finally:
        subprocess.run(["umount", str(small)], check=True)
