"""Where the real input files are: beside the checkout, never inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("ANXIN_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared_file(relative: str) -> Path:
    """The path of a file below `shared/data`; skips the calling test, saying so, where it is absent."""
    path = ROOT / "data" / relative
    if not path.exists():
        pytest.skip(
            f"real input data is not here: {relative} (set ANXIN_SHARED to the folder that holds data/)"
        )
    return path
