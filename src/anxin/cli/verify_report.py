"""`./anxin verify-report FILE --keys KEYS.json [--number N]`: is this report genuine? Without network and database.

FILE is a report's PDF or its `.jws` file; KEYS.json is what `GET /api/keys` gave. Prints one JSON line; 0 genuine, 1 not.
Whether the report was withdrawn, and what changed since, only the website can say.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anxin.access.tokens import check_token, token_in_file
from anxin.cli.sentences import Sentence


def main(argv: Sequence[str]) -> int:
    """Read both files and say what the signature says."""
    options = _parser().parse_args(argv)
    keys = _keys(options.keys)
    checked = check_token(token_in_file(_read(options.file)) or "", keys)
    if checked.content is None:
        return _say({"genuine": False, "finding": checked.fault.value if checked.fault else "changed"})
    number = checked.content["number"]
    if options.number and options.number.strip().upper() != number:
        return _say({"genuine": False, "finding": "other_number"})
    told = {name: checked.content.get(name) for name in ("number", "as_of", "record_count", "verify_at")}
    return _say({"genuine": True, "finding": "genuine", **told})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./anxin verify-report", description="离线验证报告 / verify a report offline"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--keys", type=Path, required=True, help="GET /api/keys")
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


def _say(answer: dict[str, Any]) -> int:
    print(json.dumps(answer, ensure_ascii=False))
    return 0 if answer["genuine"] else 1
