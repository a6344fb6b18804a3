"""An event on the real bus becomes a message at the real mail relay, and the hub hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from asgi_lifespan import LifespanManager
from factories.notifications import EMAIL, IntakeStandIn, create_decided, create_received
from mash.contracts import Envelope, Event
from openmash_local.broker import Broker
from support.clock import START
from support.services import Services
from support.smtp import Mailbox


async def publish(broker: Broker, *events: Event) -> None:
    client = await broker.connect("admin")
    for event in events:
        payload = Envelope.wrap(event, id=uuid4(), at=START).model_dump_json().encode()
        await client.jetstream().publish(event.subject(), payload)
    await client.close()


async def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the mailbox has no event to wait for
            await asyncio.sleep(0.02)


@pytest.mark.requirement("INT-07", "FBK-01")
async def test_a_contact_received_and_decided_is_acknowledged_and_fed_back(
    service: Services, serve: Callable[[Any], Awaitable[str]], broker: Broker, smtp: Mailbox
) -> None:
    intake = IntakeStandIn()
    url = await serve(intake.app)
    app = await service.create(
        "notifications",
        broker=broker,
        intake_url=url,
        token_url=f"{url}/token",
        smtp_host=smtp.host,
        smtp_port=str(smtp.port),
    )
    received = create_received()
    intake.knows(received.contact_id)
    async with LifespanManager(app, startup_timeout=30):
        await publish(broker, received, create_decided(received.contact_id))
        await until(lambda: len(smtp.messages) == 2)
        heard = await sent_events(broker, 2)
    assert smtp.recipients == [[EMAIL], [EMAIL]]
    assert {mail["Subject"].split(":")[0] for mail in smtp.messages} == {
        "We have received your message",
        "About your message",
    }
    assert {event.data["purpose"] for event in heard} == {"acknowledgement", "feedback"}
    assert all(event.data["in_time"] for event in heard)


async def sent_events(broker: Broker, count: int) -> list[Envelope]:
    client = await broker.connect("admin")
    subscription = await client.jetstream().subscribe("mash.havering.notification.sent.v1")
    payloads = [(await subscription.next_msg(timeout=10)).data for _ in range(count)]
    await client.close()
    return [Envelope.model_validate_json(payload) for payload in payloads]
