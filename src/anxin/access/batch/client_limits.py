"""What the database allows a client's batches: its rights as they stand, and so many identifiers a day (Art. 20(2), 45)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.db import DatabaseError

from anxin.access.constraints import broken
from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual

CLAUSE = "anshan-2022-9/45/1/2"
QUOTA, RIGHTS = "art_45_client_quota_of_a_day", "art_45_batch_within_the_clients_rights"


class QuotaExceeded(Refusal):
    """More identifiers than are left of the client's quota of this day; refused whole, never cut."""

    code: ClassVar[str] = "E-BATCH-QUOTA"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "这一批超过当天剩下的额度（还剩 {left} 个代码），整批没有接收。",
        "This batch goes beyond what is left of the day's quota ({left} codes); the whole of it was refused.",
    )
    remedy = Bilingual(
        "请减少代码，或者明天再提交；平台不会截断。额度由两位管理员登记、批准。",
        "Ask for fewer, or tomorrow; nothing is ever cut off. Two administrators draft and approve the quota.",
    )


class RightGone(Refusal):
    """The client, or a right that the batch rests on, ended while it was being ordered."""

    code: ClassVar[str] = "E-SCOPE"
    clause: ClassVar[str | None] = CLAUSE
    message = Bilingual(
        "客户端或者这一批所依的权限刚刚终止。", "The client, or a right this batch rests on, has just ended."
    )
    remedy = Bilingual("请与管理员联系。", "Ask the administrators.")


@contextmanager
def client_limits() -> Iterator[None]:
    """Raise `QuotaExceeded` or `RightGone` where the database refuses an order for one of these."""
    try:
        yield
    except DatabaseError as error:
        constraint = broken(error)
        if constraint == QUOTA:
            said = getattr(error.__cause__, "diag", None)
            raise QuotaExceeded(left=getattr(said, "message_detail", "0")) from None
        if constraint == RIGHTS:
            raise RightGone from None
        raise
