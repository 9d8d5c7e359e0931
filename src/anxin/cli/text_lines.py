"""Lines of text through the standard streams, always UTF-8, whatever the machine's locale says."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator


def read_lines() -> Iterator[str]:
    """Standard input line by line, without line ends. Bytes that are no UTF-8 become U+FFFD; a BOM is dropped."""
    stream = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
    return (line.removesuffix("\n") for line in stream)


def write_lines(lines: Iterable[str]) -> None:
    """To standard output, each line as soon as it is there."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    for line in lines:
        print(line, flush=True)
