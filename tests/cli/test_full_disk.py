"""No room left, whenever it runs out: one sentence, no traceback, nothing left running."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demonstration import Demonstration, free_port

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")


@pytest.fixture
def small_disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="anxin-test-", dir="/tmp") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", name]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("this machine does not let root mount a small disk")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", name], check=True)


@as_root
@pytest.mark.parametrize("small_disk", ["20m", "100m"], indirect=True)
def test_disk_that_fills_up_while_the_city_is_made_is_one_sentence(small_disk: Path) -> None:
    city = Demonstration(f"http://127.0.0.1:{free_port()}", small_disk / "data")
    process = city.start()
    assert process.wait(timeout=120) == 2
    said = city.said()
    assert len(said.strip().splitlines()) == 2, said[-800:]
    assert "The disk is full" in said
    assert city.processes() == set()
