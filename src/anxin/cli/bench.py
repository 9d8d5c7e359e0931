"""`./anxin bench NAME…`: run benchmarks of `bench/`, or `./anxin bench generate --rows N --out FILE` for their rows."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

from anxin.cli.sentences import Sentence


def main(argv: list[str]) -> int:
    """Hand over to `bench.generate` or `bench.runner`, which lie beside the product, not in it."""
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    if not (root / "bench" / "__init__.py").is_file():
        raise Sentence(
            "这里没有 bench 目录：基准测试只能在源代码目录中运行。",
            "There is no folder bench here: benchmarks run in a checkout of the source.",
        )
    sys.path.insert(0, str(root))
    if argv[:1] == ["generate"]:
        return int(import_module("bench.generate").main(argv[1:]))
    return int(import_module("bench.runner").main(argv))
