"""`./anxin identify` and `./anxin deadline`: what goes in, what comes out, and how they fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.cli import deadline, identify
from anxin.cli.sentences import Sentence

SOURCE = Path(__file__).resolve().parents[2] / "src"
VECTOR = ["--start", "2026-02-13", "--days", "3"]


def command(name: str, *arguments: str, given_bytes: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    code = f"import sys; from anxin.cli.main import main; sys.exit(main([{name!r}, *sys.argv[1:]]))"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "LC_ALL": "C"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=given_bytes,
        capture_output=True,
        env=environment,
        check=False,
    )


def answers(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in deadline.run(lines)]


def test_identify_answers_every_line_with_one_object() -> None:
    found = command(
        "identify",
        given_bytes="\ufeff91110000600037341l\r\n\n１１０１０５１９４９１２３１００２ｘ\n".encode()
        + b"\xff\xfe",
    )

    assert found.returncode == 0
    assert [json.loads(line) for line in found.stdout.splitlines()] == [
        {"kind": "uscc", "valid": True, "normalized": "91110000600037341L", "errors": [], "warnings": ["W-NORMALIZED-CASE"]},
        {"kind": "unknown", "valid": False, "normalized": "", "errors": ["E-CODE-EMPTY"], "warnings": []},
        {
            "kind": "resident_id_number",
            "valid": True,
            "normalized": "1101************2X",
            "errors": [],
            "warnings": ["W-NORMALIZED-WIDTH", "W-NORMALIZED-CASE"],
        },
        {"kind": "unknown", "valid": False, "normalized": "\ufffd\ufffd", "errors": ["E-CODE-UNKNOWN"], "warnings": []},
    ]  # fmt: skip


def test_identify_takes_no_number_as_an_argument() -> None:
    found = command("identify", "110105194912310020")

    assert found.returncode == 2
    assert b"110105194912310020" not in found.stdout + found.stderr
    assert "标准输入" in found.stderr.decode()


@given(st.lists(st.text()))
def test_identify_never_fails_and_never_shows_a_valid_personal_number(values: list[str]) -> None:
    lines = [*values, "11010519491231002X", "'１１０１０５１９４９１２３１００２ｘ"]

    written = list(identify.run(lines, as_of=date(2026, 11, 24)))

    assert len(written) == len(lines)
    assert all("19491231" not in line for line in written[-2:])


def test_deadline_prints_the_due_date_and_each_day() -> None:
    found = command("deadline", *VECTOR, "--json")

    answer = json.loads(found.stdout)
    assert (found.returncode, found.stderr) == (0, b"")
    assert (answer["due"], answer["provisional"]) == ("2026-02-25", False)
    assert [one["date"] for one in answer["days"] if one["counted"]] == [
        "2026-02-14",
        "2026-02-24",
        "2026-02-25",
    ]
    assert set(answer) == {"due", "provisional", "days"}
    assert set(answer["days"][0]) == {"date", "kind", "counted", "why"}


def test_deadline_prints_a_table_for_people() -> None:
    found = command("deadline", *VECTOR).stdout.decode()

    assert "到期日 / due: 2026-02-25" in found
    assert "2026-02-14     1  调休上班 working-weekend" in found


def test_deadline_reads_a_question_a_line() -> None:
    lines = [
        '{"start": "2026-09-18", "days": 3}',
        "",
        '{"start": "2026-03-02", "days": 3, "pauses": ["2026-03-04..2026-03-06", ["2026-03-05", "2026-03-07"]]}',
        '{"start": "2026-03-02", "days": 3, "unit": "working-day", "pauses": ["2026-03-04.."]}',
        '{"start": "2026-07-15", "days": 1, "unit": "month", "pauses": []}',
        '{"start": "2026-12-31", "days": 1, "unit": null, "pauses": null}',
    ]

    found = answers(lines)

    assert [(one["due"], one["provisional"]) for one in found] == [
        ("2026-09-22", False),
        ("2026-03-10", False),
        (None, False),
        ("2026-08-17", False),
        ("2027-01-01", True),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nonsense", "E-DEADLINE-INPUT"),
        ("[1]", "E-DEADLINE-INPUT"),
        ("[" * 100_000, "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-30", "days": 3}', "E-DEADLINE-INPUT"),
        ('{"start": "20260213", "days": 3}', "E-DEADLINE-INPUT"),
        ('{"start": "２０２６-02-13", "days": 3}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13"}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": true}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 2.5}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 3, "unit": "week"}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 3, "unit": ["day"]}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 3, "pauses": "2026-02-14.."}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 3, "pauses": ["2026-02-14"]}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 3, "pause": []}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 0}', "E-DEADLINE-LENGTH"),
        ('{"start": "2026-02-13", "days": 1e2}', "E-DEADLINE-INPUT"),
        ('{"start": "2026-02-13", "days": 99999999999999999999999}', "E-DEADLINE-RANGE"),
        ('{"start": "2026-02-13", "days": 99999999999999999999999, "unit": "month"}', "E-DEADLINE-RANGE"),
        ('{"start": "2026-02-13", "days": 99999999999999999999999, "unit": "day"}', "E-DEADLINE-RANGE"),
        ('{"start": "1900-02-13", "days": 3}', "E-DEADLINE-RANGE"),
        ('{"start": "2026-02-13", "days": 3, "pauses": ["2026-02-20..2026-02-19"]}', "E-DEADLINE-PAUSE"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_a_code_and_a_remedy(line: str, code: str) -> None:
    (answer,) = answers([line])

    assert answer["code"] == code
    assert answer["message"]["zh"]
    assert answer["remedy"]["en"]


def test_one_bad_line_leaves_the_others_answered_and_the_exit_code_says_so() -> None:
    found = command("deadline", "-", given_bytes=b'nope\n{"start": "2026-02-13", "days": 3}\n')

    first, second = map(json.loads, found.stdout.splitlines())
    assert (found.returncode, found.stderr) == (2, b"")
    assert (first["code"], second["due"]) == ("E-DEADLINE-INPUT", "2026-02-25")


@pytest.mark.parametrize(
    "arguments",
    [[], ["--start", "2026-02-13"], [*VECTOR, "--days", "x"], [*VECTOR, "--weeks", "2"], [*VECTOR, "--unit", "week"],
     [*VECTOR, "--pause", "2026-02-14"]],
)  # fmt: skip
def test_a_command_that_cannot_be_read_ends_in_one_sentence(arguments: list[str]) -> None:
    with pytest.raises(Sentence) as sentence:
        deadline.main(arguments)
    assert "2026-02-13" in str(sentence.value)


def test_both_commands_start_without_django_and_numpy() -> None:
    code = "import sys, anxin.cli.identify, anxin.cli.deadline; print(sorted({'django', 'numpy', 'polars'} & set(sys.modules)))"

    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        check=True,
    )

    assert found.stdout.strip() == b"[]"
