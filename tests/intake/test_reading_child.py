"""Fault F19: a parser that aborts, loops, sleeps or eats memory ends as a refusal with a code; the parent is unharmed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from tests.intake.books import SHEET, changed_part, good_book

from anxin.intake.parsing.confinement import Limits
from anxin.intake.reading.child import parse_in_child
from anxin.intake.reading.source import Source
from anxin.intake.refusals import FileRefused

CONFINED = "import os, sys, signal; from anxin.intake.parsing.confinement import confine; confine(*map(int, sys.argv[2:5]));"
MEGABYTE = 1024 * 1024
SMALL = Limits(memory=512 * MEGABYTE, output=MEGABYTE, processor=1, wall=20.0)


def children() -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


@pytest.mark.parametrize(
    ("misdeed", "limits", "code"),
    [
        ("os.abort()", SMALL, "E-PARSER-CRASH"),
        ("sys.exit(3)", SMALL, "E-PARSER-CRASH"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", SMALL, "E-PARSER-CRASH"),
        ("x = [0]\nwhile True: x = x + x", SMALL, "E-PARSER-CRASH"),
        ("while True: pass", SMALL, "E-PARSER-TIME"),
        ("signal.pause()", Limits(wall=1.0), "E-PARSER-TIME"),
        ("os.write(1, bytes(2_000_000)); os.write(1, b'x')", SMALL, "E-PARSER-CRASH"),
        ("pass", SMALL, "E-PARSER-CRASH"),
    ],
)
def test_a_child_that_breaks_down_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, misdeed: str, limits: Limits, code: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "any"
    path.write_bytes(b"x")
    before = children()

    with pytest.raises(FileRefused) as refusal:
        parse_in_child(Source.of_path(path), "xlsx", limits=limits, program=("-c", CONFINED + "\n" + misdeed))

    assert refusal.value.code == code
    assert refusal.value.explain("zh") != refusal.value.explain("en")
    assert children() <= before
    assert list(tmp_path.iterdir()) == [path]


def test_the_real_parser_reports_that_memory_ran_out(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text("[" + ",".join('{"企业名称": "虚构"}' for _ in range(150_000)) + "]", encoding="utf-8")

    with pytest.raises(FileRefused, match="E-PARSER-MEMORY"):
        parse_in_child(Source.of_path(path), "json", limits=Limits(memory=48 * MEGABYTE))


def test_the_child_sees_no_environment_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXIN_KEY_RING", "secret")
    path = tmp_path / "any"
    path.write_bytes(b"x")
    told = (
        "os.write(1, repr(sorted(os.environ)).encode()); os.write(int(sys.argv[5]), b'{\"header_row\": 1}')"
    )

    rows, header_row = parse_in_child(Source.of_path(path), "xlsx", program=("-c", CONFINED + told))

    assert header_row == 1
    assert b"ANXIN_KEY_RING" not in rows.read(0, 10_000)
    assert b"PYTHONPATH" in rows.read(0, 10_000)


def test_the_same_limits_let_a_good_workbook_through(tmp_path: Path) -> None:
    path = good_book(tmp_path / "good.xlsx")

    rows, header_row = parse_in_child(Source.of_path(path), "xlsx")

    assert header_row == 1
    assert rows.read(0, 1000).decode().startswith("企业名称,统一社会信用代码,注册日期\n")


def test_the_workbook_that_aborts_calamine_costs_only_the_child(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = changed_part(tmp_path / "far.xlsx", SHEET, "</sheetData>", far)
    parse = (
        "from python_calamine import CalamineWorkbook as W; W.from_path('/dev/stdin').get_sheet_by_index(0)"
    )
    unchecked = ("-c", f"{CONFINED}\n{parse}\nos.write(int(sys.argv[5]), b'{{\"header_row\": 1}}')")

    with pytest.raises(FileRefused, match="E-PARSER-CRASH"):
        parse_in_child(Source.of_path(path), "xlsx", program=unchecked)

    rows, _ = parse_in_child(Source.of_path(good_book(tmp_path / "good.xlsx")), "xlsx", program=unchecked)
    assert rows.read(0, 10) == b""
