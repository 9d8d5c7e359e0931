"""`./anxin fsck [--data DIR] [--json]`: re-check the invariants on a live database, and say when and what was found.

Ends with 0 where every invariant holds, 1 where one does not.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from anxin.cli import database


def main(argv: list[str]) -> int:
    """Connect to DATABASE_URL's server or the data folder's own, check, print."""
    arguments = _arguments(argv)
    with database.opened(Path(arguments.data).resolve()) as environment:
        os.environ.update(environment)
        return _check(as_json=arguments.json)


def _check(*, as_json: bool) -> int:
    import django

    django.setup()
    from anxin.jobs.rechecks.run import recheck_invariants

    began = time.monotonic()
    done = recheck_invariants(clock=lambda: datetime.now(UTC))
    seconds = round(time.monotonic() - began, 2)
    if as_json:
        results = [one.as_data() for one in done.findings]
        print(json.dumps({"passed": done.passed, "seconds": seconds, "results": results}, ensure_ascii=False))
        return 0 if done.passed else 1
    for one in done.findings:
        mark = f"✗ {one.count}" if one.count else "✓"
        print(f"{one.invariant:>2} {mark} {one.zh} / {one.en}")
        if one.count:
            print("     " + ", ".join(one.first))
    print(f"{seconds} s")
    return 0 if done.passed else 1


def _arguments(argv: list[str]) -> argparse.Namespace:
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    store = Path(os.environ.get("ANXIN_STORE", root / ".anxin"))
    parser = argparse.ArgumentParser(prog="./anxin fsck", description="核对不变量 / re-check the invariants")
    parser.add_argument("--data", default=str(store / "demo"), help="数据文件夹 / data folder")
    parser.add_argument("--json", action="store_true", help="输出一行 JSON / print one JSON line")
    return parser.parse_args(argv)
