"""Stopping before a promise about the log breaks: intake under backlog, readings of persons without a witness.

Intake stops because a reading or act that is not sealed within a minute would be one that nobody can prove; public pages go on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from anxin.audit.queries import reading_of_persons_allowed, unsealed_since
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual
from anxin.law.carries_out import carries_out

# Sealed within 60 s is the promise; the rest is for the sealing itself.
LONGEST_UNSEALED = timedelta(seconds=45)
RETRY_AFTER_SECONDS = 10


class SealBehind(Refusal):
    """The log is not sealed quickly enough at the moment, so nothing further may be written."""

    code: ClassVar[str] = "E-LOG-BEHIND"
    clause: ClassVar[str | None] = "anshan-2022-9/45/2"
    message = Bilingual(
        "日志封存暂时跟不上，现在不能接收新的报送。",
        "Sealing the log is behind: nothing new can be taken in now.",
    )
    remedy = Bilingual("请稍后用同一份文件再试。", "Try again with the same file in a little while.")


class ReadingOfPersonsStopped(Refusal):
    """No witness outside has confirmed the log for hours, or an alarm about it stands: nobody reads persons' data."""

    code: ClassVar[str] = "E-LOG-UNWITNESSED"
    clause: ClassVar[str | None] = "anshan-2022-9/45/2"
    message = Bilingual(
        "查询日志暂时没有外部见证，或者有未处理的警报，因此暂停查询自然人信息。",
        "The query log has no outside witness at the moment, or an alarm about it is open: "
        "information about natural persons cannot be read.",
    )
    remedy = Bilingual(
        "公开查询不受影响。请稍后再试；日志的状态见“日志核验”页面。",
        "Public look-ups go on. Try again later; the page “Integrity of the log” shows the state.",
    )


def refuse_when_behind(*, at: datetime, longest: timedelta = LONGEST_UNSEALED) -> None:
    """Raise `SealBehind` where the oldest entry without a place in the tree is older than `longest`."""
    since = unsealed_since()
    if since is not None and at - since > longest:
        raise SealBehind


@carries_out("anshan-2022-9/45/2")
def refuse_unwitnessed_reading(*, at: datetime) -> None:
    """Raise `ReadingOfPersonsStopped` where `reading_of_persons_allowed` says no."""
    if not reading_of_persons_allowed(at):
        raise ReadingOfPersonsStopped
