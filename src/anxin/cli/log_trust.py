"""Keys of the log and its witnesses as they are given on a command line: a text `<name>+<id>+<base64>`, or a file of such lines."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from anxin.audit.tree.key_files import parse_key_file, parse_key_line
from anxin.audit.tree.keys import Malformed, VerifierKey
from anxin.audit.verifier.trust import Trust, trust
from anxin.cli.sentences import Sentence


def trust_of(logs: Sequence[str], witnesses: Sequence[str], *, quorum: int | None = None) -> Trust:
    """Raises `Sentence` where they are no keys, or too few."""
    try:
        keys = [key for given in [*logs, *witnesses] for key in _keys(given)]
        return trust(keys, quorum=quorum, now=int(time.time()))
    except Malformed as error:
        raise Sentence(f"公钥：{error.why.zh}。", f"Keys: {error.why.en}.") from error


def _keys(given: str) -> list[VerifierKey]:
    path = Path(given)
    if not path.is_file():
        return [parse_key_line(given)]
    return parse_key_file("".join(map(_without_address, _read(path).splitlines(keepends=True))))


def _without_address(line: str) -> str:
    """The list of witnesses that the sealing job has (`ANXIN_WITNESSES`) names an address before each key."""
    return line.partition(" ")[2] if line.startswith(("http://", "https://")) else line


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Sentence(f"无法读取 {path}。", f"{path} cannot be read.") from error
