"""`./anxin verify`: a whole export, one entry and its receipt, a report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from anxin.audit.tree.keys import encode
from anxin.audit.verifier.export import PORTION
from anxin.audit.verifier.faults import Kind
from anxin.audit.verifier.receipts import check_receipt, make_receipt
from anxin.cli import main as cli
from tests.audit.verifier import built_export as made
from tests.audit.verifier.built_export import GENUINE, ROWS, TRUST, WITNESSES

KEYS = ["--key", str(made.LOG_KEY.verifier)]
for _witness in WITNESSES:
    KEYS += ["--witness", str(_witness.verifier)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return GENUINE.copy().write(tmp_path_factory.mktemp("log") / "export")


@pytest.fixture(scope="module")
def receipt(folder: Path) -> str:
    text, faults = make_receipt(folder, 431, TRUST)
    assert faults == []
    return text


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str]:
    code = cli.main(["verify", *map(str, argv)])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_a_whole_log_is_said_to_be_whole(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    kept.write_text(str(GENUINE.notes[1]))
    code, said = run(capsys, "log", folder, *KEYS, "--since", kept, "--sm3")
    assert (code, said.splitlines()[-1]) == (0, "完整 / whole")
    assert "条目 / entries: 600" in said
    assert "example.org/w1: 2025-11-24T16:10:02+00:00" in said


def test_a_broken_log_is_said_to_be_broken_and_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = GENUINE.copy()
    export.rows[431] |= {"salt": encode(b"s" * 16)}
    folder = export.write(tmp_path / "export")
    code, said = run(capsys, "log", folder, *KEYS)
    assert code == 1
    assert "第 431 条：条目内容或者盐与承诺值不符" in said
    assert "entry 431: the entry's text or salt is not what was committed to" in said
    code, said = run(capsys, "log", folder, *KEYS, "--json")
    [fault] = json.loads(said)["faults"]
    assert (code, fault["kind"], fault["first"], fault["end"]) == (1, "commitment", 431, 432)


def test_keys_may_come_from_files_with_their_time(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs, witnesses = tmp_path / "log.txt", tmp_path / "witnesses.txt"
    witnesses.write_text("".join(f"{one.verifier}\n" for one in WITNESSES))
    for end, code in [("2027-01-01T00:00:00+08:00", 0), ("2025-01-01T00:00:00+08:00", 1)]:
        logs.write_text(f"{made.LOG_KEY.verifier} to {end}\n")
        assert run(capsys, "log", folder, "--key", logs, "--witness", witnesses)[0] == code


def test_the_export_s_own_keys_are_never_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "keys.txt").write_text("\n".join(KEYS[1::2]))
    with pytest.raises(SystemExit) as ended:
        run(capsys, "log", folder)
    assert ended.value.code == 2
    stranger = made.OTHER_LOG_KEY.verifier
    assert run(capsys, "log", folder, "--key", stranger, *KEYS[2:])[0] == 1


def test_an_entry_gets_a_receipt_that_its_holder_checks_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "receipt.json"
    code, said = run(capsys, "entry", folder, "--index", 431, *KEYS, "--save", kept)
    assert (code, said.splitlines()[0]) == (0, ROWS[431]["entry"])
    assert run(capsys, "entry", kept, *KEYS) == (0, said)
    assert json.loads(run(capsys, "entry", kept, *KEYS, "--json")[1])["whole"] is True


def test_an_entry_is_found_by_its_number_in_the_log(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, index in [("q1", 0), ("e4", 3), ("q432", 431), ("q600", 599)]:
        code, said = run(capsys, "entry", folder, "--id", name, *KEYS)
        assert (code, said.splitlines()[0]) == (0, ROWS[index]["entry"])
    for name in ("e1", "q0", "q601", "q", "x1", "q１", "1"):
        assert run(capsys, "entry", folder, "--id", name, *KEYS)[0] == 2


@pytest.mark.parametrize("index", [600, 10**20])
def test_an_entry_that_is_not_there_has_no_receipt(
    index: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "entry", folder, "--index", index, *KEYS)[0] == 1


@pytest.mark.parametrize(
    "more",
    [
        {"entry": ROWS[430]["entry"]},
        {"salt": ROWS[430]["salt"]},
        {"commitment": ROWS[430]["commitment"]},
        {"kind": "e"},
        {"index": 430},
        {"index": -1},
        {"index": "431"},
        {"proof": []},
        {"proof": None},
        {"proof": ["*"]},
        {"checkpoint": str(GENUINE.notes[2])},
        {"checkpoint": str(made.signed(made.checkpoint(ROWS, 600), key=made.OTHER_LOG_KEY))},
        {"checkpoint": str(made.signed(made.checkpoint(ROWS, 600), witnesses=WITNESSES[:1]))},
        {"checkpoint": "none"},
        {"checkpoint": 5},
    ],
)
def test_a_changed_receipt_is_refused(more: dict[str, object], receipt: str) -> None:
    assert check_receipt(receipt, TRUST)[1] == []
    assert check_receipt(json.dumps(json.loads(receipt) | more), TRUST)[1] != []


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 50_000, '"x"'])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    assert [one.kind for one in check_receipt(text, TRUST)[1]] == [Kind.LINE]


def test_a_receipt_of_a_long_log_and_of_an_erased_entry(tmp_path: Path) -> None:
    count = 2 * PORTION + 77
    rows = [made.row(index) for index in range(count)]
    export = made.built(rows, [count])
    rows[9] = {name: rows[9][name] for name in ("index", "kind", "commitment")} | {"erased": True}
    export.rows = list(rows)
    folder = export.write(tmp_path / "export")
    for index in (0, 9, PORTION - 1, PORTION, count - 1):
        text, faults = make_receipt(folder, index, TRUST)
        assert faults == check_receipt(text, TRUST)[1] == []


def test_arguments_that_make_no_sense_end_with_a_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for argv in (
        ["log", tmp_path / "none", *KEYS],
        ["log", folder, *KEYS, "--since", tmp_path / "none"],
        ["log", folder, *KEYS, "--quorum", 3],
        ["log", folder, "--key", "no key", *KEYS[2:]],
        ["entry", folder, *KEYS],
        ["entry", folder, "--index", 1, "--id", "q2", *KEYS],
        ["entry", tmp_path / "none", *KEYS],
        ["entry", folder, "--index", -1, *KEYS],
        ["report", tmp_path / "none", "--keys", tmp_path / "none"],
    ):
        code, said = run(capsys, *argv)
        assert code == 2
        assert "Traceback" not in said


def test_checking_a_log_or_a_proof_loads_neither_server_nor_database() -> None:
    programs = "anxin.cli.verify, anxin.cli.proof, anxin.cli.witness"
    asked = f"import sys, {programs}; print(sorted({{'django', 'psycopg', 'pyhanko'}} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"
