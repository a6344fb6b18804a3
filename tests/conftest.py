"""Fixtures: real PostgreSQL, NATS and SMTP, real tokens, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from openmash_local.broker import Broker
from support.broker import running_broker
from support.clock import FakeClock
from support.journeys import Played, RunningHub, open_hub, play_story
from support.keys import KeyFiles
from support.postgres import Databases, Server, container_server, embedded_server, wants_container
from support.services import Services, listening, store_settings
from support.smtp import Mailbox, running_smtp
from support.tokens import Tokens


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tokens(tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Tokens:
    """``tokens.issue("manager")`` gives the headers of a manager's request, good for an hour by ``clock``."""
    return Tokens(tmp_path_factory.mktemp("issuer"), clock)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the test run, or for one worker of it."""
    with container_server() if wants_container() else embedded_server() as server:
        yield server


@pytest.fixture(scope="session")
def databases(postgres: Server) -> Databases:
    return Databases(postgres)


@pytest_asyncio.fixture
async def make_database(databases: Databases) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """``url = await make_database("intake")``: an empty database of that service, gone after the test."""
    made: list[str] = []

    async def make(service: str) -> str:
        made.append(await databases.make(service))
        return made[-1]

    yield make
    for url in made:
        await databases.drop(url)


@pytest.fixture(scope="session")
def key_files(tmp_path_factory: pytest.TempPathFactory) -> KeyFiles:
    """The files of keys of every service and agency."""
    return KeyFiles(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def make_store(
    make_database: Callable[[str], Awaitable[str]], key_files: KeyFiles
) -> Callable[[str], Awaitable[dict[str, str]]]:
    """``settings = await make_store("intake")``: what the service is told of an empty database of its own."""

    async def make(service: str) -> dict[str, str]:
        return store_settings(service, await make_database(service), key_files)

    return make


@pytest_asyncio.fixture
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """A NATS server of the test's own, with the hub's accounts, streams and consumers."""
    async with running_broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture
def nats_url(broker: Broker) -> str:
    return broker.url


@pytest_asyncio.fixture
async def smtp() -> AsyncIterator[Mailbox]:
    async with running_smtp() as mailbox:
        yield mailbox


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Callable[[Any], Awaitable[str]]]:
    """``url = await serve(app)``: an application on a real port until the test ends."""
    async with AsyncExitStack() as stack:

        async def start(application: Any) -> str:
            return await stack.enter_async_context(listening(application))

        yield start


@pytest.fixture
def service(
    make_database: Callable[[str], Awaitable[str]], key_files: KeyFiles, tokens: Tokens, clock: FakeClock
) -> Services:
    """``async with service("intake") as client:`` runs a service on a database of its own."""
    return Services(make_database, key_files, tokens, clock)


@pytest.fixture(scope="session")
def hub() -> Iterator[RunningHub]:
    """One whole hub for all the journeys of a worker: every process, on real servers."""
    with open_hub() as hub:
        yield hub


@pytest.fixture(scope="session")
def played(hub: RunningHub) -> Played:
    """The same hub, once the story of the demonstration has been played on it."""
    return play_story(hub)
