"""`./anxin verify log|visit|entry|report`: is it genuine? Without network and database, with keys given by whoever asks.

    verify log DIR --key LOGKEY --witness KEY … [--since FILE …] [--quorum N] [--sm3] [--json]
    verify visit DIR --key LOGKEY --witness KEY … [--since FILE …] [--sample N] [--json]   the auditor's visit
    verify entry DIR --index N | --id q17 --key … --witness … [--save RECEIPT]     an entry of an export
    verify entry RECEIPT --key … --witness …                            a receipt, without the export
    verify report FILE --keys KEYS.json [--number N] [--log-key KEY --witness KEY …]

A key is a text `<name>+<id>+<base64>` or a file of such lines. Ends with 0 where all is well, 1 where something is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from anxin.audit.verifier.faults import Fault
from anxin.audit.verifier.log import Verified, verify_log
from anxin.audit.verifier.receipts import check_receipt, find_entry, make_receipt
from anxin.audit.verifier.trust import Trust
from anxin.cli import verify_visit
from anxin.cli.log_trust import trust_of
from anxin.cli.sentences import Sentence
from anxin.cli.text_lines import write_lines

SHOWN = 50


def main(argv: Sequence[str]) -> int:
    """One of the three."""
    if argv and argv[0] == "report":
        # What reads signed papers is loaded for them alone: a log is checked with little more than hashes.
        from anxin.cli import verify_report

        return verify_report.main(argv[1:])
    options = _parser().parse_args(argv)
    trusted = _trust(options)
    if options.what == "log":
        return _verify_log(options, trusted)
    if options.what == "visit":
        return _verify_visit(options, trusted)
    return _verify_entry(options, trusted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./anxin verify", description="离线验证 / verify offline")
    parts = parser.add_subparsers(dest="what", required=True)
    log = parts.add_parser("log", help="整个日志 / the whole log")
    seen = parts.add_parser("visit", help="审计：日志与快照 / the auditor's visit: log and snapshot")
    seen.add_argument("--sample", type=int, default=50, help="抽样数 / how many effects to print")
    for part in (log, seen):
        part.add_argument("path", type=Path, help="导出的文件夹 / the export's folder")
        part.add_argument(
            "--since", type=Path, action="append", default=[], help="您保存的检查点 / a checkpoint you kept"
        )
    log.add_argument("--sm3", action="store_true", help="也验证 SM3 根 / check the SM3 roots too")
    entry = parts.add_parser("entry", help="一个条目 / one entry")
    entry.add_argument("path", type=Path, help="导出的文件夹或者回执 / the export's folder or a receipt")
    entry.add_argument("--index", type=int, help="导出中的序号 / its place in the export")
    entry.add_argument("--id", help="日志编号，如 q17 / its number in the log, such as q17")
    entry.add_argument("--save", type=Path, help="保存回执 / where to put its receipt")
    parts.add_parser("report", help="信用报告 / a credit report", add_help=False)
    for part in (log, seen, entry):
        part.add_argument("--key", action="append", required=True, help="日志公钥 / the log's key, or a file")
        part.add_argument(
            "--witness", action="append", required=True, help="见证公钥 / a witness's key, or a file"
        )
        part.add_argument(
            "--quorum", type=int, help="须有几个见证（默认全部）/ how many witnesses must be there (all)"
        )
        part.add_argument("--json", action="store_true")
        part.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser


def _trust(options: argparse.Namespace) -> Trust:
    return trust_of(options.key, options.witness, quorum=options.quorum)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Sentence(f"无法读取 {path}。", f"{path} cannot be read.") from error


def _verify_log(options: argparse.Namespace, trusted: Trust) -> int:
    if not options.path.is_dir():
        raise Sentence(f"{options.path} 不是文件夹。", f"{options.path} is not a folder.")
    since = [_read(path) for path in options.since]
    found = verify_log(options.path, trusted, since=since, sm3=options.sm3, processes=options.processes)
    if options.json:
        write_lines([json.dumps(_as_data(found), ensure_ascii=False)])
    else:
        write_lines([*_told(found), *_verdict(found.faults)])
    return 0 if found.whole else 1


def _verify_visit(options: argparse.Namespace, trusted: Trust) -> int:
    if not options.path.is_dir():
        raise Sentence(f"{options.path} 不是文件夹。", f"{options.path} is not a folder.")
    since = [_read(path) for path in options.since]
    found, seconds = verify_visit.verify_visit(
        options.path, trusted, since=since, sample=options.sample, processes=options.processes
    )
    if options.json:
        write_lines([verify_visit.to_json(found, seconds, _as_data(found.log))])
    else:
        told = verify_visit.told(found, seconds, len(since))
        write_lines([*_told(found.log), *_verdict(found.log.faults), *told])
        write_lines(["通过 / passed" if found.whole else "未通过 / not passed"])
    return 0 if found.whole else 1


def _told(found: Verified) -> list[str]:
    lines = [
        f"日志 / log: {found.origin}",
        f"条目 / entries: {found.size}",
        f"检查点 / checkpoints: {found.checkpoints}",
        f"见证至 / witnessed up to: {found.witnessed}",
    ]
    lines += [
        f"  {name}: {datetime.fromtimestamp(at, UTC).isoformat()}" for name, at in sorted(found.times.items())
    ]
    if found.size > found.witnessed:
        lines.append(f"尚无见证 / not witnessed yet: {found.size - found.witnessed}")
    if found.erased:
        lines.append(f"内容已依法删除 / text erased: {len(found.erased)}")
    return lines


def _verdict(faults: Sequence[Fault]) -> list[str]:
    if not faults:
        return ["完整 / whole"]
    lines = [f"{one.kind.value}: {one.sentence.zh}\n  {one.sentence.en}" for one in faults[:SHOWN]]
    more = len(faults) - SHOWN
    return [f"已被破坏 / broken: {len(faults)}", *lines, *([f"… +{more}"] if more > 0 else [])]


def _as_data(found: Verified) -> dict[str, object]:
    return {
        "whole": found.whole,
        "origin": found.origin,
        "entries": found.size,
        "checkpoints": found.checkpoints,
        "witnessed": found.witnessed,
        "cosigned_at": found.times,
        "erased": len(found.erased),
        "faults": [_fault(one) for one in found.faults],
    }


def _fault(one: Fault) -> dict[str, object]:
    said = one.sentence
    return {"kind": one.kind.value, "first": one.first, "end": one.end, "zh": said.zh, "en": said.en}


def _index(options: argparse.Namespace) -> int | None:
    """Which entry of an export; None for a receipt, which says so itself."""
    given = [one for one in (options.index, options.id) if one is not None]
    if len(given) != (1 if options.path.is_dir() else 0) or (options.index or 0) < 0:
        raise Sentence(
            "对导出的文件夹须给出 --index 或者 --id，对回执则都不给。",
            "Give --index or --id with an export's folder, and neither with a receipt.",
        )
    if options.id is None:
        return int(options.index) if given else None
    found = find_entry(options.path, options.id)
    if found is None:
        raise Sentence(f"导出中没有 {options.id}。", f"The export does not have {options.id}.")
    return found


def _verify_entry(options: argparse.Namespace, trusted: Trust) -> int:
    index = _index(options)
    faults: list[Fault] = []
    if index is not None:
        receipt, faults = make_receipt(options.path, index, trusted, processes=options.processes)
    else:
        receipt = _read(options.path)
    content, found = check_receipt(receipt, trusted) if receipt else ({}, [])
    faults = faults + [one for one in found if one not in faults]
    if options.save and receipt and not faults:
        options.save.write_text(receipt + "\n", encoding="utf-8")
    if options.json:
        told = {name: content.get(name) for name in ("index", "entry")}
        write_lines(
            [
                json.dumps(
                    {"whole": not faults, **told, "faults": list(map(_fault, faults))}, ensure_ascii=False
                )
            ]
        )
    else:
        write_lines([*([str(content.get("entry", ""))] if not faults else []), *_verdict(faults)])
    return 1 if faults else 0
