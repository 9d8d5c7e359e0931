"""What the server said when it did not start, in one plain sentence."""

from __future__ import annotations

import errno
from pathlib import Path

from anxin.cli.sentences import Sentence

NO_ROOM = ("No space left on device", "Disk quota exceeded", "Check free disk space")


def last_line(output: bytes) -> str:
    """The line that says why: a full disk, whatever it led to; the last FATAL or PANIC; the last that is not empty."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    full = [line for line in lines if any(words in line for words in NO_ROOM)]
    if full:
        return full[-1]
    grave = [
        line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "error:", "could not"))
    ]
    return (grave or lines or ["?"])[-1]


def sentence_for(reason: str, folder: Path) -> Sentence:
    """The sentence for a line of the server's own output."""
    if any(words in reason for words in NO_ROOM):
        return disk_full(folder)
    return Sentence(f"数据库没有启动：{reason}", f"The database did not start: {reason}")


def sentence_for_error(error: OSError, folder: Path) -> Sentence:
    """The sentence for a failed call to the operating system."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(folder)
    reason = error.strerror or str(error)
    return Sentence(
        f"数据文件夹 {folder} 无法使用：{reason}。请检查权限，或用 --data 换一个文件夹。",
        f"The data folder {folder} cannot be used: {reason}. Check its rights, or choose another with --data.",
    )


def disk_full(folder: Path) -> Sentence:
    """No room for the data."""
    return Sentence(
        f"磁盘已满：{folder} 所在磁盘没有剩余空间。请腾出空间后重试。",
        f"The disk is full: no space is left where {folder} lies. Free some and run this again.",
    )
