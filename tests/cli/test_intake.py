"""`./anxin intake` as others call it: one JSON line, no row lost, errors as JSON too."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook
from psycopg import sql

from anxin.cli.main import COMMANDS
from tests.intake.submission_files import register

KEYS = {
    *("declared", "read", "accepted", "returned", "duplicates", "linked", "queued"),
    *("warnings", "reasons", "seconds", "peak_mb"),
}


@pytest.fixture(scope="module")
def database() -> Any:
    """A database of its own on the server of the tests."""
    address = os.environ["DATABASE_URL"]
    name = f"intake_command_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        head, _, tail = address.partition("?")
        yield head.rpartition("/")[0] + f"/{name}" + ("?" + tail if tail else "")
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run(database: str, folder: Path, *arguments: str) -> tuple[int, Any, str]:
    command = [sys.executable, "-P", "-m", "anxin.cli.main", "intake", *arguments, "--data", str(folder)]
    source = str(Path(__file__).parents[2] / "src")
    environment = os.environ | {"DATABASE_URL": database, "PYTHONPATH": source}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    return done.returncode, json.loads(lines[0]) if len(lines) == 1 else lines, done.stderr


def test_the_command_says_what_became_of_every_row_and_why_a_file_is_refused(
    database: str, tmp_path: Path
) -> None:
    assert "intake" in COMMANDS
    file, book = tmp_path / "register.csv", tmp_path / "returned.xlsx"
    content = register(6, bad=2)
    file.write_bytes(content + content.splitlines(keepends=True)[1])
    given = (str(file), "--item", "registration", "--mapping", "org-register", "--json")

    code, trial, _ = run(database, tmp_path / "data", *given, "--dry-run")
    assert (code, trial["accepted"]) == (0, 4)
    code, result, said = run(database, tmp_path / "data", *given, "--declared", "7", "--returned", str(book))
    assert code == 0, said
    assert set(result) == KEYS
    assert (result["declared"], result["read"], result["accepted"]) == (7, 7, 4)
    assert result["read"] == sum(result[name] for name in ("accepted", "returned", "duplicates", "queued"))
    assert sum(result["reasons"].values()) >= result["returned"] == 2
    assert load_workbook(book).worksheets[0].max_row == 3

    again = run(database, tmp_path / "data", *given)[1]
    assert {name: again[name] for name in KEYS - {"seconds", "peak_mb"}} == {
        name: result[name] for name in KEYS - {"seconds", "peak_mb"}
    }

    file.write_bytes(register(3))
    code, refused, _ = run(database, tmp_path / "data", *given, "--declared", "9")
    assert (code, refused["refused"]["code"]) == (2, "E-TOTAL")
    assert refused["refused"]["remedy"]["en"]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    for declared in ("0" * 64, digest[:-1]):
        code, refused, _ = run(database, tmp_path / "data", *given, "--sha256", declared)
        assert (code, refused["refused"]["code"]) == (2, "E-HASH")
    code, taken, said = run(database, tmp_path / "data", *given, "--sha256", f"sha256:{digest.upper()}")
    assert (code, taken["duplicates"]) == (0, 3), said
    code, missing, _ = run(database, tmp_path / "data", "nowhere.csv", "--item", "registration", "--json")
    assert (code, missing["refused"]["code"]) == (2, "E-FILE")
    code, nothing, words = run(database, tmp_path / "data", "nowhere.csv", "--item", "registration")
    assert (code, nothing) == (2, [])
    assert words.startswith("E-FILE")
