"""The pool of connections outlives the server's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import sqlalchemy as sa
from support.postgres import Server
from support.services import create_application


async def test_connections_that_the_server_closed_cost_no_request(
    make_database: Callable[[str], Awaitable[str]], postgres: Server, tokens: Any, clock: Any
) -> None:
    url = await make_database("probe")
    settings = {"environment": "test", "database_url": url, "nats_url": "", **tokens.settings()}
    engine = create_application("probe", clock, settings).state.hub.engine
    async with engine.connect() as first, engine.connect() as second:
        held = [(await one.get_raw_connection()).driver_connection for one in (first, second)]
    admin = await asyncpg.connect(postgres.url("postgres"))
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", url.rsplit("/", 1)[1]
    )
    await admin.close()
    async with asyncio.timeout(10):
        while not all(connection.is_closed() for connection in held):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SELECT 1")) == 1
    await engine.dispose()
