"""`./anxin check`: linters, types and import contracts, each as its own command would say it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKS = (
    ("ruff check", ["ruff", "check", "--quiet", "."]),
    ("ruff format", ["ruff", "format", "--check", "--quiet", "."]),
    ("import contracts", ["importlinter.cli", "lint_imports_command"]),
    ("types", ["mypy", "--no-error-summary"]),
)


def main(argv: list[str]) -> int:
    """Run every check, even after one failed; 0 where all passed."""
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    failed = [name for name, command in CHECKS if _run(command, root)]
    print("检查未通过 / failed: " + ", ".join(failed) if failed else "检查通过 / checks passed")
    return 1 if failed else 0


def _run(command: list[str], root: Path) -> int:
    if command[0] == "importlinter.cli":
        call = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    else:
        call = [sys.executable, "-m", *command]
    return subprocess.run(call, cwd=root, check=False).returncode
