"""A server that DATABASE_URL names: refused in one sentence where it cannot be reached or is too old."""

from __future__ import annotations

import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demonstration import COMMAND, free_port, plain_environment


def message(kind: bytes, body: bytes) -> bytes:
    """One message of the server, as the protocol (3.0) frames it."""
    return kind + struct.pack("!I", len(body) + 4) + body


def setting(name: str, value: str) -> bytes:
    return message(b"S", name.encode() + b"\0" + value.encode() + b"\0")


def answer_as(version: str, listener: socket.socket) -> None:
    """Greet every client as a server of this version would, without a password, and hang up after its first word."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            while True:
                (length,) = struct.unpack("!I", client.recv(4))
                (code,) = struct.unpack("!I", client.recv(length - 4)[:4])
                if code >> 16 == 3:
                    break
                client.sendall(b"N")  # neither TLS nor GSS here
            client.sendall(
                message(b"R", struct.pack("!I", 0))
                + setting("server_version", version)
                + setting("client_encoding", "UTF8")
                + message(b"K", struct.pack("!II", 1, 1))
                + message(b"Z", b"I")
            )
            client.recv(1024)


@pytest.fixture
def old_server() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        threading.Thread(target=answer_as, args=("15.9", listener), daemon=True).start()
        yield listener.getsockname()[1]


def demo_on(address: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "--once", "--port", str(free_port()), "--data", str(folder / "data")],
        env=plain_environment() | {"DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_older_server_is_refused_by_its_version(old_server: int, tmp_path: Path) -> None:
    done = demo_on(f"postgresql://someone:hidden-word@127.0.0.1:{old_server}/anxin", tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 2
    assert "PostgreSQL 15; at least 16 is needed" in done.stderr
    assert "hidden-word" not in done.stderr


def test_unreachable_server_is_one_sentence(tmp_path: Path) -> None:
    done = demo_on(f"postgresql://someone:hidden-word@127.0.0.1:{free_port()}/anxin", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    assert "cannot be reached" in done.stderr
    assert "hidden-word" not in done.stderr


def test_what_is_no_address_is_one_sentence(tmp_path: Path) -> None:
    done = demo_on("no address at all", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
