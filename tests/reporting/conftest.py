"""The service on a real database, at midday on 20 March 2026."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest_asyncio
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from support.clock import FakeClock
from support.services import Services


@pytest_asyncio.fixture
async def app(service: Services, clock: FakeClock) -> AsyncIterator[FastAPI]:
    clock.set(datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    application = await service.create("reporting")
    async with LifespanManager(application):
        yield application


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reporting") as client:
        yield client
