"""A disagreement over the real bus: from screening, which keeps it, to notifications, which tell of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from factories import notifications as told
from factories.disagreements import FIRST_DUE_AT, HERS, REASON
from factories.screening import IntakeStandIn, create_received
from mash.contracts import Envelope
from mash.contracts.intake import ContactReceived
from openmash_local.broker import Broker
from support.clock import FakeClock
from support.services import Services
from support.smtp import Mailbox
from support.tokens import Tokens


class Hub:
    """Screening and notifications on one bus; only what the one tells reaches the other."""

    def __init__(
        self, screening: httpx.AsyncClient, notifications: httpx.AsyncClient, tokens: Tokens
    ) -> None:
        self.screening = screening
        self.notifications = notifications
        self.tokens = tokens

    async def post(self, path: str, body: Any, role: str, version: int | None = None) -> httpx.Response:
        headers = self.tokens.issue(role) | ({"If-Match": f'"{version}"'} if version else {})
        return await self.screening.post(f"/v1/disagreements{path}", json=body, headers=headers)

    async def tasks(self) -> list[tuple[str, str | None]]:
        """The open tasks about disagreements, with their stages."""
        answer = await self.notifications.get("/v1/tasks", headers=self.tokens.issue("manager"))
        return [(one["kind"], one["stage"]) for one in answer.json()["items"] if one["stage"]]

    async def until_tasks(self, *wanted: tuple[str, str]) -> None:
        async def has_them() -> bool:
            return await self.tasks() == list(wanted)

        await until(has_them)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - neither bus nor database has an event to wait for
            await asyncio.sleep(0.05)


@pytest.fixture
def received() -> ContactReceived:
    return create_received(reference="HAV-26-7K3M9QXT")


@pytest_asyncio.fixture
async def hub(
    service: Services,
    serve: Callable[[Any], Awaitable[str]],
    broker: Broker,
    smtp: Mailbox,
    tokens: Tokens,
    received: ContactReceived,
) -> AsyncIterator[Hub]:
    of_screening, of_notifications = IntakeStandIn(), told.IntakeStandIn()
    of_screening.knows(received)
    of_notifications.knows(received.contact_id)
    url, other_url = await serve(of_screening.app), await serve(of_notifications.app)
    async with (
        service("screening", broker=broker, intake_url=url, token_url=f"{url}/token") as screening,
        service(
            "notifications",
            broker=broker,
            intake_url=other_url,
            token_url=f"{other_url}/token",
            smtp_host=smtp.host,
            smtp_port=str(smtp.port),
        ) as notifications,
    ):
        yield Hub(screening, notifications, tokens)


async def publish(broker: Broker, received: ContactReceived) -> None:
    client = await broker.connect("admin")
    envelope = Envelope.wrap(received, id=uuid4(), at=received.received_at)
    await client.jetstream().publish(received.subject(), envelope.model_dump_json().encode())
    await client.close()


async def challenge(hub: Hub, received: ContactReceived) -> str:
    """Challenge the delay, as soon as screening has the contact; return the disagreement's id."""
    body = {"reference": received.reference, "about": "delay", "reason": REASON}
    answers: list[httpx.Response] = []

    async def is_raised() -> bool:
        answers.append(await hub.post("", body, "referrer-school"))
        return answers[-1].status_code != 404

    await until(is_raised)
    assert answers[-1].status_code == 201, answers[-1].text
    return str(answers[-1].json()["id"])


@pytest.mark.requirement("ESC-03")
async def test_climbs_by_itself_and_is_answered_where_it_has_come_to(
    hub: Hub, broker: Broker, smtp: Mailbox, clock: FakeClock, received: ContactReceived
) -> None:
    await publish(broker, received)
    id = await challenge(hub, received)
    await hub.until_tasks(("disagreement", "team"))

    clock.set(FIRST_DUE_AT)
    await hub.until_tasks(("disagreement", "head_of_service"))
    answered = await hub.post(f"/{id}/response", HERS, "manager", version=2)
    await hub.until_tasks()

    assert answered.status_code == 200
    subject = f"An answer to your disagreement: reference {received.reference}"

    async def is_written() -> bool:
        return subject in [mail["Subject"] for mail in smtp.messages]

    await until(is_written)
    assert all("Robin" not in str(mail) for mail in smtp.messages)
