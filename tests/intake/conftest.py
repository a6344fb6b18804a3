"""Intake on a database of its own, and what a test looks at behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from factories.intake import create_form
from support.clock import FakeClock
from support.intake import Store
from support.quiet_intake import QuietIntake
from support.services import Services
from support.tokens import Tokens


@pytest_asyncio.fixture
async def database_url(make_database: Callable[[str], Awaitable[str]]) -> str:
    return await make_database("intake")


@pytest_asyncio.fixture
async def intake(service: Services, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running service."""
    async with service("intake", database_url=database_url, partnerships=["havering"]) as client:
        yield client


@pytest_asyncio.fixture
async def quiet_intake(service: Services, tokens: Tokens, clock: FakeClock) -> AsyncIterator[QuietIntake]:
    """A service in which nothing happens but what the test does."""
    app = await service.create("intake", partnerships=["havering"])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake.test") as client:
        yield QuietIntake(app, client, tokens, clock)
    await app.state.hub.engine.dispose()


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """What the service has written: its events, audit and timers."""
    async with Store.open(database_url) as store:
        yield store


@pytest.fixture
def referrer(tokens: Tokens) -> dict[str, str]:
    """Headers of the referrer whom most tests send contacts as."""
    return tokens.issue("referrer-school")


@pytest.fixture
def officer(tokens: Tokens) -> dict[str, str]:
    """Headers of a contact officer."""
    return tokens.issue("contact_officer")


@pytest_asyncio.fixture
async def sent(intake: httpx.AsyncClient, referrer: dict[str, str]) -> str:
    """The reference of a contact that the referrer has sent."""
    answer = await intake.post("/v1/contacts", json=create_form(), headers=referrer)
    reference: str = answer.json()["reference"]
    return reference
