"""`./anxin witness` as a program of its own: over HTTP, with several at once, and killed at any moment."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from anxin.audit.tree.keys import LOG, WITNESS, SigningKey, parse_verifier_key
from anxin.audit.tree.notes import is_signed, parse_note, parse_signature
from anxin.cli import main as cli
from anxin.cli.interrupts import SIGNALS
from tests.witness import sealed_log
from tests.witness.sealed_log import SealedLog

LOGGED = SealedLog(600)
ROUNDS = 8


class Program:
    """The witness's process; `kill` ends it as a power cut would, for what it wrote."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        trust = folder / "trust.txt"
        trust.write_text(f"# the log\n{sealed_log.KEY.verifier}\n")
        call = ["witness", "--data", str(folder / "data"), "--name", "example.org/w", "--port", "0"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anxin.cli.main", *call, "--trust", str(trust)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert self.process.stdout is not None
        self.key = parse_verifier_key(self.process.stdout.readline().split(": ")[1].strip())
        found = re.search(r":(\d+)/", self.process.stdout.readline())
        assert found is not None
        self.port = int(found[1])

    def call(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body.encode() if body is not None else None)
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers["Content-Type"]
        finally:
            connection.close()

    def add(self, old: int, size: int, log: SealedLog = LOGGED) -> tuple[int, str, str]:
        return self.call("POST", "/add-checkpoint", log.submission(old, size))

    def held(self) -> int:
        return int(self.add(600, 600)[1]) if self.add(600, 600)[0] == 409 else 600

    def kill(self, number: int = signal.SIGKILL) -> int:
        self.process.send_signal(number)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("witness"))
    yield program
    if program.process.poll() is None:
        program.kill()


def test_it_answers_as_the_protocol_says(program: Program) -> None:
    status, text, _ = program.add(0, 100)
    assert status == 200
    cosigned = LOGGED.note(100).with_signatures([parse_signature(text.removesuffix("\n"))])
    assert is_signed(cosigned, [program.key])
    assert program.add(0, 60) == (409, "100\n", "text/x.tlog.size")
    assert program.add(100, 60)[0] == 422
    assert program.add(100, 300, SealedLog(300, branch="fork", fork_at=90))[0] == 422
    assert program.add(0, 5, SealedLog(5, key=SigningKey.make("example.org/other", LOG)))[0] == 404
    assert program.add(100, 101, SealedLog(101, key=SigningKey.make(sealed_log.ORIGIN, LOG)))[0] == 403
    assert program.call("POST", "/add-checkpoint", "old")[0] == 400
    assert program.call("POST", "/add-checkpoint", "x" * 200_000)[0] == 400
    assert program.call("POST", "/elsewhere", "x")[0] == program.call("GET", "/elsewhere")[0] == 404


def test_its_page_gives_its_key_and_what_it_holds(program: Program) -> None:
    status, text, kind = program.call("GET", "/")
    told = json.loads(text)
    assert (status, kind, told["verifier_key"]) == (200, "application/json", str(program.key))
    for one in told["logs"]:
        assert is_signed(parse_note(one["checkpoint"]), [program.key])


def test_a_connection_serves_one_request_after_another(program: Program) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=20)
    for _ in range(3):
        connection.request("POST", "/add-checkpoint", body=b"old")
        assert connection.getresponse().read()
    connection.close()


def test_of_many_at_once_the_log_only_grows(program: Program) -> None:
    begun = program.held()
    answers: list[tuple[int, int]] = []

    def push(size: int) -> None:
        answers.append((program.add(begun, size)[0], size))

    threads = [threading.Thread(target=push, args=(begun + 1 + one % 7,)) for one in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cosigned = [size for status, size in answers if status == 200]
    assert {status for status, _ in answers} == {200, 409}
    # Only one of them began from what was held then.
    assert cosigned == [program.held()]


def test_a_second_one_on_the_same_folder_and_a_taken_port_end_with_a_sentence(
    program: Program, tmp_path: Path
) -> None:
    trust = tmp_path / "trust.txt"
    trust.write_text(str(sealed_log.KEY.verifier))
    call = [
        sys.executable,
        "-m",
        "anxin.cli.main",
        "witness",
        "--name",
        "example.org/w",
        "--trust",
        str(trust),
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    taken = [*call, "--data", str(tmp_path / "data"), "--port", str(program.port)]
    ended = subprocess.run(taken, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "give another port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_killed_at_any_moment_it_forgets_nothing_it_answered(tmp_path: Path) -> None:
    chance, acknowledged, key = random.Random(9), 0, None
    for _ in range(ROUNDS):
        program = Program(tmp_path)
        assert key in (None, program.key)
        key = program.key
        held = program.held()
        assert held >= acknowledged
        killer = threading.Timer(chance.uniform(0.0, 0.06), program.process.kill)
        killer.start()
        try:
            while held < 599:
                status, _, _ = program.add(held, held + 1)
                assert status == 200
                held = acknowledged = held + 1
        except (OSError, http.client.HTTPException):
            pass
        killer.join()
        program.kill()
        # One more may be kept than was answered, never one less: the next round looks.
    assert acknowledged > 0


def test_it_ends_in_order_when_told_to(tmp_path: Path) -> None:
    program = Program(tmp_path)
    began = time.monotonic()
    assert program.kill(signal.SIGTERM) == 130
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("trust", "said"),
    [
        ("missing.txt", "name+id+key"),
        (str(SigningKey.make("example.org/w", WITNESS).verifier), "keys of logs and nothing else"),
    ],
)
def test_what_it_is_to_trust_must_be_a_log_s_key(
    trust: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["witness", "--data", str(tmp_path), "--name", "example.org/w", "--port", "0", "--trust", trust]
    with_signals = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        assert cli.main(call) == 2
    finally:
        for number, handler in with_signals.items():
            signal.signal(number, handler)
    assert said in capsys.readouterr().err
