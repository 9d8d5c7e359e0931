"""`./anxin export-log DIR [--snapshot] [--compact] [--data DIR]`: the log as a folder to check offline, with the auditor's login.

`--snapshot` adds what an auditor's visit holds against the log (`anxin verify visit`): facts by number, nothing personal.
`--compact` writes a form that is checked twice as fast and is less easy to read.

The login is that of ANXIN_AUDIT_DATABASE_URL where it is given, else that of DATABASE_URL, else of the demonstration's own server.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import psycopg

from anxin.cli import database
from anxin.cli.sentences import Sentence


def main(argv: list[str]) -> int:
    """Write the folder and say what is in it."""
    arguments = _arguments(argv)
    folder = Path(arguments.folder)
    given = os.environ.get("ANXIN_AUDIT_DATABASE_URL")
    if given:
        return _export(given, folder, snapshot=arguments.snapshot, compact=arguments.compact)
    with database.opened(Path(arguments.data).resolve()) as environment:
        return _export(
            environment["DATABASE_URL"], folder, snapshot=arguments.snapshot, compact=arguments.compact
        )


def _export(address: str, folder: Path, *, snapshot: bool, compact: bool) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.config.settings")
    from anxin.access.visit_snapshot import write_snapshot
    from anxin.audit.exporting import export_log

    try:
        with psycopg.connect(address) as connection:
            done = export_log(connection, folder, compact=compact, also=write_snapshot if snapshot else None)
    except FileExistsError as error:
        raise Sentence(f"{folder} 不是空文件夹。", f"{folder} is not an empty folder.") from error
    except psycopg.Error as error:
        raise Sentence("无法读取日志数据库。", "The log's database cannot be read.") from error
    print(f"条目 / entries: {done.entries}\n检查点 / checkpoints: {done.checkpoints}")
    if done.added:
        print(f"快照清单 / the snapshot's manifest: SHA-256 {done.added}")
    if done.waiting:
        print(f"等待联署、未导出 / wait for cosignatures and are not in it: {done.waiting}")
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    root = Path(os.environ.get("ANXIN_ROOT", Path.cwd()))
    store = Path(os.environ.get("ANXIN_STORE", root / ".anxin"))
    parser = argparse.ArgumentParser(prog="./anxin export-log", description="导出日志 / export the log")
    parser.add_argument("folder", help="空文件夹 / an empty folder")
    parser.add_argument("--snapshot", action="store_true", help="附审计快照 / add the auditor's snapshot")
    parser.add_argument("--compact", action="store_true", help="紧凑格式 / the compact form")
    parser.add_argument("--data", default=str(store / "demo"), help="数据文件夹 / data folder")
    return parser.parse_args(argv)
