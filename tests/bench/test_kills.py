"""The checks after the kills find what is missing: each promise that the database does not keep is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.kills.checking import _missed, is_clean
from bench.kills.notes import Handed, Notes
from bench.kills.page import write_page

from tests.audit.sealed import sealing_connection, write_events, write_readings


@pytest.mark.django_db(transaction=True)
def test_promises_that_the_database_does_not_keep_are_found() -> None:
    write_events(1)
    write_readings(1)
    notes = Notes(
        handed=[Handed("key", ("91210399000000000X",), 7)],
        looked_up=["case-1"],
        reports=["202611240900001234ABCD"],
        report_answers=2,
        contradicted=["key"],
    )
    with sealing_connection() as connection:
        found = _missed(connection, notes)
        nothing = _missed(connection, Notes())
    assert (found["lost"], found["unlogged"], found["contradicted"]) == (2, 3, 1)
    assert "key" in found["first"]
    assert "case-1" in found["first"]
    well = {"log": "whole", "invariants": "hold", "settled_seconds": 1.5}
    assert not is_clean({**found, **well})
    assert is_clean({**nothing, **well})
    assert not is_clean({**nothing, **well, "log": "broken: 1"})
    assert not is_clean({**nothing, **well, "invariants": "5: 1"})
    assert not is_clean({**nothing, **well, "settled_seconds": None})


def test_page_tells_of_loss_in_the_control(tmp_path: Path) -> None:
    names = (
        "files",
        "rows",
        "reports",
        "readings",
        "lost",
        "twice",
        "contradicted",
        "unlogged",
        "checkpoints",
    )
    kept = {
        **dict.fromkeys(names, 3),
        "kills": 5,
        "seed": 1,
        "seconds": 60,
        "passed": True,
        "moment": "now",
        "settled_seconds": 1.5,
        "log": "broken:\n 1",
        "invariants": "hold",
        "answers": {"hand in 201": 4},
        "by_kind": {"postgres all": {"kills": 5, "longest_back_seconds": 2.0}},
        "machine": dict.fromkeys(("cores", "processor", "memory", "system"), "x"),
    }
    (tmp_path / "control.json").write_text(json.dumps(kept), encoding="utf-8")
    write_page(tmp_path, tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "Positive control" in text
    assert "Killed at random" not in text
    assert "| acknowledged writes lost | 3 |" in text
    assert "| postgres all | 5 | 2.0 |" in text
