"""Small files to hand in, and the receiving of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from tests.factories import fictional_uscc

from anxin.intake.files import StoredFile, store_upload
from anxin.intake.orders import Order

HEADER = "企业名称,统一社会信用代码,注册日期,所在省份,地区\n"
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def register(rows: int, *, first: int = 910_000, bad: int = 0) -> bytes:
    """A register of fictional organizations, the last `bad` of them with a code that fails its check."""
    lines = []
    for number in range(first, first + rows):
        code = fictional_uscc(number)
        if number >= first + rows - bad:
            code = code[:-1] + ("A" if code[-1] != "A" else "B")
        lines.append(f"虚构测试{number}有限公司,{code},2020-01-02,辽宁,鞍山\n")
    return (HEADER + "".join(lines)).encode()


def order_for(file: StoredFile, **changes: Any) -> Order:
    """What a clerk of the register would hand in."""
    values: dict[str, Any] = {
        "path": file.path,
        "item": "registration",
        "unit": "market-regulator",
        "channel": "desk",
        "received_at": AT,
        "as_of": date(2026, 11, 24),
        "file_name": "register.csv",
        "mapping": "org-register",
        "sealed": True,
        "file_size": file.size,
    }
    return Order(**{**values, **changes})


def stored(content: bytes) -> StoredFile:
    """The file as an upload that arrived whole."""
    return store_upload([content], expected_size=len(content))


def forget_jobs() -> None:
    """The test runner empties our tables between tests, but not those of the queue."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
