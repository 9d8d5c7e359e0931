"""A fresh copy in an ordinary user's hands: `./anxin demo --once` with nothing installed beforehand."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.tracked import tracked_files
from tests.demonstration import ROOT, free_port

ORDINARY, PATH = "nobody", "/usr/local/bin:/usr/bin:/bin"


@pytest.fixture
def user() -> dict[str, Any]:
    """Arguments of `subprocess` that make a child an ordinary user: us, or somebody else where we are root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(ORDINARY)
    except KeyError:
        pytest.skip(f"root finds no ordinary user `{ORDINARY}` on this machine")
    who: dict[str, Any] = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    probe = ["python3", "-c", "import pip, venv, sys; sys.exit(sys.version_info < (3, 11))"]
    if subprocess.run(probe, check=False, capture_output=True, env={"PATH": PATH}, **who).returncode:
        pytest.skip(
            f"`{ORDINARY}` has no python3 3.11 with pip on this machine: root keeps its own to itself"
        )
    return who


@pytest.fixture
def home(user: dict[str, Any]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="anxin-user-", dir="/tmp") as name:
        home = Path(name)
        copy(home / "anxin")
        for own in (Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf"):
            if own.is_file():
                shutil.copyfile(own, home / "pip.conf")
        if user:
            for path in (home, *home.rglob("*")):
                os.chown(path, user["user"], user["group"])
        yield home


def copy(target: Path) -> None:
    """What a clone has, and nothing else."""
    for path in tracked_files():
        place = target / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)


def test_fresh_copy_walks_the_tour_for_an_ordinary_user(home: Path, user: dict[str, Any]) -> None:
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    if (home / "pip.conf").exists():
        kept["PIP_CONFIG_FILE"] = str(home / "pip.conf")
    done = subprocess.run(
        [str(home / "anxin" / "anxin"), "demo", "--once", "--port", str(free_port())],
        env={**kept, "PATH": PATH if user else os.environ["PATH"], "HOME": str(home), "LANG": "C"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        **user,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert told["ok"] is True
    assert "WARNING" not in done.stderr
    assert {path.name.split("-")[0] for path in (home / "anxin" / ".anxin").iterdir()} == {"demo", "env"}
