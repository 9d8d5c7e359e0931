"""`./anxin lock`: recompile the hashed requirements files; they carry no addresses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    """Lock what runs, then development and benchmarks within it. `--upgrade` moves to newer versions."""
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    common = [
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--quiet",
    ]
    for kind in ("run", "development", "benchmark"):
        extra = [] if kind == "run" else ["--extra", kind, "--constraints", "requirements/run.txt"]
        target = ["--output-file", f"requirements/{kind}.txt"]
        call = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "pyproject.toml",
            *common,
            *extra,
            *target,
            *argv,
        ]
        if subprocess.run(call, cwd=root, check=False).returncode:
            return 1
    return 0
