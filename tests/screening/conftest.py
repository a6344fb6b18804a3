"""The screening service with its database, beside a stand-in for intake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest_asyncio
from asgi_lifespan import LifespanManager
from factories.screening import Desk, IntakeStandIn
from support.services import Services
from support.tokens import Tokens


@pytest_asyncio.fixture
async def desk(
    service: Services, serve: Callable[[Any], Awaitable[str]], tokens: Tokens
) -> AsyncIterator[Desk]:
    intake = IntakeStandIn()
    url = await serve(intake.app)
    app = await service.create("screening", intake_url=url, token_url=f"{url}/token")
    transport = httpx.ASGITransport(app)
    async with (
        LifespanManager(app, startup_timeout=30),
        httpx.AsyncClient(transport=transport, base_url="http://screening.test") as client,
    ):
        yield Desk(app, client, tokens, intake)
