"""Checkpoints (C2SP tlog-checkpoint): the size and root of a log, with an SM3 root beside the SHA-256 one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from anxin.audit.tree.hashing import SIZE
from anxin.audit.tree.keys import Malformed, decode, encode
from anxin.audit.tree.notes import DASH

_SIZE = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_SM3 = "sm3 "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself. `sm3_root`: None where a log has no second root."""

    origin: str
    size: int
    root: bytes
    sm3_root: bytes | None = None

    @property
    def text(self) -> str:
        """The text to sign."""
        lines = [self.origin, str(self.size), encode(self.root)]
        if self.sm3_root is not None:
            lines.append(_SM3 + encode(self.sm3_root))
        return "\n".join(lines) + "\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text. Other extension lines are allowed and ignored. Raises `Malformed`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise Malformed(
            "检查点少于三行或者含有空行", "a checkpoint has three lines or more and none is empty"
        )
    origin, size, root, *more = lines
    if origin.startswith(DASH):
        raise Malformed("检查点的来源不能像签名行", "the checkpoint's origin must not look like a signature")
    if not _SIZE.fullmatch(size) or int(size) >= 1 << 64:
        raise Malformed("检查点的大小写法不对", "the checkpoint's size is not a number as it must be")
    second = [one for one in more if one.startswith(_SM3)]
    if len(second) > 1:
        raise Malformed("检查点有两个 SM3 根", "the checkpoint has two SM3 roots")
    sm3_root = _root(second[0].removeprefix(_SM3)) if second else None
    return Checkpoint(origin, int(size), _root(root), sm3_root)


def split_notes(text: str) -> Iterator[str]:
    """The text of each note of a file that holds one after another; none of them is looked at yet."""
    held: list[str] = []
    signed = False
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if signed and not line.startswith(DASH):
            yield "".join(held)
            held, signed = [], False
        # Signatures begin after the blank line only: a line of the text may begin with a dash too.
        signed = signed or (line.startswith(DASH) and bool(held) and held[-1] == "\n")
        held.append(line)
    if held:
        yield "".join(held)


def _root(text: str) -> bytes:
    root = decode(text)
    if len(root) != SIZE:
        raise Malformed("根不是 32 字节", "a root is not of 32 bytes")
    return root
