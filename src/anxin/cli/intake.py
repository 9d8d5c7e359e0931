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
from dataclasses import asdict
from pathlib import Path
from typing import Any

from anxin.cli import database, logins
from anxin.cli.sentences import Sentence
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

KEYS = ("declared", "read", "accepted", "returned", "duplicates", "linked", "queued", "warnings", "reasons")


def main(argv: list[str]) -> int:
    """0 when the file was taken in (even with returned rows), 2 when it was refused as a whole or nothing could be done."""
    arguments = _arguments(argv)
    path = Path(arguments.file)
    if not path.is_file():
        name = path.name
        return _refuse(arguments, "E-FILE", Bilingual(f"找不到文件：{name}", f"No such file: {name}"))
    try:
        with _database(Path(arguments.data).resolve()):
            return _take_in(arguments, path)
    except Sentence as sentence:
        zh, _, en = str(sentence).partition("\n")
        return _refuse(arguments, "E-START", Bilingual(zh, en))


def _refuse(
    arguments: argparse.Namespace,
    code: str,
    detail: Bilingual,
    remedy: Bilingual | None = None,
    clause: str | None = None,
) -> int:
    """Say why nothing was taken in: one JSON line with --json, words on the error stream without."""
    advice = remedy or Bilingual("", "")
    if arguments.json:
        problem = {"code": code, "clause": clause, "detail": asdict(detail), "remedy": asdict(advice)}
        print(json.dumps({"refused": problem}, ensure_ascii=False))
    else:
        print(f"{code}: {detail.zh}{advice.zh}\n{detail.en} {advice.en}", file=sys.stderr)
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
    parser.add_argument("--sha256", help="申报的文件摘要 / declared SHA-256 of the file")
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
        os.environ.update(logins.for_worker(environment, folder))
        import django

        django.setup()
        yield


def _take_in(arguments: argparse.Namespace, path: Path) -> int:
    from django.conf import settings
    from django.utils import timezone

    from anxin.intake.orders import Order
    from anxin.intake.reading import written_digest
    from anxin.intake.services import record_refusal, take_in
    from anxin.subjects.keys import load_key_ring

    began = time.monotonic()
    digest = written_digest(arguments.sha256) if arguments.sha256 else None
    if arguments.sha256 and digest is None:
        return _refuse(
            arguments, "E-HASH", Bilingual("摘要应为 64 位十六进制。", "A digest has 64 hexadecimal digits.")
        )
    order = Order(
        path=path,
        item=arguments.item,
        unit=arguments.unit,
        channel="command",
        received_at=timezone.now(),
        as_of=timezone.localdate(),
        mapping=arguments.mapping,
        declared=arguments.declared,
        declared_digest=digest,
        dry_run=arguments.dry_run,
        returned_to=arguments.returned,
    )
    try:
        outcome = take_in(order, load_key_ring(settings.KEY_RING))
    except Refusal as refusal:
        record_refusal(order=order, refusal=refusal, at=order.received_at)
        detail = Bilingual(refusal.explain("zh"), refusal.explain("en"))
        remedy = Bilingual(refusal.advise("zh"), refusal.advise("en"))
        return _refuse(arguments, refusal.code, detail, remedy, refusal.clause)
    result: dict[str, Any] = {key: getattr(outcome, key) for key in KEYS}
    result["seconds"] = round(time.monotonic() - began, 3)
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(result, ensure_ascii=False) if arguments.json else _readable(result))
    return 0


def _readable(result: dict[str, Any]) -> str:
    return "\n".join(f"{name:<12} {value}" for name, value in result.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
