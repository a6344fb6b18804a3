"""Runs a service as it runs in production, but for its clock and the doors its tests come in by."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from mash.ids import Clock
from openmash_local.broker import Broker
from openmash_local.parts import WITHOUT_WORDS
from openmash_local.ports import free_port
from support.broker import bus_settings
from support.keys import KeyFiles
from support.postgres import keys_url
from support.tokens import Tokens

MakeDatabase = Callable[[str], Awaitable[str]]


class Services:
    """``async with service("intake") as client:`` runs a service on a database of its own.

    Further keywords are settings, by their names in small letters. With ``broker=broker`` it is on the bus;
    without, its outbox just fills. With ``database_url=...`` it works on a database that is there already.
    """

    def __init__(
        self, make_database: MakeDatabase, key_files: KeyFiles, tokens: Tokens, clock: Clock
    ) -> None:
        self._make_database = make_database
        self._key_files = key_files
        self._tokens = tokens
        self._clock = clock

    @asynccontextmanager
    async def __call__(
        self, name: str, *, clock: Clock | None = None, broker: Broker | None = None, **settings: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        application = await self.create(name, clock=clock, broker=broker, **settings)
        async with (
            LifespanManager(application, startup_timeout=30) as manager,
            httpx.AsyncClient(
                transport=httpx.ASGITransport(manager.app), base_url=f"http://{name}.test"
            ) as client,
        ):
            yield client

    async def create(
        self, name: str, *, clock: Clock | None = None, broker: Broker | None = None, **settings: Any
    ) -> FastAPI:
        """The service as an application that is not started yet, to be given to ``serve``."""
        if "database_url" not in settings:
            settings["database_url"] = await self._make_database(name)
        agency = settings.get("agency")
        settings = {
            "environment": "test",
            "log_level": "WARNING",
            **store_settings(name, settings["database_url"], self._key_files, agency),
            **self._tokens.settings(agency),
            **(bus_settings(broker, name, agency) if broker else {"nats_url": ""}),
            **settings,
        }
        return create_application(name, clock or self._clock, settings)


def store_settings(
    service: str, database_url: str, key_files: KeyFiles, agency: str | None = None
) -> dict[str, str]:
    """What a service, or an agency's gateway, has to be told of a database and the keys that belong to it."""
    told = {"database_url": database_url, **key_files.settings(service, agency)}
    return told if service == WITHOUT_WORDS else told | {"keys_database_url": keys_url(database_url)}


def create_application(name: str, clock: Clock, settings: dict[str, Any]) -> FastAPI:
    module = importlib.import_module(f"{name.replace('-', '_')}.main")
    with pytest.MonkeyPatch.context() as environment:
        for setting, value in settings.items():
            text = value if isinstance(value, str) else json.dumps(value)
            environment.setenv(setting.upper(), text)
        application: FastAPI = module.create(clock=clock)
    return application


@asynccontextmanager
async def listening(application: Any) -> AsyncIterator[str]:
    """Serve any ASGI application on a port of this machine, for services that call others over HTTP."""
    port = free_port()
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    # Without its handling of signals, which belong to the test run.
    task = asyncio.create_task(server._serve())
    try:
        while not server.started:
            if task.done():
                task.result()
                raise RuntimeError("the application did not start")
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
