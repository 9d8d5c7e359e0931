"""The same statement served by Litestar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Response, get

from bench.peers.statement_pool import open_pool, read

pool = open_pool()


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Keep the pool open while the application runs."""
    async with pool:
        yield


@get("/api/organizations/{uscc:str}")
async def organization(uscc: str) -> Response[bytes]:
    """The public answer."""
    return Response(await read(pool, uscc), media_type="application/json")


application = Litestar([organization], lifespan=[lifespan], openapi_config=None)
