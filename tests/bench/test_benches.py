"""The benches run: at tiny scale and without the peers, so that they do not rot between measurements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.frame import Figure, Scale
from bench.identifier_rows import write_identifier_rows

from bench import checks, kernel, linking_work, page, report_pdf, runner


@pytest.fixture
def tiny(tmp_path: Path) -> Scale:
    return Scale(folder=tmp_path / "files", quick=True, rounds=1, rows=400, peers=False)


def test_checks_bench_finds_what_was_made_faulty(tiny: Scale) -> None:
    found = checks.run(tiny)
    assert [figure.name for figure in found.figures][:2] == [
        "checks, reading included, as a multiple of reading (Polars stream)",
        "peak memory",
    ]
    assert all(figure.value > 0 for figure in found.figures)
    # A note would name a contender that rejects other rows than those made faulty.
    assert len(found.notes) == 2


def test_page_says_what_falls_short_and_by_how_much(tmp_path: Path) -> None:
    figures = [vars(Figure("speed", 50, "rows/s", 100, at_most=False)), vars(Figure("memory", 10, "MB", 20))]
    kept = {
        "name": "one",
        "title": "One bench",
        "figures": figures,
        "tables": {"race": [["contender", "s"], ["ours", "1"]]},
        "notes": ["a note"],
        "seconds": 1.0,
        "rounds": 3,
        "moment": "2026-11-24T00:00:00+00:00",
        "machine": dict.fromkeys(("cores", "memory", "processor", "system", "versions"), "x")
        | {"load before": "3.1"},
    }
    (tmp_path / "one.json").write_text(json.dumps(kept), encoding="utf-8")
    page.write_page(tmp_path, tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| speed | 50 rows/s | ≥ 100 rows/s | **short by 50 %** |" in text
    assert "| memory | 10 MB | ≤ 20 MB | met |" in text
    assert "- a note" in text
    assert "in 1 s, 3 rounds, on" in text
    (tmp_path / "one.json").write_text(json.dumps({**kept, "rounds": 1}), encoding="utf-8")
    page.write_page(tmp_path, tmp_path / "page.md")
    assert "in 1 s, 1 round, on" in (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "The machine was busy" in text


def test_a_bench_that_breaks_is_told(tmp_path: Path, tiny: Scale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "run", lambda scale: 1 / 0)
    assert not runner.run_one("checks", tiny, tmp_path)
    assert not list(tmp_path.glob("*.json"))


def test_kernel_contenders_agree_on_every_day(tiny: Scale) -> None:
    assert kernel.run(tiny).notes == []


def test_report_bench_measures_cold_and_warm(tiny: Scale) -> None:
    found = report_pdf.run(tiny)
    assert [figure.unit for figure in found.figures] == ["ms"] * 5
    assert all(figure.value > 0 for figure in found.figures)


def test_linking_finds_what_a_dictionary_finds(tmp_path: Path) -> None:
    made = write_identifier_rows(20_000, tmp_path / "rows.parquet")
    ours, plain = (
        contend(str(tmp_path / "rows.parquet"))
        for contend in (linking_work.ours, linking_work.with_dictionary)
    )
    assert (ours["groups"], ours["conflicts"]) == (plain["groups"], plain["conflicts"])
    assert ours["conflicts"] > 0
    assert ours["groups"] < made.lines / 2
