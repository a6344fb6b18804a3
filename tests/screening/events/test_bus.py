"""Events on the real bus, in the wrong order and more than once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import httpx
import pytest
from factories.screening import create_received
from mash.contracts import Envelope, Event
from mash.contracts.intake import ContactSupplemented
from mash.contracts.screening import ScreeningOpened
from nats.js import JetStreamContext
from openmash_local.broker import Broker
from support.services import Services
from support.tokens import Tokens


async def publish(broker: Broker, *events: Event) -> None:
    """Publish each event twice, as a producer that died half way would."""
    client = await broker.connect("admin")
    for event in events:
        envelope = Envelope.wrap(event, id=uuid4(), at=create_received().received_at)
        for _ in range(2):
            await client.jetstream().publish(event.subject(), envelope.model_dump_json().encode())
    await client.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(15):
        while not await condition():  # noqa: ASYNC110 - neither bus nor database has an event to wait for
            await asyncio.sleep(0.05)


async def is_there(js: JetStreamContext, kind: type[Event]) -> bool:
    info = await js.stream_info("MASH", subjects_filter=kind.subject_filter())
    return bool(info.state.subjects)


async def first_of(broker: Broker, kind: type[Event]) -> dict[str, object]:
    """The first event of this kind on the bus."""
    client = await broker.connect("admin")
    js = client.jetstream()
    await until(lambda: is_there(js, kind))
    message = await js.get_last_msg("MASH", f"mash.havering.{kind.noun}.{kind.verb}.v1")
    await client.close()
    data: dict[str, object] = json.loads(message.data or b"")["data"]
    return data


async def version_of(client: httpx.AsyncClient, tokens: Tokens, contact_id: UUID) -> int:
    answer = await client.get(f"/v1/screenings/{contact_id}", headers=tokens.issue("manager"))
    return int(answer.json()["contact_version"]) if answer.is_success else 0


@pytest.mark.requirement("SCR-10")
async def test_what_is_added_before_the_contact_arrives_is_not_lost(
    service: Services, broker: Broker, tokens: Tokens
) -> None:
    received = create_received()
    added = ContactSupplemented.model_validate(
        {**ContactSupplemented.example, "contact_id": received.contact_id}
    )
    async with service("screening", broker=broker, intake_url="http://127.0.0.1:1") as client:
        await publish(broker, added, received)

        opened = await first_of(broker, ScreeningOpened)
        assert opened["contact_id"] == str(received.contact_id)

        async def has_the_addition() -> bool:
            return await version_of(client, tokens, received.contact_id) == 2

        await until(has_the_addition)

        listed = (await client.get("/v1/screenings", headers=tokens.issue("manager"))).json()
        assert listed["counts"]["open"] == 1
        assert listed["items"][0]["new_information"] is True
