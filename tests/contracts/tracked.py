"""The project's files, as git knows them; without git, as they lie on disk."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {".git", ".anxin", "__pycache__"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that belongs to the project."""
    try:
        said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        found = [ROOT / name for name in said.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not LEFT_OUT & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def python_files(*, tests: bool = False) -> list[Path]:
    """Hand-written modules of the product (and of the tests); migrations are generated and left out."""
    folders = ("src/anxin", "tests") if tests else ("src/anxin",)
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and any(path.is_relative_to(ROOT / folder) for folder in folders)
    ]
