"""What is left of a case that was erased, and what late news of it may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import probe.main
import pytest_asyncio
import sqlalchemy as sa
from asgi_lifespan import LifespanManager
from mash.contracts.screening import ContactRated
from mash.db.tables import dead_letter, erased_case, idempotency, inbox, outbox, timer
from mash.hub import Hub
from mash.ids import new_id
from mash.retention import erase_shared
from openmash_local.broker import Broker
from probe.store.tables import effect
from support.services import create_application


@pytest_asyncio.fixture
async def hub(
    make_store: Callable[[str], Awaitable[dict[str, str]]], broker: Broker, tokens: Any, clock: Any
) -> AsyncIterator[Hub]:
    probe.main.FAILING.clear()
    settings = {
        "environment": "test",
        "log_level": "CRITICAL",
        **await make_store("probe"),
        "nats_url": broker.url,
        "nats_nkey_seed_file": str(broker.seed_file("screening")),
        **tokens.settings(),
    }
    application = create_application("probe", clock, settings)
    async with LifespanManager(application):
        yield application.state.hub


def create_rated() -> ContactRated:
    return ContactRated.model_validate({**ContactRated.example, "contact_id": str(uuid4())})


async def count(hub: Hub, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    async with hub.engine.connect() as connection:
        found = await connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where))
    return int(found or 0)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.02)


async def test_a_late_message_about_an_erased_case_is_passed_over(hub: Hub) -> None:
    late, beside = create_rated(), create_rated()
    async with hub.transaction() as tx:
        await erase_shared(tx, late.contact_id)
    async with hub.transaction() as tx:
        tx.emit(late)
        tx.emit(beside)

    async def the_other_is_there() -> bool:
        return await count(hub, effect) == 1

    await until(the_other_is_there)
    assert await count(hub, effect, effect.c.contact_id == late.contact_id) == 0
    assert await count(hub, dead_letter) == 0
    assert await count(hub, inbox) == 1


async def test_a_message_that_nobody_can_read_is_still_set_aside(hub: Hub, broker: Broker) -> None:
    client = await broker.connect("admin")
    await client.jetstream().publish("mash.havering.contact.rated.v1", b"{}")
    await client.close()

    async def set_aside() -> bool:
        return await count(hub, dead_letter) == 1

    await until(set_aside)


async def test_what_the_shared_tables_hold_of_a_case_goes_and_the_rest_stays(hub: Hub) -> None:
    gone, enquiry, beside = uuid4(), uuid4(), uuid4()
    async with hub.transaction() as tx:
        for place, case in enumerate((gone, enquiry, beside)):
            tx.schedule("note", str(case), tx.now.replace(year=2090))
            tx.post("nowhere", b"sealed", new_id(), case=case)
            await tx.execute(sa.insert(dead_letter).values(_set_aside(hub, place, f'{{"about":"{case}"}}')))
            await tx.execute(
                sa.insert(idempotency).values(
                    subject="worker",
                    key=str(case),
                    fingerprint="0",
                    answer={"contact": {"id": str(case)}},
                    created_at=tx.now,
                )
            )
    async with hub.transaction() as tx:
        await erase_shared(tx, gone, ids=[enquiry])
    assert await count(hub, outbox, outbox.c.case_id == beside) == 1
    for table in (outbox, timer, dead_letter, idempotency):
        assert await count(hub, table) == 1, table.name
    assert await count(hub, erased_case) == 2


async def test_what_the_erasing_itself_tells_still_goes_out(hub: Hub) -> None:
    event = create_rated()
    async with hub.transaction() as tx:
        tx.emit(event)
        await erase_shared(tx, event.contact_id)
    assert await count(hub, outbox) == 1


def _set_aside(hub: Hub, place: int, payload: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "consumer": "MASH/screening",
        "stream": "MASH",
        "stream_sequence": place,
        "subject": "mash.havering.contact.rated.v1",
        "payload": payload.encode(),
        "reason": "test",
        "deliveries": 1,
        "set_aside_at": hub.clock(),
    }
