"""Tiles of 256 hashes (C2SP tlog-tiles): every proof from a few tiles, whatever the size of the tree.

Level 0 holds leaf hashes; each hash of level n + 1 is the root of one full tile of level n. A tile is the bytes of its
hashes, one after another. Tiles that are not full are recomputed and never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anxin.audit.tree.hashing import SHA256, SIZE, Algorithm
from anxin.audit.tree.merkle import ReadNode, perfect_root

HEIGHT = 8
WIDTH = 1 << HEIGHT
# (level, index, how many hashes of it the tree has) -> at least so many hashes.
ReadTile = Callable[[int, int, int], bytes]


@dataclass(frozen=True, slots=True)
class Tile:
    """A full tile, and the root over its hashes, which the level above holds."""

    level: int
    index: int
    hashes: bytes
    root: bytes


class TileMissing(LookupError):
    """A tile of this tree is not there, or shorter than the tree says."""

    def __init__(self, level: int, index: int) -> None:
        self.level, self.index = level, index
        super().__init__(f"tile {level}/{index}")


class TileWriter:
    """Cuts a growing tree into full tiles; holds at most 255 hashes a level."""

    def __init__(self, algorithm: Algorithm = SHA256) -> None:
        self.algorithm = algorithm
        self.size = 0
        self._open: list[list[bytes]] = []

    @classmethod
    def resume(cls, size: int, read: ReadTile, algorithm: Algorithm = SHA256) -> TileWriter:
        """The writer of a tree of `size` leaves; `read` gives the open tile of each level."""
        writer = cls(algorithm)
        writer.size = size
        level = 0
        while size >> (HEIGHT * level):
            hashes = size >> (HEIGHT * level)
            width = hashes % WIDTH
            tile = _checked(read, level, hashes // WIDTH, width) if width else b""
            writer._open.append(split(tile))
            level += 1
        return writer

    def extend(self, leaf_hashes: Sequence[bytes]) -> list[Tile]:
        """Add leaves; the tiles that became full, lower levels first."""
        full: list[Tile] = []
        size, hashes, level = self.size, list(leaf_hashes), 0
        self.size += len(leaf_hashes)
        while hashes:
            if level == len(self._open):
                self._open.append([])
            first = (size >> (HEIGHT * level)) // WIDTH
            hashes = self._open[level] + hashes
            parts = [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]
            self._open[level] = parts.pop() if len(parts[-1]) < WIDTH else []
            hashes = [perfect_root(part, self.algorithm) for part in parts]
            full += [
                Tile(level, first + at, b"".join(part), root)
                for at, (part, root) in enumerate(zip(parts, hashes, strict=True))
            ]
            level += 1
        return full


def node_reader(size: int, read: ReadTile, algorithm: Algorithm = SHA256) -> ReadNode:
    """Reads the nodes of a tree of `size` leaves from its tiles; each tile is read once. Raises `TileMissing`."""
    seen: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        place = (tile_level, first // WIDTH)
        if place not in seen:
            width = min(WIDTH, (size >> (HEIGHT * tile_level)) - place[1] * WIDTH)
            seen[place] = _checked(read, *place, width)
        at = first % WIDTH * SIZE
        return perfect_root(split(seen[place][at : at + (SIZE << height)]), algorithm)

    return node


def split(hashes: bytes) -> list[bytes]:
    """The single hashes of a tile."""
    return [hashes[at : at + SIZE] for at in range(0, len(hashes), SIZE)]


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Where the layout keeps a tile, such as `tile/0/x001/x234/067` or `tile/1/000.p/12`."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


def _checked(read: ReadTile, level: int, index: int, width: int) -> bytes:
    tile = read(level, index, width) if width > 0 else b""
    if width <= 0 or len(tile) < width * SIZE:
        raise TileMissing(level, index)
    return bytes(tile)
