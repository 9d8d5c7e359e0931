"""The same statement served by FastAPI."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Response

from bench.peers.statement_pool import open_pool, read

pool = open_pool()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep the pool open while the application runs."""
    async with pool:
        yield


application = FastAPI(lifespan=lifespan)


@application.get("/api/organizations/{uscc}", response_model=None)
async def organization(uscc: str) -> Response:
    """The public answer."""
    return Response(await read(pool, uscc), media_type="application/json")
