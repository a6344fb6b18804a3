"""The enquiry service with its database and real sealing keys, beside a stand-in for intake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from asgi_lifespan import LifespanManager
from factories.enquiry import Desk, IntakeStandIn
from mash.sealing import make_keys
from support.services import Services
from support.tokens import AGENCIES, Tokens


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hub's sealing keys and every agency's, in one folder for the tests' sake."""
    folder = tmp_path_factory.mktemp("sealing")
    make_keys(folder, ["hub", *AGENCIES])
    return folder


@pytest_asyncio.fixture
async def desk(
    service: Services, serve: Callable[[Any], Awaitable[str]], tokens: Tokens, keys: Path
) -> AsyncIterator[Desk]:
    intake = IntakeStandIn()
    url = await serve(intake.app)
    app = await service.create(
        "enquiry", intake_url=url, token_url=f"{url}/token", sealing_keys_dir=str(keys)
    )
    transport = httpx.ASGITransport(app)
    async with (
        LifespanManager(app, startup_timeout=30),
        httpx.AsyncClient(transport=transport, base_url="http://enquiry.test") as client,
    ):
        yield Desk(app, client, tokens, intake, keys)
