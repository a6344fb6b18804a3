"""From the hub to an agency and back over a real broker, sealed both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import nats.errors
import pytest
from factories.partner_gateway import (
    create_answer,
    create_file,
    create_message,
    create_row,
    follow_up,
    running_gateway,
)
from mash.contracts.boundary import AgencyMessage, InformationRequest
from mash.messaging.broker_conf import API_PREFIX
from mash.messaging.topology import enquiry_subject, return_stream
from mash.sealing import Keyring
from openmash_local.broker import Broker
from support.services import Services
from support.tokens import Tokens


async def publish(broker: Broker, keys: Path, message: InformationRequest, agency: str = "police") -> None:
    sealed = Keyring.load(keys).seal(
        message.model_dump_json().encode(), to=message.agency, message_id=message.message_id
    )
    assert b"Testcase" not in sealed
    client = await broker.connect("enquiry")
    await client.jetstream().publish(enquiry_subject(agency, message.partnership), sealed)
    await client.close()


async def take_in(broker: Broker, keys: Path, count: int, agency: str = "police") -> list[AgencyMessage]:
    """The hub's side: read what the agency sent, with the hub's keys."""
    client = await broker.connect("enquiry")
    pull = await client.jetstream(prefix=API_PREFIX).pull_subscribe_bind("hub", return_stream(agency))
    found: list[AgencyMessage] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            try:
                batch = await pull.fetch(count - len(found), timeout=1)
            except nats.errors.TimeoutError:
                continue
            for one in batch:
                assert one.subject == f"ret.{agency}.in"
                opened = Keyring.load(keys).open(one.data, sender=agency)
                found.append(AgencyMessage.model_validate_json(opened))
                await one.ack_sync()
    await client.close()
    return found


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.05)


@pytest.mark.requirement("RET-01", "RET-02", "ENQ-01", "ENQ-11")
async def test_a_request_goes_out_and_its_answer_comes_back(
    service: Services, keys: Path, broker: Broker, tokens: Tokens
) -> None:
    headers = tokens.issue("researcher", agency="police")
    async with running_gateway(service, keys, broker=broker) as gateway:
        asked = create_message()
        await publish(broker, keys, asked)
        [receipt] = await take_in(broker, keys, 1)
        assert (receipt.kind, receipt.receipt_of) == ("receipt", asked.message_id)

        await gateway.client.post(
            "/v1/records/import",
            headers=headers | {"content-type": "text/csv"},
            content=create_file(create_row()),
        )
        found = await gateway.client.post(
            "/v1/records/search", headers=headers, json={"request_id": str(asked.request_id)}
        )
        [record] = found.json()["items"]
        chosen = {
            "record_id": record["record_id"],
            "lawful_basis": "section_47",
            "rationale": "It bears on the child's safety.",
            "caveat": "not_to_family",
        }
        done = await gateway.client.post(
            f"/v1/requests/{asked.request_id}/return",
            headers=headers | {"if-match": '"1"'},
            json=create_answer(items=[chosen]),
        )
        assert done.status_code == 201, done.text
        [answer] = await take_in(broker, keys, 1)
        assert [item.text for item in answer.items] == ["Loud argument reported by a neighbour."]


async def test_a_reminder_that_overtakes_its_request_is_taken_in_after_it(
    service: Services, keys: Path, broker: Broker, tokens: Tokens
) -> None:
    asked = create_message()
    async with running_gateway(service, keys, broker=broker) as gateway:
        await publish(broker, keys, follow_up(asked, "reminder"))
        await publish(broker, keys, asked)
        receipts = await take_in(broker, keys, 2)
        assert [one.version for one in receipts] == [1, 2]
        answer = await gateway.client.get("/v1/requests", headers=tokens.issue("researcher", agency="police"))
    assert answer.json()["items"][0]["reminders"] == 1


@pytest.mark.requirement("RET-01")
async def test_a_message_for_another_agency_is_set_aside_unread(
    service: Services, keys: Path, broker: Broker, tokens: Tokens
) -> None:
    misdirected: list[dict[str, Any]] = []
    async with running_gateway(service, keys, broker=broker) as gateway:
        await publish(broker, keys, create_message(agency="health"), agency="police")

        async def set_aside() -> bool:
            answer = await gateway.client.get(
                "/v1/dead-letters", headers=tokens.issue("ops", agency="police")
            )
            misdirected[:] = answer.json()
            return len(misdirected) == 1

        await until(set_aside)
    assert "cannot be opened" in misdirected[0]["reason"]


async def test_what_the_hub_sealed_to_us_but_meant_for_another_is_set_aside(
    service: Services, keys: Path, broker: Broker, tokens: Tokens
) -> None:
    message = create_message(agency="health")
    sealed = Keyring.load(keys).seal(message.model_dump_json().encode(), to="police")
    async with running_gateway(service, keys, broker=broker) as gateway:
        client = await broker.connect("enquiry")
        await client.jetstream().publish(enquiry_subject("police", "havering"), sealed)
        await client.close()

        async def set_aside() -> bool:
            answer = await gateway.client.get(
                "/v1/dead-letters", headers=tokens.issue("ops", agency="police")
            )
            return [one["reason"] for one in answer.json()] == ["it is addressed to another agency"]

        await until(set_aside)
