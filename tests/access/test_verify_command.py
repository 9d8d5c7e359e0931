"""A report can be verified without network, website and database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from anxin.access.signing import FileSigner
from anxin.cli.sentences import Sentence
from anxin.cli.verify_report import main

NUMBER = "20261120090203ABCDEFGH"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    keys = FileSigner(tmp_path / "ring.json")
    content = {"number": NUMBER, "as_of": "2026-11-20T09:02:03+08:00", "record_count": 3, "verify_at": "x"}
    report, public = tmp_path / "report.jws", tmp_path / "keys.json"
    report.write_text(keys.sign(json.dumps(content).encode()), "utf-8")
    public.write_text(json.dumps(keys.public_keys()), "utf-8")
    return report, public


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


def test_a_genuine_report_verifies_offline(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    report, keys = files
    assert main([str(report), "--keys", str(keys), "--number", NUMBER.lower()]) == 0
    assert said(capsys)["record_count"] == 3


def test_another_number_a_cut_file_and_a_foreign_key_do_not(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, keys = files
    assert main([str(report), "--keys", str(keys), "--number", NUMBER[:-1] + "9"]) == 1
    assert said(capsys)["finding"] == "other_number"

    foreign = tmp_path / "foreign.json"
    foreign.write_text(json.dumps(FileSigner(tmp_path / "other.json").public_keys()), "utf-8")
    assert main([str(report), "--keys", str(foreign)]) == 1
    assert said(capsys)["finding"] == "unknown_key"

    report.write_text(report.read_text("utf-8")[:-5], "utf-8")
    assert main([str(report), "--keys", str(keys)]) == 1
    assert said(capsys)["finding"] == "not_signed_data"


def test_a_file_that_holds_no_keys_is_told_so(files: tuple[Path, Path]) -> None:
    report, _ = files
    with pytest.raises(Sentence):
        main([str(report), "--keys", str(report)])
    with pytest.raises(Sentence):
        main([str(report) + ".gone", "--keys", str(files[1])])
