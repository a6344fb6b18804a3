"""Intake on a database of its own, and what a test looks at behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest_asyncio
from support.intake import Store
from support.services import Services


@pytest_asyncio.fixture
async def database_url(make_database: Callable[[str], Awaitable[str]]) -> str:
    return await make_database("intake")


@pytest_asyncio.fixture
async def intake(service: Services, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running service."""
    async with service("intake", database_url=database_url, partnerships=["havering"]) as client:
        yield client


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """What the service has written: its events, audit and timers."""
    async with Store.open(database_url) as store:
        yield store
