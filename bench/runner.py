"""`./anxin bench NAME…`: run benchmarks by name, keep their results, and write `docs/benchmarks.md`."""

from __future__ import annotations


def main(argv: list[str]) -> int:
    """Nothing to run yet but `generate`."""
    print("./anxin bench generate --rows N --out FILE")
    return 2
