"""Every proof and root can be read from tiles, and the tiles are those of the layout."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.audit.tree import merkle, tiles
from anxin.audit.tree.hashing import SHA256
from anxin.audit.tree.proofs import verify_inclusion
from tests.audit.tree import naive

COUNT = 66_000
LEAVES = naive.leaves(COUNT)


class Store:
    """Full tiles as the database keeps them; open ones recomputed from leaves and lower tiles."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves, self.full, self.reads = leaves, dict[tuple[int, int], bytes](), 0

    def keep(self, made: list[tiles.Tile]) -> None:
        assert not {(one.level, one.index) for one in made} & self.full.keys()
        self.full |= {(one.level, one.index): one.hashes for one in made}

    def read(self, level: int, index: int, width: int) -> bytes:
        self.reads += 1
        if (level, index) in self.full:
            return self.full[level, index]
        first = index * tiles.WIDTH
        if level == 0:
            return b"".join(self.leaves[first : first + width])
        below = (tiles.split(self.full[level - 1, first + at]) for at in range(width))
        return b"".join(map(merkle.perfect_root, below))


@pytest.fixture(scope="module")
def store() -> Store:
    store, writer = Store(LEAVES), tiles.TileWriter()
    for at in range(0, COUNT, 1000):
        store.keep(writer.extend(LEAVES[at : at + 1000]))
    assert writer.size == COUNT
    return store


def test_the_full_tiles_are_those_of_the_layout(store: Store) -> None:
    assert sorted(store.full) == [*((0, at) for at in range(COUNT // 256)), (1, 0)]
    assert store.full[0, 3] == b"".join(LEAVES[768:1024])
    assert store.full[1, 0][32:64] == naive.root(LEAVES[256:512])


@settings(deadline=None, max_examples=40)
@given(size=st.integers(1, COUNT), data=st.data())
def test_proofs_and_roots_from_tiles_hold(size: int, data: st.DataObject, store: Store) -> None:
    index = data.draw(st.integers(0, size - 1))
    node = tiles.node_reader(size, store.read)
    proof = merkle.inclusion_proof(index, size, node)
    frontier = merkle.Frontier()
    frontier.extend(LEAVES[:size])
    assert merkle.tree_root(size, node) == frontier.root()
    verify_inclusion(index=index, size=size, leaf_hash=LEAVES[index], proof=proof, root=frontier.root())


@settings(deadline=None)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_writer_that_begins_again_makes_the_same_tiles(portions: list[int]) -> None:
    leaves = LEAVES[: sum(portions)]
    whole, broken = Store(leaves), Store(leaves)
    whole.keep(tiles.TileWriter().extend(leaves))
    at = 0
    for portion in portions:
        broken.keep(tiles.TileWriter.resume(at, broken.read).extend(leaves[at : at + portion]))
        at += portion
    assert whole.full == broken.full


def test_a_proof_reads_few_tiles_and_is_quick(store: Store) -> None:
    store.reads = 0
    began = time.perf_counter()
    for index in range(0, COUNT, 6600):
        merkle.inclusion_proof(index, COUNT, tiles.node_reader(COUNT, store.read, SHA256))
    assert store.reads <= 10 * 4
    # The promise is 5 ms; a busy machine gets ten times that.
    assert (time.perf_counter() - began) / 10 < 0.05


@pytest.mark.parametrize("short", [b"", b"x" * 31, b"x" * 32 * 100])
def test_a_missing_or_short_tile_is_said_and_not_guessed(short: bytes) -> None:
    with pytest.raises(tiles.TileMissing, match="0/0"):
        merkle.inclusion_proof(0, 300, tiles.node_reader(300, lambda level, index, width: short))
    with pytest.raises(tiles.TileMissing):
        tiles.TileWriter.resume(300, lambda level, index, width: short[:640])


def test_a_node_beyond_the_tree_is_missing(store: Store) -> None:
    with pytest.raises(tiles.TileMissing):
        tiles.node_reader(300, store.read)(0, 600)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((0, 1234067), "tile/0/x001/x234/067"),
        ((1, 0), "tile/1/000"),
        ((0, 273, 112), "tile/0/273.p/112"),
        ((2, 1000), "tile/2/x001/000"),
    ],
)
def test_paths_are_those_of_the_layout(place: tuple[int, ...], path: str) -> None:
    assert tiles.tile_path(*place) == path
