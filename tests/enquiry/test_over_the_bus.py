"""From the manager's choice to an agency and back, over a real broker and under the agencies' own keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from asgi_lifespan import LifespanManager
from enquiry.store.tables import enquiry
from factories.enquiry import Desk, IntakeStandIn, create_decided, create_item
from mash.contracts import Envelope
from mash.contracts.boundary import AgencyMessage, InformationRequest
from mash.contracts.screening import ContactDecided
from mash.db.tables import dead_letter
from mash.messaging.broker_conf import API_PREFIX
from mash.messaging.topology import enquiry_stream, return_subject
from mash.sealing import Keyring
from openmash_local.broker import Broker
from support.services import Services
from support.tokens import Tokens


@pytest_asyncio.fixture
async def on_the_bus(
    service: Services,
    serve: Callable[[Any], Awaitable[str]],
    tokens: Tokens,
    keys: Path,
    broker: Broker,
) -> AsyncIterator[Desk]:
    intake = IntakeStandIn()
    url = await serve(intake.app)
    app = await service.create(
        "enquiry", broker=broker, intake_url=url, token_url=f"{url}/token", sealing_keys_dir=str(keys)
    )
    async with (
        LifespanManager(app, startup_timeout=30),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://enquiry.test") as client,
    ):
        yield Desk(app, client, tokens, intake, keys)


async def publish(broker: Broker, event: ContactDecided) -> None:
    """Tell the hub of a decision, as screening does."""
    client = await broker.connect("screening")
    envelope = Envelope.wrap(event, id=uuid4(), at=event.decided_at)
    await client.jetstream().publish(event.subject(), envelope.model_dump_json().encode())
    await client.close()


async def read(broker: Broker, desk: Desk, agency: str) -> InformationRequest:
    """Take the next message to an agency from its own queue, as the agency."""
    client = await broker.connect(agency)
    try:
        queue = await client.jetstream(prefix=API_PREFIX).pull_subscribe_bind(agency, enquiry_stream(agency))
        (message,) = await queue.fetch(1, timeout=10)
        await message.ack_sync()
    finally:
        await client.close()
    return InformationRequest.model_validate_json(desk.keyrings[agency].open(message.data))


async def answer(broker: Broker, keyring: Keyring, agency: str, message: AgencyMessage) -> None:
    """Send a message on an agency's own subject, sealed by whoever holds ``keyring``."""
    sealed = keyring.seal(message.model_dump_json().encode(), to="hub", message_id=message.message_id)
    client = await broker.connect(agency)
    await client.jetstream().publish(return_subject(agency), sealed)
    await client.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.05)


async def open_over_the_bus(broker: Broker, desk: Desk, *agencies: str) -> UUID:
    event = create_decided(agencies=list(agencies))
    desk.intake.knows(event.contact_id)
    await publish(broker, event)

    async def opened() -> bool:
        return await desk.count(enquiry) == 1

    await until(opened)
    (found,) = (await desk.get()).json()["items"]
    return UUID(found["enquiry_id"])


@pytest.mark.requirement("ENQ-01", "ENQ-05", "ENQ-11")
async def test_a_request_goes_out_and_its_answer_comes_back(on_the_bus: Desk, broker: Broker) -> None:
    id = await open_over_the_bus(broker, on_the_bus, "police")
    asked = await read(broker, on_the_bus, "police")
    assert (asked.enquiry_id, asked.people[0].given) == (id, "Wren")
    police = on_the_bus.keyrings["police"]
    request, found = await on_the_bus.request(id), await on_the_bus.enquiry(id)
    receipt = on_the_bus.message(request, found, kind="receipt", receipt_of=asked.message_id)
    returned = on_the_bus.message(request, found, answer="information", items=[create_item()])
    await answer(broker, police, "police", receipt)
    await answer(broker, police, "police", returned)

    async def ready() -> bool:
        return bool((await on_the_bus.enquiry(id))["ready"] == "all_in")

    await until(ready)
    (notice,) = (await on_the_bus.get(f"/{id}/proof")).json()["notices"]
    assert notice["delivery"] == "received"
    assert notice["accepted_at"] is not None


@pytest.mark.requirement("ENQ-11")
async def test_the_proof_outlives_the_outbox(on_the_bus: Desk, broker: Broker) -> None:
    id = await open_over_the_bus(broker, on_the_bus, "police")

    async def accepted() -> bool:
        notices = (await on_the_bus.get(f"/{id}/proof")).json()["notices"]
        return bool(notices[0]["delivery"] == "accepted")

    await until(accepted)
    async with on_the_bus.hub.engine.begin() as connection:
        await connection.execute(sa.text("DELETE FROM outbox"))
    assert await accepted()


async def test_what_another_agency_has_sealed_is_set_aside(on_the_bus: Desk, broker: Broker) -> None:
    id = await open_over_the_bus(broker, on_the_bus, "police", "health")
    forged = on_the_bus.message(await on_the_bus.request(id, "health"), await on_the_bus.enquiry(id))
    await answer(broker, on_the_bus.keyrings["police"], "health", forged)

    async def set_aside() -> bool:
        return await on_the_bus.count(dead_letter) == 1

    await until(set_aside)
    assert (await on_the_bus.request(id, "health"))["state"] == "waiting"


async def test_an_answer_to_anothers_request_is_set_aside(on_the_bus: Desk, broker: Broker) -> None:
    id = await open_over_the_bus(broker, on_the_bus, "police", "health")
    message = on_the_bus.message(await on_the_bus.request(id, "health"), await on_the_bus.enquiry(id))
    await answer(broker, on_the_bus.keyrings["police"], "police", message)

    async def set_aside() -> bool:
        return await on_the_bus.count(dead_letter) == 1

    await until(set_aside)
    letters = await on_the_bus.client.get("/v1/dead-letters", headers=on_the_bus.tokens.issue("ops"))
    assert letters.json()[0]["reason"] == "the request is another agency's"
    assert (await on_the_bus.request(id, "health"))["state"] == "waiting"


async def test_answers_of_two_agencies_at_once_are_both_kept(on_the_bus: Desk, broker: Broker) -> None:
    id = await open_over_the_bus(broker, on_the_bus, "police", "health", "housing", "probation")
    found = await on_the_bus.enquiry(id)
    messages = {one["agency"]: on_the_bus.message(one, found) for one in found["requests"]}
    await asyncio.gather(
        *(answer(broker, on_the_bus.keyrings[name], name, message) for name, message in messages.items())
    )

    async def ready() -> bool:
        return bool((await on_the_bus.enquiry(id))["ready"] == "all_in")

    await until(ready)
    assert (await on_the_bus.enquiry(id))["version"] == 5
