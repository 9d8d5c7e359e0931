"""`./anxin setup`: the shell script has already made the environment; say where."""

from __future__ import annotations

import sys


def main(argv: list[str]) -> int:
    """Print the environment's folder."""
    print(sys.prefix)
    return 0
