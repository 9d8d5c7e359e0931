"""Reading on more than one thread: the same items, the same refusals at the same places, bounded memory, no thread left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.intake.checks.texts import SAMPLE, first_look
from anxin.intake.reading import encoding
from anxin.intake.reading.prefetching import prefetched
from anxin.intake.reading.source import Source


def counted(started: list[int], last: int, fails_at: int | None = None) -> Iterator[int]:
    for number in range(1, last + 1):
        started.append(number)
        if number == fails_at:
            raise ValueError(number)
        yield number


def test_the_next_item_is_made_while_this_one_is_used_but_no_more_than_one() -> None:
    started: list[int] = []
    for number in prefetched(counted(started, 6)):
        assert max(started) <= number + 1
    assert started == [1, 2, 3, 4, 5, 6]


def test_what_fails_is_raised_at_its_place() -> None:
    items = prefetched(counted([], 6, fails_at=4))
    assert [next(items) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ValueError, match="4"):
        next(items)


def test_no_thread_remains_where_the_user_stops_early() -> None:
    items = prefetched(counted([], 6))
    assert next(items) == 1
    items.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("reading")]


@given(
    data=st.lists(st.sampled_from(["a", "é", "鞍", "𠮷", b"\x80", b"\xe9", b"\xe9\x9e", b"\0"]), max_size=12),
    block=st.integers(min_value=4, max_value=9),
)
@settings(max_examples=300, deadline=None)
def test_utf8_is_told_the_same_wherever_blocks_end(
    data: list[str | bytes], block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = b"".join(piece.encode() if isinstance(piece, str) else piece for piece in data)
    path: Path = tmp_path_factory.mktemp("blocks") / "text"
    path.write_bytes(whole)
    try:
        plain = "\0" not in whole.decode()
    except UnicodeDecodeError:
        plain = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "PIECE", block)
        assert encoding._plainly_utf8(Source.of_path(path)) is plain


def test_repeated_and_single_texts_are_looked_at_alike() -> None:
    """Both ways of looking at a column flag the same rows."""
    odd = [number % 7 == 0 for number in range(3 * SAMPLE)]
    single = [f"第{number}号\u200b" if strange else f"第{number}号" for number, strange in enumerate(odd)]
    often = ["同一句\u200b" if strange else "同一句" for strange in odd]
    raw = pl.DataFrame({"single": single, "often": often, "empty": [None, *["同"] * (3 * SAMPLE - 1)]})
    found = first_look(raw, raw.columns)
    assert found["single"].tolist() == found["often"].tolist() == odd
    assert not found["empty"].any()
