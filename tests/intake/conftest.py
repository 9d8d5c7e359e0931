"""A loaded pack, a key ring of its own, and a shorthand for taking a file in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from anxin.cli import secret_files
from anxin.intake.orders import Order, Outcome
from anxin.intake.services import store_file
from anxin.subjects.keys import KeyRing, load_key_ring


@pytest.fixture
def pack(db: None) -> None:
    """Units and catalog of the rule pack."""
    call_command("load_pack", verbosity=0)


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    """A fresh key ring in a folder of the test."""
    return load_key_ring(secret_files.environment(tmp_path / "private")["ANXIN_KEY_RING"])


@pytest.fixture
def intake(pack: None, keys: KeyRing) -> Callable[..., Outcome]:
    """Take a file in on 2026-11-24."""

    def run(path: Path, item: str, **changes: Any) -> Outcome:
        values: dict[str, Any] = {
            "unit": None,
            "channel": "command",
            "received_at": datetime(2026, 11, 24, 2, tzinfo=UTC),
            "as_of": date(2026, 11, 24),
        }
        return store_file(Order(path=path, item=item, **{**values, **changes}), keys)

    return run
