"""Reading one step ahead: the next frame is parsed on another thread while its user is busy with the last."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def prefetched(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items in the same order; what `items` raises is raised here, at its place.

    Never more than one item ahead, so memory stays bounded. `items` runs on one thread of its own, which ends with the
    iteration, also where the user stops early; it may therefore use no database connection.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
            # Otherwise it would be kept here while the user lets go of it.
            del item
