"""`./anxin signing-keys list|add|revoke`: the keys that sign reports and the certificates that seal their paper.

    ./anxin signing-keys add --kind data --from 2026-12-01 --overlap-ends 2026-12-08
    ./anxin signing-keys revoke NAME --at 2026-11-20T08:00:00+08:00 --reason "left the house"

Works on the files that ANXIN_SIGNING_KEYS and ANXIN_PAPER_KEYS name; the website reads them again at its next report.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from anxin.access.signing.data import FileSigner, UnknownKey, add_key, revoke_key
from anxin.access.signing.papers import (
    FilePaperSigner,
    NoAuthority,
    UnknownCertificate,
    add_signer,
    revoke_signer,
)
from anxin.cli.sentences import Sentence

_LOCAL = ZoneInfo("Asia/Shanghai")


def main(argv: Sequence[str]) -> int:
    """Show or change the files of keys; prints one JSON line."""
    options = _parser().parse_args(argv)
    data, paper = _file("ANXIN_SIGNING_KEYS"), _file("ANXIN_PAPER_KEYS")
    match options.act:
        case "add" if options.kind == "data":
            told: dict[str, object] = {
                "added": add_key(data, at=options.start, overlap_ends=options.overlap_ends)
            }
        case "add":
            told = {"added": _add_paper(paper)}
        case "revoke":
            told = {"revoked": _revoke(data, paper, options.name, options.at, options.reason)}
        case _:
            signer, sealer = FileSigner(data), FilePaperSigner(paper)
            told = {"keys": signer.public_keys()["keys"], "certificates": sealer.serials(), **sealer.trust()}
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _add_paper(paper: Path) -> str:
    try:
        return add_signer(paper)
    except NoAuthority as error:
        raise Sentence(
            f"{paper} 里没有根密钥：请把证书机构签发的密钥和证书写入该文件的 signers。",
            f"{paper} holds no root key: write the key and certificate that your provider issued under signers.",
        ) from error


def _revoke(data: Path, paper: Path, name: str, at: datetime, reason: str) -> str:
    try:
        revoke_key(data, name, at=at, reason=reason)
    except UnknownKey:
        try:
            revoke_signer(paper, name, at=at, reason=reason)
        except UnknownCertificate as error:
            raise Sentence(
                f"没有名为 {name} 的密钥或者证书。", f"There is no key or certificate {name}."
            ) from error
    return name


def _file(variable: str) -> Path:
    path = os.environ.get(variable)
    if not path:
        raise Sentence(
            f"缺少环境变量 {variable}。见 docs/production.md。",
            f"{variable} is not set. See docs/production.md.",
        )
    return Path(path)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=_LOCAL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./anxin signing-keys", description="签名密钥 / keys that sign reports"
    )
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("list", help="列出 / show public parts, dates and revocations")
    add = acts.add_parser("add", help="添加 / add a key; those before it keep verifying")
    add.add_argument("--kind", choices=("data", "paper"), default="data")
    add.add_argument(
        "--from", dest="start", type=_moment, default=datetime.now(UTC), help="启用 / signs from"
    )
    add.add_argument("--overlap-ends", type=_moment, default=None, help="旧密钥止 / the older ones end")
    revoke = acts.add_parser("revoke", help="吊销 / what it signed from then on is void")
    revoke.add_argument("name", help="密钥名或证书序列号 / kid or serial number")
    revoke.add_argument("--at", type=_moment, default=datetime.now(UTC))
    revoke.add_argument("--reason", required=True)
    return parser
