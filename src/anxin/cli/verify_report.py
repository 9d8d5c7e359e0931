"""`./anxin verify-report FILE --keys KEYS.json [--number N] [--log-key KEY --witness KEY]`: is this report genuine?

Without network and database. FILE is a report's PDF or its `.jws` file; KEYS.json is what `GET /api/keys` gave. With keys of the log and
its witnesses, the checkpoint that the report names is checked too. Prints one JSON line; 0 genuine, 1 not.
Whether the report was withdrawn, and what changed since, only the website can say.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anxin.access.offline import check_offline
from anxin.audit.verifier.trust import Trust
from anxin.cli.log_trust import trust_of
from anxin.cli.sentences import Sentence

TOLD = ("number", "kind", "period", "as_of", "issued_at", "record_count", "checkpoint", "verify_at")


def main(argv: Sequence[str]) -> int:
    """Read both files and say what the signatures say."""
    options = _parser().parse_args(argv)
    log = trust_of(options.log_key, options.witness) if options.log_key or options.witness else None
    return verify_report(options.file, options.keys, number=options.number, log=log)


def verify_report(file: Path, keys: Path, *, number: str = "", log: Trust | None = None) -> int:
    """One JSON line about the report in `file`; 0 for a genuine one, 1 for any other. Raises `Sentence`."""
    verdict = check_offline(_read(file), _keys(keys), number=number.strip().upper(), log=log)
    told = {
        "genuine": verdict.genuine,
        "finding": verdict.finding,
        "checkpoint_checked": verdict.genuine and log is not None,
    }
    if verdict.content is not None:
        told |= {name: verdict.content.get(name) for name in TOLD}
    print(json.dumps(told, ensure_ascii=False))
    return 0 if verdict.genuine else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./anxin verify-report", description="离线验证报告 / verify a report offline"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--keys", "--key", type=Path, required=True, help="GET /api/keys")
    parser.add_argument("--log-key", action="append", default=[], help="日志公钥 / the log's key, or a file")
    parser.add_argument(
        "--witness", action="append", default=[], help="见证公钥 / a witness's key, or a file"
    )
    parser.add_argument("--number", default="", help="纸面上的编号 / the number on the paper")
    return parser


def _keys(path: Path) -> dict[str, Any]:
    try:
        keys = json.loads(_read(path))
    except ValueError:
        keys = None
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise Sentence(f"{path} 不是公钥文件。", f"{path} is not a file of public keys.")
    return keys


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Sentence(f"无法读取 {path}。", f"{path} cannot be read.") from error
