"""`./anxin intake FILE --item ITEM …`: take in a unit's file and print one JSON line about what became of it."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anxin.cli import database
from anxin.kernel.refusals import Refusal

KEYS = ("declared", "read", "accepted", "returned", "duplicates", "linked", "queued", "warnings", "reasons")


def main(argv: list[str]) -> int:
    """0 when the file was taken in (even with returned rows), 2 when it was refused as a whole."""
    arguments = _arguments(argv)
    path = Path(arguments.file)
    if not path.is_file():
        return _refuse({"code": "E-FILE", "detail": f"找不到文件 / no such file: {path.name}", "remedy": ""})
    with _database(Path(arguments.data).resolve()):
        try:
            return _take_in(arguments, path)
        except Refusal as refusal:
            problem: dict[str, Any] = {"code": refusal.code, "clause": refusal.clause}
            problem["detail"] = {"zh": refusal.explain("zh"), "en": refusal.explain("en")}
            problem["remedy"] = {"zh": refusal.advise("zh"), "en": refusal.advise("en")}
            return _refuse(problem)


def _refuse(problem: dict[str, Any]) -> int:
    print(json.dumps({"refused": problem}, ensure_ascii=False))
    return 2


def _arguments(argv: list[str]) -> argparse.Namespace:
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    parser = argparse.ArgumentParser(prog="./anxin intake", description="报送文件 / take in a file")
    parser.add_argument("file")
    parser.add_argument(
        "--item", required=True, help="目录条目 / catalog item, such as administrative-penalty"
    )
    parser.add_argument("--unit", help="报送单位 / providing unit; the item's first source where not given")
    parser.add_argument("--declared", type=int, help="申报行数 / number of rows declared")
    parser.add_argument("--mapping", default="double-publicity", help="列名映射 / column mapping")
    parser.add_argument("--data", default=str(root / ".anxin" / "demo"), help="数据文件夹 / data folder")
    parser.add_argument("--dry-run", action="store_true", help="只检查不存 / check only")
    parser.add_argument("--returned", type=Path, help="退回工作簿 / workbook of returned rows")
    parser.add_argument("--json", action="store_true", help="输出一行 JSON / print one JSON line")
    return parser.parse_args(argv)


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    """Connect to DATABASE_URL's server or the data folder's own, with tables, units and catalog in place."""
    with database.opened(folder) as environment:
        database.prepare(environment, city=False)
        os.environ.update(environment)
        import django

        django.setup()
        yield


def _take_in(arguments: argparse.Namespace, path: Path) -> int:
    from django.conf import settings
    from django.utils import timezone

    from anxin.intake.orders import Order
    from anxin.intake.services import take_in
    from anxin.subjects.keys import load_key_ring

    began = time.monotonic()
    order = Order(
        path=path,
        item=arguments.item,
        unit=arguments.unit,
        channel="command",
        received_at=timezone.now(),
        as_of=timezone.localdate(),
        mapping=arguments.mapping,
        declared=arguments.declared,
        dry_run=arguments.dry_run,
        returned_to=arguments.returned,
    )
    outcome = take_in(order, load_key_ring(settings.KEY_RING))
    result: dict[str, Any] = {key: getattr(outcome, key) for key in KEYS}
    result["seconds"] = round(time.monotonic() - began, 3)
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(result, ensure_ascii=False) if arguments.json else _readable(result))
    return 0


def _readable(result: dict[str, Any]) -> str:
    return "\n".join(f"{name:<12} {value}" for name, value in result.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
