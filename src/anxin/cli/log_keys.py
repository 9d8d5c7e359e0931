"""`./anxin log-keys [make NAME | rotate [--days N] | revoke ID]`: the keys that sign the log, in the file ANXIN_LOG_KEYS.

Without a word it prints what witnesses and verifiers are given: a line a key. The sealing job notices changes by itself.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anxin.audit.log_keys import make_log_keys, read_log_keys, revoke_log_key, rotate_log_keys, write_log_keys
from anxin.audit.tree.keys import Malformed
from anxin.cli.sentences import Sentence

DAYS_OF_OVERLAP = 14


def main(argv: list[str]) -> int:
    """Do what is asked and print the public keys."""
    arguments = _arguments(argv)
    path, at = Path(os.environ.get("ANXIN_LOG_KEYS", "")), datetime.now(UTC)
    if not os.environ.get("ANXIN_LOG_KEYS") or path.is_file() == (arguments.act == "make"):
        raise Sentence(
            "ANXIN_LOG_KEYS 应指向日志密钥文件（make 时应尚不存在）。",
            "ANXIN_LOG_KEYS must name the file of the log's keys (which must not exist yet for make).",
        )
    try:
        keys = make_log_keys(arguments.name, at=at) if arguments.act == "make" else read_log_keys(path)
        if arguments.act == "rotate":
            keys = rotate_log_keys(keys, at=at, overlap=timedelta(days=arguments.days))
        elif arguments.act == "revoke":
            keys = revoke_log_key(keys, arguments.key, at=at)
    except Malformed as error:
        raise Sentence(f"{error.why.zh}。", f"{error.why.en}.") from error
    except LookupError as error:
        raise Sentence("没有这个编号的密钥。", "There is no key with this id.") from error
    if arguments.act:
        write_log_keys(path, keys)
    print(keys.trust_lines(), end="")
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./anxin log-keys", description="日志签名密钥 / keys that sign the log"
    )
    acts = parser.add_subparsers(dest="act")
    making = acts.add_parser("make", help="新建 / make the first key")
    making.add_argument("name", help="日志名称 / the log's origin, such as example.org/log")
    rotating = acts.add_parser(
        "rotate", help="换新，旧的继续签一段时间 / a new key beside the old for a while"
    )
    rotating.add_argument("--days", type=int, default=DAYS_OF_OVERLAP)
    revoking = acts.add_parser("revoke", help="立即停用 / end a key now")
    revoking.add_argument("key", help="编号 / the key's id, eight hexadecimal digits")
    return parser.parse_args(argv)
