"""Files of public keys to trust, one a line, with the time in which each holds.

# a comment
example.org/log+0123abcd+AQ…
example.org/log+4567cdef+AQ… from 2026-01-01T00:00:00+08:00 to 2027-01-01T00:00:00+08:00
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from anxin.audit.tree.keys import Malformed, VerifierKey, parse_verifier_key


def parse_key_line(line: str) -> VerifierKey:
    """The key of one line, perhaps with `from` and `to` moments (ISO 8601 with offset). Raises `Malformed`."""
    text, *words = line.split()
    key = parse_verifier_key(text)
    bounds = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) != 2 * len(bounds) or not bounds.keys() <= {"from", "to"}:
        raise Malformed("密钥之后只能写 from 与 to", "after a key only from and to may stand")
    return replace(
        key,
        begins=_moment(bounds["from"]) if "from" in bounds else None,
        ends=_moment(bounds["to"]) if "to" in bounds else None,
    )


def parse_key_file(text: str) -> list[VerifierKey]:
    """The keys of a file; empty lines and lines that begin with # are passed over. Raises `Malformed`."""
    lines = (line.strip() for line in text.splitlines())
    return [parse_key_line(line) for line in lines if line and not line.startswith("#")]


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed("时间写法不对", "a moment is not written as in ISO 8601") from error
    if moment.tzinfo is None:
        raise Malformed("时间缺少时区", "a moment has no offset from UTC")
    return int(moment.timestamp())
