"""`./anxin witness --data DIR --name NAME --port N --trust FILE`: a witness of the log, a program of its own.

FILE holds the public keys of the logs to witness, one a line (`anxin.audit.tree.key_files`); a key's name is its log's origin.
The witness makes its own key on the first start; `GET /` shows its public half.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from anxin.audit.tree.key_files import parse_key_file, parse_key_line
from anxin.audit.tree.keys import LOG, Malformed, VerifierKey, check_name
from anxin.cli.interrupts import Interrupts
from anxin.cli.sentences import Sentence
from anxin.witness.server import WitnessServer
from anxin.witness.store import Store, StoreUnusable
from anxin.witness.witness import Witness


def main(argv: Sequence[str]) -> int:
    """Serve until told to stop."""
    options = _parser().parse_args(argv)
    Interrupts()
    logs = [key for given in options.trust for key in _trusted(given)]
    witness = Witness(_store(options.data, options.name), logs, time.time)
    with _server(options.host, options.port, witness) as server:
        print(f"见证公钥 / witness key: {witness.store.key.verifier}")
        print(f"http://{options.host}:{server.server_address[1]}/", flush=True)
        server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./anxin witness", description="运行一个见证 / run a witness")
    parser.add_argument(
        "--data", type=Path, required=True, help="见证自己的文件夹 / the witness's own folder"
    )
    parser.add_argument("--name", required=True, help="见证的名称 / its name, such as example.org/witness")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0：任选 / 0: any free one")
    parser.add_argument(
        "--trust",
        action="append",
        required=True,
        help="日志公钥或其文件 / a log's public key, or a file of them",
    )
    return parser


def _trusted(given: str) -> list[VerifierKey]:
    try:
        path = Path(given)
        keys = parse_key_file(path.read_text(encoding="utf-8")) if path.is_file() else [parse_key_line(given)]
    except (OSError, UnicodeDecodeError) as error:
        raise Sentence(f"无法读取 {given}。", f"{given} cannot be read.") from error
    except Malformed as error:
        raise Sentence(f"{given}：{error.why.zh}。", f"{given}: {error.why.en}.") from error
    if not keys or any(key.kind != LOG for key in keys):
        raise Sentence(
            f"{given} 须含日志公钥，且只含日志公钥。", f"{given} must hold keys of logs and nothing else."
        )
    return keys


def _store(folder: Path, name: str) -> Store:
    try:
        check_name(name)
        return Store(folder, name)
    except Malformed as error:
        raise Sentence(
            f"名称不可用：{error.why.zh}。", f"The name cannot be used: {error.why.en}."
        ) from error
    except StoreUnusable as error:
        raise Sentence(error.why.zh, error.why.en) from error


def _server(host: str, port: int, witness: Witness) -> WitnessServer:
    try:
        return WitnessServer((host, port), witness)
    except OSError as error:
        raise Sentence(
            f"无法使用 {host}:{port}，请换一个端口。", f"{host}:{port} cannot be used: give another port."
        ) from error
