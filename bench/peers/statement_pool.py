"""The product's one statement over an asynchronous connection pool, for the servers that would rather await it."""

from __future__ import annotations

import os
from typing import Any

from psycopg_pool import AsyncConnectionPool

from anxin.access import published

POOL_SIZE = 4


def open_pool() -> AsyncConnectionPool:
    """A pool for one worker, in the public site's narrow role; opened as a context."""
    options = {"options": "-c role=anxin_site -c default_transaction_read_only=on", "autocommit": True}
    return AsyncConnectionPool(
        os.environ["DATABASE_URL"], kwargs=options, max_size=POOL_SIZE, min_size=1, open=False
    )


async def read(pool: AsyncConnectionPool, uscc: str) -> bytes:
    """The answer as the database wrote it."""
    async with pool.connection() as connection:
        values: dict[str, Any] = {"uscc": uscc, "limit": published.PAGE_SIZE, "offset": 0}
        row = await (await connection.execute(published._ORGANIZATION, values)).fetchone()
    return str(row[0]).encode() if row else b"{}"
