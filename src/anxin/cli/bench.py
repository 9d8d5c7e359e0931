"""`./anxin bench NAME…`: run benchmarks of `bench/`; `generate` makes their rows, `kills` is the series of kills."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

from anxin.cli.sentences import Sentence

OWN_COMMANDS = {"generate": "bench.generate", "kills": "bench.kills.command"}


def main(argv: list[str]) -> int:
    """Hand over to a module of `bench`, which lies beside the product, not in it."""
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    if not (root / "bench" / "__init__.py").is_file():
        raise Sentence(
            "这里没有 bench 目录：基准测试只能在源代码目录中运行。",
            "There is no folder bench here: benchmarks run in a checkout of the source.",
        )
    sys.path.insert(0, str(root))
    module = OWN_COMMANDS.get(argv[0]) if argv else None
    if module:
        return int(import_module(module).main(argv[1:]))
    return int(import_module("bench.runner").main(argv))
