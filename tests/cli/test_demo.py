"""The demonstration's refusals and its children, with real processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anxin.cli import demo
from anxin.cli.children import Children
from anxin.cli.database import refuse_old_server
from anxin.cli.main import main
from anxin.cli.processes import started_at
from anxin.cli.secret_files import environment
from anxin.cli.sentences import Sentence

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_taken_port_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert main(["demo", "--port", str(port), "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"Port {port} is taken" in said
    assert "Traceback" not in said
    assert not (tmp_path / "server").exists()


def test_second_demonstration_over_one_folder_is_refused(tmp_path: Path) -> None:
    with demo._only_one(tmp_path), pytest.raises(Sentence, match="already running"), demo._only_one(tmp_path):
        pass


def test_orphans_of_a_killed_supervisor_end_at_the_next_start(tmp_path: Path) -> None:
    killed = Children(tmp_path)
    killed.start("web", SLEEPER, dict(os.environ))
    pid = killed._running[0].pid
    Children(tmp_path).end_orphans()
    assert started_at(pid) is None
    killed.end_all()


def test_stranger_with_the_number_of_an_orphan_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEPER)
    (tmp_path / "children.json").write_text(f'[[{stranger.pid}, "1"]]')
    Children(tmp_path).end_orphans()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_end_of_one_child_is_seen_and_the_rest_is_ended(tmp_path: Path) -> None:
    children = Children(tmp_path)
    children.start("web", [sys.executable, "-c", ""], dict(os.environ))
    children.start("worker", SLEEPER, dict(os.environ))
    until = time.monotonic() + 5
    while children.all_alive() and time.monotonic() < until:
        time.sleep(0.02)
    assert not children.all_alive()
    children.end_all()
    assert not (tmp_path / "children.json").exists()


def test_unreachable_database_is_one_sentence_without_its_password() -> None:
    with pytest.raises(Sentence, match="cannot be reached") as refused:
        refuse_old_server("postgresql://someone:hidden-word@127.0.0.1:1/none")
    assert "hidden-word" not in str(refused.value)


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    first = environment(tmp_path / "private")
    kept = Path(first["ANXIN_SECRET_KEY_FILE"]).read_text()
    environment(tmp_path / "private")
    assert Path(first["ANXIN_SECRET_KEY_FILE"]).read_text() == kept
    for name in ("ANXIN_SECRET_KEY_FILE", "ANXIN_KEY_RING"):
        assert Path(first[name]).stat().st_mode & 0o777 == 0o600


def test_small_commands_start_without_django() -> None:
    code = "import sys; from anxin.cli.main import main; main(['help']); print('django' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert said.stdout.splitlines()[-1] == "False"


def test_unknown_command_is_named_and_the_known_ones_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-command"]) == 2
    assert "no-such-command" in (said := capsys.readouterr().err)
    assert "intake" in said
