"""The outbox, the inbox and the bus between them, on a real database and a real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import nats
import probe.main
import pytest
import pytest_asyncio
import sqlalchemy as sa
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from mash.app import end_loops
from mash.contracts import Envelope
from mash.contracts.screening import ContactRated
from mash.db.tables import dead_letter, inbox, outbox
from mash.hub import Hub, Transaction
from mash.leases import renewed
from mash.messaging import topology
from mash.messaging.bus import connect
from mash.messaging.consume import MOST_TRIES, Consumer
from mash.messaging.decode import hub_decoder
from mash.messaging.handlers import Handler, Wait
from mash.messaging.relay import Relay
from mash.telemetry.tracing import span
from nats.js.api import AckPolicy, ConsumerConfig
from openmash_local.broker import Broker
from probe.store.tables import effect
from support.postgres import as_owner
from support.services import create_application


@pytest_asyncio.fixture
async def probe_app(
    make_store: Callable[[str], Awaitable[dict[str, str]]], broker: Broker, tokens: Any, clock: Any
) -> FastAPI:
    probe.main.FAILING.clear()
    settings = {
        "environment": "test",
        "log_level": "CRITICAL",
        **await make_store("probe"),
        "nats_url": broker.url,
        "nats_nkey_seed_file": str(broker.seed_file("screening")),
        **tokens.settings(),
    }
    return create_application("probe", clock, settings)


@pytest_asyncio.fixture
async def hub(probe_app: FastAPI) -> AsyncIterator[Hub]:
    async with LifespanManager(probe_app):
        yield probe_app.state.hub


def create_rated(contact_id: UUID | None = None) -> ContactRated:
    example = {**ContactRated.example, "contact_id": str(contact_id or uuid4())}
    return ContactRated.model_validate(example)


async def count(hub: Hub, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    async with hub.engine.connect() as connection:
        found = await connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where))
    return int(found or 0)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.02)


async def publish(broker: Broker, payload: bytes, subject: str = "mash.havering.contact.rated.v1") -> None:
    client = await broker.connect("admin")
    await client.jetstream().publish(subject, payload)
    await client.close()


async def test_an_event_goes_from_one_transaction_to_its_handler_once(hub: Hub) -> None:
    events = [create_rated() for _ in range(250)]
    async with hub.transaction() as tx:
        for event in events:
            tx.emit(event)

    async def all_there() -> bool:
        return await count(hub, effect) == 250

    await until(all_there)
    async with hub.engine.connect() as connection:
        order = (await connection.execute(sa.select(effect.c.contact_id).order_by(effect.c.seq))).scalars()
    assert list(order) == [event.contact_id for event in events]
    assert await count(hub, inbox) == 250


async def test_nothing_is_published_when_the_transaction_fails(hub: Hub) -> None:
    async def change_ones_mind() -> None:
        async with hub.transaction() as tx:
            tx.emit(create_rated())
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await change_ones_mind()
    assert await count(hub, outbox) == 0


async def test_a_repeated_message_has_no_second_effect(hub: Hub, broker: Broker) -> None:
    payload = Envelope.wrap(create_rated(), id=uuid4(), at=hub.clock()).model_dump_json().encode()
    for _ in range(3):
        await publish(broker, payload)
    last = create_rated()
    async with hub.transaction() as tx:
        tx.emit(last)

    async def last_is_there() -> bool:
        return await count(hub, effect, effect.c.contact_id == last.contact_id) == 1

    await until(last_is_there)
    assert await count(hub, effect) == 2


async def test_one_bad_message_in_a_batch_does_not_hold_up_the_rest(hub: Hub) -> None:
    bad = create_rated()
    good = [create_rated() for _ in range(20)]
    probe.main.FAILING.add(bad.contact_id)
    async with hub.transaction() as tx:
        for event in [*good[:10], bad, *good[10:]]:
            tx.emit(event)

    async def the_good_are_there() -> bool:
        return await count(hub, effect) == 20

    await until(the_good_are_there)
    probe.main.FAILING.clear()

    async def the_bad_one_too() -> bool:
        return await count(hub, effect) == 21

    await until(the_bad_one_too)


async def test_having_waited_long_does_not_count_as_having_failed(probe_app: FastAPI) -> None:
    hub: Hub = probe_app.state.hub
    event, tries = create_rated(), 0

    async def wait_and_then_fail_once(tx: Transaction, event: ContactRated) -> None:
        nonlocal tries
        tries += 1
        if tries <= MOST_TRIES:
            raise Wait("what it builds on has not come", seconds=0.05)
        if tries == MOST_TRIES + 1:
            raise RuntimeError("for once")
        await tx.execute(sa.insert(effect).values(contact_id=event.contact_id, at=tx.now))

    async with hub.transaction() as tx:
        tx.emit(event)
    handler = Handler(ContactRated, wait_and_then_fail_once)
    bus = await connect(hub.settings)
    hub._jetstream = bus.jetstream
    relay = Relay("screening", hub.engine, bus, hub.listener, hub.clock)
    assert await relay.publish_batch() == 1
    consuming = asyncio.create_task(Consumer(hub, "MASH", "screening", hub_decoder([handler])).run())

    async def handled() -> bool:
        return await count(hub, effect) == 1

    await until(handled)
    await end_loops([consuming])
    await bus.close()
    assert await count(hub, dead_letter) == 0
    await hub.engine.dispose()


async def test_the_broker_is_told_that_a_message_is_still_worked_on(hub: Hub, broker: Broker) -> None:
    client = await broker.connect("admin")
    js = client.jetstream()
    brief = ConsumerConfig(durable_name="brief", ack_policy=AckPolicy.EXPLICIT, ack_wait=1)
    await js.add_consumer("MASH", brief)
    pull = await js.pull_subscribe_bind("brief", "MASH")
    for _ in range(2):
        await publish(broker, b"{}")
    held, left = await pull.fetch(2, timeout=5)
    consumer = Consumer(hub, "MASH", "brief", hub_decoder([]))
    async with renewed(partial(consumer._ask_for_time, [held]), every_seconds=0.2):
        (again,) = await pull.fetch(1, timeout=5)
        assert again.metadata.sequence.stream == left.metadata.sequence.stream
        with pytest.raises(TimeoutError):
            await pull.fetch(1, timeout=0.5)
    await client.close()


class TestDeadLetters:
    async def test_a_message_nobody_can_read_is_set_aside_with_its_reason(
        self, hub: Hub, probe_app: FastAPI, broker: Broker, tokens: Any
    ) -> None:
        event = create_rated()
        envelope = Envelope.wrap(event, id=uuid4(), at=hub.clock())
        broken = {**envelope.data, "rating": "purple Robin Testcase"}
        await publish(broker, envelope.model_copy(update={"data": broken}).model_dump_json().encode())

        async def set_aside() -> bool:
            return await count(hub, dead_letter) == 1

        await until(set_aside)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(probe_app), base_url="http://probe"
        ) as client:
            listed = (await client.get("/v1/dead-letters", headers=tokens.issue("ops"))).json()
            refused = await client.get("/v1/dead-letters", headers=tokens.issue("manager"))
            again = await client.post(
                f"/v1/dead-letters/{listed[0]['id']}/replay", headers=tokens.issue("ops")
            )
        assert refused.status_code == 403
        assert listed[0]["reason"] == "cannot be read as ContactRated: rating: literal_error"
        assert "Robin" not in str(listed)
        assert again.status_code == 409

    @pytest.mark.requirement("SEAL-02")
    async def test_an_event_on_another_service_s_subject_is_set_aside(self, hub: Hub, broker: Broker) -> None:
        payload = Envelope.wrap(create_rated(), id=uuid4(), at=hub.clock()).model_dump_json().encode()
        await publish(broker, payload, "mash.havering.notification.sent.v1")

        async def set_aside() -> bool:
            return await count(hub, dead_letter) == 1

        await until(set_aside)
        async with hub.engine.connect() as connection:
            reason = await connection.scalar(sa.select(dead_letter.c.reason))
        assert reason == "ContactRated did not come on its own subject"
        assert await count(hub, effect) == 0

    async def test_a_mended_cause_lets_it_be_replayed(
        self, hub: Hub, probe_app: FastAPI, tokens: Any
    ) -> None:
        event = create_rated()
        payload = Envelope.wrap(event, id=uuid4(), at=hub.clock()).model_dump_json().encode()
        row = {
            "id": uuid4(),
            "consumer": "MASH/screening",
            "stream": "MASH",
            "stream_sequence": 1,
            "subject": event.subject(),
            "payload": payload,
            "reason": "RuntimeError",
            "deliveries": 10,
            "set_aside_at": hub.clock(),
        }
        async with hub.engine.begin() as connection:
            await connection.execute(sa.insert(dead_letter).values(row))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(probe_app), base_url="http://probe"
        ) as client:
            answer = await client.post(f"/v1/dead-letters/{row['id']}/replay", headers=tokens.issue("ops"))
            left = (await client.get("/v1/dead-letters", headers=tokens.issue("ops"))).json()
        assert (answer.status_code, left) == (204, [])
        assert await count(hub, effect) == 1


async def test_events_written_while_the_bus_is_away_go_out_when_it_is_back(hub: Hub, broker: Broker) -> None:
    async with as_owner(hub.settings.database_url) as owner:
        await owner.execute("ALTER TABLE outbox DISABLE TRIGGER wake_outbox")
    async with hub.transaction() as tx:
        tx.emit(create_rated())

    async def arrived() -> bool:
        return await count(hub, effect) == 1

    # The notice that wakes the relay is lost; it looks every second anyway.
    await until(arrived)


async def test_one_copy_leads_and_another_takes_over(hub: Hub) -> None:
    from mash.db.listener import Listener

    async def leads() -> bool:
        return await hub.listener.leads()

    await until(leads)
    second = Listener(hub.settings.database_url)
    assert not await second.leads()
    await hub.listener.close()

    async def takes_over() -> bool:
        return await second.leads()

    await until(takes_over)
    await second.close()


async def test_an_agency_is_no_way_into_the_hubs_events(broker: Broker) -> None:
    client = await broker.connect("police")
    with pytest.raises((nats.errors.TimeoutError, nats.errors.NoRespondersError)):
        await client.request("mash.havering.contact.rated.v1", b"{}", timeout=1)
    await client.close()


async def test_the_audit_cannot_be_changed(hub: Hub) -> None:
    async with hub.transaction() as tx:
        tx.audit(action="contact.viewed", case=uuid4())
    # Not even by a slip of whoever owns it; what the service's own role may do, tests/boundary shows.
    async with as_owner(hub.settings.database_url) as owner:
        for change in ("UPDATE audit SET subject = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"):
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await owner.execute(change)


async def test_a_consumer_of_an_earlier_version_is_brought_up_to_date(broker: Broker) -> None:
    client = await broker.connect("admin")
    js = client.jetstream()
    earlier = topology.consumer_config(topology.Durable("MASH", "screening"))
    earlier.ack_wait = 60.0
    await js.add_consumer("MASH", earlier)
    await topology.apply(js, broker.agencies)
    now = (await js.consumer_info("MASH", "screening")).config
    await client.close()
    assert now.ack_wait == topology.consumer_config(topology.Durable("MASH", "screening")).ack_wait


async def test_a_broker_with_another_configuration_is_refused(broker: Broker) -> None:
    wanted = topology.streams(["police"])[0]
    client = await broker.connect("admin")
    given = (await client.jetstream().stream_info("MASH")).config
    given.max_age = 60.0
    with pytest.raises(topology.WrongTopology, match="stream MASH: max_age"):
        topology.compare("stream MASH", wanted, given)
    await client.close()


async def test_a_trace_goes_on_through_the_bus(hub: Hub, broker: Broker) -> None:
    with span("a request") as current:
        async with hub.transaction() as tx:
            tx.emit(create_rated())

    async def handled() -> bool:
        return await count(hub, effect) == 1

    await until(handled)
    client = await broker.connect("admin")
    message = await client.jetstream().get_msg("MASH", 1)
    await client.close()
    trace_id = f"{current.get_span_context().trace_id:032x}"
    assert trace_id in (message.headers or {})["traceparent"]
