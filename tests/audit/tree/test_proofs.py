"""Verification accepts exactly the proofs that the definition makes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.audit.tree.proofs import ProofInvalid, verify_consistency, verify_inclusion
from tests.audit.tree import naive


def inclusion_case(index: int, size: int) -> dict[str, object]:
    leaves = naive.LEAVES[:size]
    return {
        "index": index,
        "size": size,
        "leaf_hash": leaves[index],
        "proof": naive.inclusion(index, leaves),
        "root": naive.root(leaves),
    }


def consistency_case(smaller: int, larger: int) -> dict[str, object]:
    leaves = naive.LEAVES[:larger]
    return {
        "size1": smaller,
        "size2": larger,
        "root1": naive.root(leaves[:smaller]),
        "root2": naive.root(leaves),
        "proof": naive.consistency(smaller, leaves),
    }


def changed(case: dict[str, object], draw: st.DataObject) -> dict[str, object]:
    """The case with one thing wrong: a bit, a hash more or less, another order, another number."""
    name = draw.draw(st.sampled_from(sorted(case)))
    value = case[name]
    if isinstance(value, bytes):
        return case | {name: flip(value, draw)}
    if isinstance(value, int):
        return case | {name: draw.draw(st.integers(0, 2**64 - 1).filter(lambda other: other != value))}
    assert isinstance(value, list)
    return case | {name: draw.draw(st.sampled_from(other_proofs(value, draw)))}


def flip(value: bytes, draw: st.DataObject) -> bytes:
    bit = draw.draw(st.integers(0, len(value) * 8 - 1))
    return (int.from_bytes(value, "big") ^ (1 << bit)).to_bytes(len(value), "big")


def other_proofs(proof: list[bytes], draw: st.DataObject) -> list[list[bytes]]:
    found = [[*proof, b"x" * 32], [b"x" * 32, *proof], [*proof, b""], [b"x" * 32] * 70]
    if proof:
        at = draw.draw(st.integers(0, len(proof) - 1))
        found += [proof[1:], proof[:-1], [*proof[:at], flip(proof[at], draw), *proof[at + 1 :]]]
        found += [
            [*proof[:at], proof[at] + b"\0", *proof[at + 1 :]],
            [*proof[:at], proof[at][:-1], *proof[at + 1 :]],
        ]
    return found + ([proof[::-1]] if len(proof) > 1 else [])


@given(naive.sizes, st.data())
def test_inclusion_holds_and_nothing_near_it_does(size: int, data: st.DataObject) -> None:
    case = inclusion_case(data.draw(st.integers(0, size - 1)), size)
    verify_inclusion(**case)  # type: ignore[arg-type]
    other = changed(case, data)
    # A proof names its leaf's place and the tree's size only by its shape: other numbers of one shape are as true.
    if other["proof"] == case["proof"] and (other["index"], other["size"]) != (case["index"], case["size"]):
        return
    with pytest.raises(ProofInvalid):
        verify_inclusion(**other)  # type: ignore[arg-type]


@given(naive.two_sizes(), st.data())
def test_consistency_holds_and_nothing_near_it_does(sizes: tuple[int, int], data: st.DataObject) -> None:
    case = consistency_case(*sizes)
    verify_consistency(**case)  # type: ignore[arg-type]
    other = changed(case, data)
    if other["proof"] == case["proof"] and (other["size1"], other["size2"]) != sizes:
        return
    with pytest.raises(ProofInvalid):
        verify_consistency(**other)  # type: ignore[arg-type]


@given(naive.sizes, st.data())
def test_a_leaf_is_proved_at_its_own_place_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    case = inclusion_case(index, size)
    for other in {index ^ 1, index + 1, index - 1, size, size - 1} - {index}:
        with pytest.raises(ProofInvalid):
            verify_inclusion(**case | {"index": other})  # type: ignore[arg-type]


@pytest.mark.parametrize("larger", [0, 1, 2, 8, 2**64 - 1])
@pytest.mark.parametrize("proof", [[], [hashlib.sha256().digest()]])
def test_nothing_is_proved_from_the_empty_tree(larger: int, proof: list[bytes]) -> None:
    empty = hashlib.sha256().digest()
    with pytest.raises(ProofInvalid, match="size 0 proves nothing"):
        verify_consistency(size1=0, size2=larger, root1=empty, root2=empty, proof=proof)
    with pytest.raises(ProofInvalid, match="not below"):
        verify_inclusion(index=larger, size=0, leaf_hash=empty, proof=proof, root=empty)


@pytest.mark.parametrize("number", [-1, 2**64, 2**70])
def test_numbers_outside_of_64_bits_are_refused(number: int) -> None:
    with pytest.raises(ProofInvalid, match="out of range"):
        verify_consistency(size1=number, size2=number, root1=b"", root2=b"", proof=[])
    with pytest.raises(ProofInvalid, match="out of range"):
        verify_inclusion(index=number, size=number, leaf_hash=b"", proof=[], root=b"")


def test_every_size_up_to_seventy_exhaustively() -> None:
    for larger in range(1, 70):
        for smaller in range(1, larger + 1):
            verify_consistency(**consistency_case(smaller, larger))  # type: ignore[arg-type]
            verify_inclusion(**inclusion_case(smaller - 1, larger))  # type: ignore[arg-type]


def test_the_refusal_says_why_in_both_languages() -> None:
    with pytest.raises(ProofInvalid) as caught:
        verify_inclusion(**inclusion_case(3, 9) | {"root": b"x" * 32})  # type: ignore[arg-type]
    assert caught.value.why.zh == "算出的根与所给的根不同"
    assert caught.value.why.en == "the computed root is not the given root"
