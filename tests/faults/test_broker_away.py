"""The broker is killed, frozen or absent: what was told waits, and is heard within seconds of its return."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from mash.contracts.screening import ContactRated
from mash.hub import Hub
from mash.messaging.bus import connect
from mash.messaging.relay import Relay
from probe.store.tables import effect
from support.broker import BrokerProcess, bus_settings
from support.services import create_application

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

SECONDS_TO_RECOVER = 10


@pytest_asyncio.fixture
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BrokerProcess]:
    folder = tmp_path_factory.mktemp("broker")
    running = BrokerProcess(folder, certificates=folder / "certificates")
    running.start()
    await running.broker.apply_topology()
    yield running
    running.stop()


@pytest_asyncio.fixture
async def app(
    make_store: Callable[[str], Awaitable[dict[str, str]]], broker: BrokerProcess, tokens: Any, clock: Any
) -> FastAPI:
    settings = {
        "environment": "test",
        "log_level": "CRITICAL",
        **await make_store("probe"),
        **bus_settings(broker.broker, "screening", None),
        **tokens.settings(),
    }
    return create_application("probe", clock, settings)


async def tell(hub: Hub, count: int) -> set[UUID]:
    events = [
        ContactRated.model_validate({**ContactRated.example, "contact_id": uuid4()}) for _ in range(count)
    ]
    async with hub.transaction() as tx:
        for event in events:
            tx.emit(event)
    return {event.contact_id for event in events}


async def heard(hub: Hub) -> list[UUID]:
    async with hub.engine.connect() as connection:
        return list((await connection.execute(sa.select(effect.c.contact_id))).scalars())


async def until_heard(hub: Hub, told: set[UUID], seconds: float = SECONDS_TO_RECOVER) -> None:
    async with asyncio.timeout(seconds):
        while not told <= set(await heard(hub)):  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.05)


async def test_consumers_hear_again_within_seconds_of_a_restart(app: FastAPI, broker: BrokerProcess) -> None:
    async with LifespanManager(app):
        hub: Hub = app.state.hub
        told = await tell(hub, 5)
        await until_heard(hub, told)
        for _ in range(2):
            told |= await tell(hub, 200)
            broker.send(signal.SIGKILL)
            told |= await tell(hub, 5)
            broker.start()
            await until_heard(hub, told)
        assert len(await heard(hub)) == len(told)


async def test_what_was_on_its_way_when_the_broker_died_is_sent_again(
    app: FastAPI, broker: BrokerProcess
) -> None:
    hub: Hub = app.state.hub
    bus = await connect(hub.settings)
    relay = Relay("screening", hub.engine, bus, hub.listener, hub.clock)
    await tell(hub, 20)
    broker.send(signal.SIGSTOP)
    sent_before = bus.client.stats["out_msgs"]
    publishing = asyncio.create_task(relay.publish_batch())
    async with asyncio.timeout(5):
        while bus.client.stats["out_msgs"] < sent_before + 20:  # noqa: ASYNC110 - nor has the client
            await asyncio.sleep(0.01)
    broker.send(signal.SIGKILL)
    broker.start()
    assert await publishing == 0
    assert await relay.publish_batch() == 20
    await bus.close()
    await hub.engine.dispose()


async def test_a_service_that_starts_without_the_broker_takes_what_it_is_sent(
    app: FastAPI, broker: BrokerProcess, tokens: Any
) -> None:
    broker.send(signal.SIGKILL)
    async with (
        LifespanManager(app, startup_timeout=20),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://probe") as client,
    ):
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["bus"]) == (200, False)
        note = {"contact_id": str(uuid4())}
        taken = await client.post("/v1/notes", json=note, headers=tokens.issue("manager"))
        assert taken.status_code == 201

        told = await tell(app.state.hub, 5)
        broker.start()
        await until_heard(app.state.hub, told)
