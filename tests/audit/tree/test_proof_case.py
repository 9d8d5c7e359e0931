"""`./anxin proof`: cases in the form of the public vectors; whatever is malformed is invalid, never a traceback."""

from __future__ import annotations

import base64
import io
import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.audit.tree.proof_case import LARGEST_CASE, check_case
from anxin.audit.tree.proofs import ProofInvalid
from anxin.cli import main as cli
from anxin.cli import proof as command
from tests.audit.tree import naive


def encode(value: bytes) -> str:
    return base64.b64encode(value).decode()


INCLUSION: dict[str, Any] = {
    "leafIdx": 5,
    "treeSize": 11,
    "leafHash": encode(naive.LEAVES[5]),
    "proof": [encode(one) for one in naive.inclusion(5, naive.LEAVES[:11])],
    "root": encode(naive.root(naive.LEAVES[:11])),
    "desc": "a happy one",
    "wantErr": False,
}
CONSISTENCY: dict[str, Any] = {
    "size1": 6,
    "size2": 11,
    "root1": encode(naive.root(naive.LEAVES[:6])),
    "root2": encode(naive.root(naive.LEAVES[:11])),
    "proof": [encode(one) for one in naive.consistency(6, naive.LEAVES[:11])],
}
ALONE = {
    "leafIdx": 0,
    "treeSize": 1,
    "leafHash": encode(naive.LEAVES[0]),
    "proof": None,
    "root": encode(naive.LEAVES[0]),
}
SAME = {"size1": 11, "size2": 11, "root1": CONSISTENCY["root2"], "root2": CONSISTENCY["root2"], "proof": None}
EMPTY = {"size1": 0, "size2": 0, "root1": encode(b"x"), "root2": encode(b"x"), "proof": []}


def run(given: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    class Input:
        buffer = io.BytesIO(given)

    monkeypatch.setattr(sys, "stdin", Input)
    return cli.main(["proof"]), capsys.readouterr().out


@pytest.mark.parametrize("case", [INCLUSION, CONSISTENCY, ALONE, SAME])
def test_good_cases_are_valid(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(json.dumps(case).encode(), monkeypatch, capsys) == (0, "valid\n")


WRONG: list[dict[str, Any]] = [
    INCLUSION | {"leafIdx": 4},
    INCLUSION | {"leafIdx": 11},
    INCLUSION | {"leafIdx": -1},
    INCLUSION | {"leafIdx": 5.0},
    INCLUSION | {"leafIdx": "5"},
    INCLUSION | {"leafIdx": True},
    INCLUSION | {"leafIdx": None},
    INCLUSION | {"leafIdx": 2**64},
    INCLUSION | {"treeSize": 0},
    INCLUSION | {"treeSize": 2**64 - 1},
    INCLUSION | {"leafHash": ""},
    INCLUSION | {"leafHash": None},
    INCLUSION | {"leafHash": "甲"},
    INCLUSION | {"leafHash": INCLUSION["leafHash"][:-1]},
    INCLUSION | {"leafHash": INCLUSION["leafHash"] + "\n"},
    INCLUSION | {"root": INCLUSION["leafHash"]},
    INCLUSION | {"root": 5},
    INCLUSION | {"proof": None},
    INCLUSION | {"proof": {}},
    INCLUSION | {"proof": "AAAA"},
    INCLUSION | {"proof": [None]},
    INCLUSION | {"proof": [[]]},
    INCLUSION | {"proof": INCLUSION["proof"][::-1]},
    INCLUSION | {"proof": INCLUSION["proof"][1:]},
    INCLUSION | {"proof": [*INCLUSION["proof"], ""]},
    INCLUSION | {"proof": [INCLUSION["root"]] * 9_000},
    INCLUSION | CONSISTENCY,
    {},
    {"size1": 1},
    {"proof": []},
    {name: value for name, value in INCLUSION.items() if name != "proof"},
    {name: value for name, value in INCLUSION.items() if name != "root"},
    {name: value for name, value in CONSISTENCY.items() if name != "root2"},
    EMPTY,
    EMPTY | {"proof": None},
    EMPTY | {"size2": 5},
    EMPTY | {"root1": encode(naive.root([])), "root2": encode(naive.root([]))},
    CONSISTENCY | {"size1": 7},
    CONSISTENCY | {"size1": 12},
    CONSISTENCY | {"size1": 11},
    CONSISTENCY | {"size2": 10**30},
    CONSISTENCY | {"root1": CONSISTENCY["root2"]},
    CONSISTENCY | {"root2": CONSISTENCY["root1"]},
    CONSISTENCY | {"proof": []},
    SAME | {"root1": CONSISTENCY["root1"]},
    SAME | {"proof": [CONSISTENCY["root1"]]},
]
BYTES = [
    b"",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"5",
    b'"size1"',
    b"{",
    b"[" * 100_000,
    b'{"leafIdx":' + b"9" * 9_000 + b"}",
    b"\x00",
    b'{"size1": NaN}',
    b'{"size1": 1, "size1": 1}',
    json.dumps(SAME).replace('"size2"', '"size1": 11, "size2"').encode(),
    json.dumps(INCLUSION | {"leafHash": "\ud800"}).encode(),
    json.dumps(INCLUSION).encode() + b"{}",
    b" " * (LARGEST_CASE + 1),
]


@pytest.mark.parametrize("given", [*(json.dumps(case).encode() for case in WRONG), *BYTES])
def test_wrong_and_malformed_cases_are_invalid(
    given: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(given, monkeypatch, capsys)
    assert code == 1
    assert said.startswith("invalid: ")
    assert said.count("\n") == 1


@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(sorted(CONSISTENCY | INCLUSION)), inner, max_size=9)
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_input_at_all_is_a_surprise(given: bytes) -> None:
    with pytest.raises(ProofInvalid):
        check_case(given)


def test_the_command_takes_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["proof", "case.json"]) == 2
    assert command.main(["--help"]) == 0
    assert "leafIdx" in capsys.readouterr().out
