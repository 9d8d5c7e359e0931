"""One city for all tests of this folder that need one, prepared and walked once by the command itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.demonstration import COMMAND, Demonstration, new_demonstration, plain_environment


@pytest.fixture(scope="package")
def city() -> Iterator[Demonstration]:
    """A prepared folder, with nothing running over it."""
    with new_demonstration() as one:
        walk(one)
        yield one


def walk(city: Demonstration) -> tuple[int, str]:
    """`demo --once` over it: its code and what it printed."""
    port = city.address.rpartition(":")[2]
    done = subprocess.run(
        [*COMMAND, "--once", "--port", port, "--data", str(city.folder)],
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """One of the product's commands, as somebody in a terminal runs it."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "anxin.cli.main", *map(str, arguments)],
        env=plain_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
