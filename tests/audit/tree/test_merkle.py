"""Growing the tree and making proofs, against the recursive definition and known roots."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.audit.tree import merkle
from anxin.audit.tree.hashing import SHA256, SM3, _Sm3, commit
from tests.audit.tree import naive

# The eight inputs that implementations of RFC 6962 share, and the root of each size.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_roots_of_the_shared_inputs_are_the_known_ones() -> None:
    tree = merkle.Frontier()
    found = [tree.root().hex()]
    for one in INPUTS:
        tree.append(SHA256.leaf(bytes.fromhex(one)))
        found.append(tree.root().hex())
    assert found == ROOTS


def test_sm3_is_the_standard_s_own_example_in_both_builds() -> None:
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert SM3.digest(b"abc").hex() == known
    assert _Sm3(b"abc").digest().hex() == known


def test_a_commitment_is_the_hash_of_salt_and_text() -> None:
    assert commit(b"s" * 16, '["q",1,"甲"]') == hashlib.sha256(b"s" * 16 + '["q",1,"甲"]'.encode()).digest()


@given(st.lists(st.integers(0, 90), max_size=12))
def test_a_tree_grown_in_any_portions_has_the_defined_root(portions: list[int]) -> None:
    tree, alone = merkle.Frontier(), merkle.Frontier()
    for portion in portions:
        part = naive.leaves(2000)[tree.size : tree.size + portion]
        tree.extend(part)
        for leaf in part:
            alone.append(leaf)
    assert tree.root() == alone.root() == naive.root(naive.leaves(tree.size))
    assert tree.size == alone.size == sum(portions)


def test_whole_subtrees_can_be_added_at_once_where_they_fit() -> None:
    tree = merkle.Frontier()
    tree.extend([naive.root(naive.LEAVES[at : at + 8]) for at in range(0, 64, 8)], level=3)
    tree.extend(naive.LEAVES[64:67])
    assert (tree.size, tree.root()) == (67, naive.root(naive.LEAVES[:67]))
    with pytest.raises(ValueError, match="multiple"):
        tree.extend([b"x" * 32], level=1)


def test_a_copy_grows_apart() -> None:
    tree = merkle.Frontier()
    tree.extend(naive.LEAVES[:5])
    other = tree.copy()
    other.append(naive.LEAVES[5])
    assert (tree.root(), other.root()) == (naive.root(naive.LEAVES[:5]), naive.root(naive.LEAVES[:6]))


@given(naive.sizes, st.data())
def test_inclusion_proofs_are_the_defined_ones(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = naive.LEAVES[:size]
    assert merkle.inclusion_proof(index, size, merkle.nodes_of(leaves)) == naive.inclusion(index, leaves)


@given(naive.two_sizes())
def test_consistency_proofs_are_the_defined_ones(sizes: tuple[int, int]) -> None:
    smaller, larger = sizes
    leaves = naive.LEAVES[:larger]
    made = merkle.consistency_proof(smaller, larger, merkle.nodes_of(leaves))
    assert made == naive.consistency(smaller, leaves)


@given(naive.sizes)
def test_the_root_of_every_size_can_be_read_from_nodes(size: int) -> None:
    nodes = merkle.nodes_of(naive.LEAVES)
    assert merkle.tree_root(size, nodes) == naive.root(naive.LEAVES[:size])
    assert merkle.tree_root(0, nodes) == hashlib.sha256().digest()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3)])
def test_no_proof_is_made_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.inclusion_spans(index, size)


@pytest.mark.parametrize(("smaller", "larger"), [(0, 0), (0, 3), (4, 3)])
def test_no_proof_is_made_from_an_empty_or_larger_tree(smaller: int, larger: int) -> None:
    with pytest.raises(ValueError, match="smaller one"):
        merkle.consistency_spans(smaller, larger)


def test_the_second_root_is_the_same_tree_under_sm3() -> None:
    tree = merkle.Frontier(SM3)
    hashes = [SM3.leaf(str(one).encode()) for one in range(3)]
    tree.extend(hashes)
    left = hashlib.new("sm3", b"\x01" + hashes[0] + hashes[1]).digest()
    assert tree.root() == hashlib.new("sm3", b"\x01" + left + hashes[2]).digest()
    assert len({one for pair in pairwise(hashes) for one in pair}) == 3
