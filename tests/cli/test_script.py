"""The shell script `anxin` on a machine that lacks something: one clear sentence in each language, exit 2."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demonstration import ROOT

# All that the script calls besides Python.
TOOLS = ("sh", "dirname", "cksum", "tr", "mkdir", "rm", "grep", "tail", "env")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of programs: a POSIX shell's tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy that has no environment yet."""
    copy = tmp_path / "checkout"
    (copy / "requirements").mkdir(parents=True)
    shutil.copy2(ROOT / "anxin", copy / "anxin")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for lock in (ROOT / "requirements").glob("*.txt"):
        shutil.copy2(lock, copy / "requirements")
    return copy


def run(script: Path, machine: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(script), "help"],
        env={"PATH": str(machine), "HOME": str(machine.parent), **changes},
        capture_output=True,
        text=True,
        check=False,
    )


def python_that_says(machine: Path, body: str) -> None:
    program = machine / "python3"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def is_one_sentence_each(said: str, english: str) -> None:
    chinese, second = said.strip().splitlines()[-2:]
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert english in second
    assert "Traceback" not in said


def test_missing_python(checkout: Path, machine: Path) -> None:
    done = run(checkout / "anxin", machine)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    is_one_sentence_each(done.stderr, "Python 3.11 or newer was not found")


def test_too_old_python(checkout: Path, machine: Path) -> None:
    # The real interpreter, told that it is 3.9, judges itself by the script's own words.
    python_that_says(
        machine,
        f"shift 3; exec '{sys.executable}' -I -S -c 'import sys; code = sys.argv[1];"
        ' sys.version_info = (3, 9, 2, "final", 0); exec(code)\' "$1"',
    )
    done = run(checkout / "anxin", machine)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 2
    is_one_sentence_each(done.stderr, "Python 3.11 or newer was not found")
    assert not (checkout / ".anxin").exists()


def test_python_without_pip(checkout: Path, machine: Path) -> None:
    itself, version = machine / "python3", f"{sys.version_info[0]}.{sys.version_info[1]}"
    python_that_says(
        machine,
        f"case \"$*\" in -I*) echo '{version} {itself}';; '-m pip'*) exit 1;;"
        f" *) exec '{sys.executable}' \"$@\";; esac",
    )
    done = run(checkout / "anxin", machine)
    assert done.returncode == 2
    is_one_sentence_each(done.stderr, "pip was not found")
    assert list((checkout / ".anxin").iterdir()) == []


def test_failed_installation_shows_why_and_leaves_nothing_half_made(checkout: Path, machine: Path) -> None:
    (machine / "python3").symlink_to(sys.base_prefix + "/bin/python3")
    done = run(
        checkout / "anxin", machine, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(machine), PIP_CONFIG_FILE=os.devnull
    )
    assert done.returncode == 2
    assert "No matching distribution" in done.stderr
    is_one_sentence_each(done.stderr, "could not be installed")
    assert list((checkout / ".anxin").iterdir()) == []


def test_environment_that_is_there_is_used_without_a_word(checkout: Path, machine: Path) -> None:
    (machine / "python3").symlink_to(sys.base_prefix + "/bin/python3")
    lock = (checkout / "requirements" / "run.txt").read_bytes()
    mark = subprocess.run(["cksum"], input=lock, capture_output=True, check=True).stdout.decode().strip()
    name = f"env-run-{mark.replace(' ', '-')}-{sys.version_info[0]}.{sys.version_info[1]}"
    (checkout / ".anxin").mkdir()
    (checkout / ".anxin" / name).symlink_to(sys.prefix)
    done = run(checkout / "anxin", machine)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "./anxin COMMAND" in done.stdout
