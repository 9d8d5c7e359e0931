"""Real witnesses as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from anxin.audit.log_keys import LogKeys
from anxin.audit.tree.keys import parse_verifier_key
from anxin.audit.witnessing import WitnessAddress


@contextmanager
def running_witness(
    folder: Path, keys: LogKeys, name: str = "witness.test.example"
) -> Iterator[WitnessAddress]:
    """A witness that trusts these keys, over a folder that outlives it."""
    folder.mkdir(exist_ok=True)
    trusted = folder / "trusted.txt"
    trusted.write_text(keys.trust_lines(), encoding="utf-8")
    process = subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "anxin.cli.main", "witness", "--data", str(folder / "own")),
            *("--name", name, "--port", "0", "--trust", str(trusted)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    try:
        assert process.stdout is not None
        key = process.stdout.readline().strip().rpartition(" ")[2]
        url = process.stdout.readline().strip().rstrip("/")
        yield WitnessAddress(url, parse_verifier_key(key))
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
