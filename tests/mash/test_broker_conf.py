"""Who may say what on the bus, tried against a real server with the configuration that is generated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import nats.errors
import pytest
import pytest_asyncio
from mash.contracts import EVENTS, Event
from mash.messaging.broker_conf import (
    API_PREFIX,
    Identities,
    Listener,
    TlsFiles,
    UnsafeIdentities,
    agency_publishes,
    broker_conf,
    service_publishes,
)
from mash.messaging.topology import HUB_SERVICES
from nats.aio.client import Client
from nats.js.errors import NotFoundError
from openmash_local.broker import Broker
from openmash_local.ports import free_port

Connect = Callable[[str], Awaitable[Client]]
AGENCIES = ("police", "health")


@pytest_asyncio.fixture
async def connect(broker: Broker) -> AsyncIterator[Connect]:
    """``await connect("police")``: a connection as that agency, service or the admin."""
    async with AsyncExitStack() as stack:

        async def open_connection(name: str) -> Client:
            client = await broker.connect(name)
            stack.push_async_callback(client.close)
            return client

        yield open_connection


async def messages_in(broker_client: Client, stream: str) -> int:
    return (await broker_client.jetstream().stream_info(stream)).state.messages


class TestAgency:
    async def test_reads_the_request_that_enquiry_sent_it(self, connect: Connect) -> None:
        enquiry, police = await connect("enquiry"), await connect("police")
        await enquiry.jetstream().publish("enq.police.havering", b"sealed")

        own = await police.jetstream(prefix=API_PREFIX).pull_subscribe_bind("police", "ENQ_POLICE")
        (message,) = await own.fetch(1, timeout=2)
        await message.ack_sync(timeout=2)

        assert message.data == b"sealed"
        assert await messages_in(await connect("admin"), "ENQ_POLICE") == 0

    async def test_sends_its_return_to_the_hub(self, connect: Connect) -> None:
        police, enquiry = await connect("police"), await connect("enquiry")
        await police.jetstream(prefix=API_PREFIX).publish("ret.police.in", b"sealed")

        returns = await enquiry.jetstream(prefix=API_PREFIX).pull_subscribe_bind("hub", "RET_POLICE")
        (message,) = await returns.fetch(1, timeout=2)

        assert message.metadata.stream == "RET_POLICE"

    async def test_cannot_read_another_agencys_requests(self, connect: Connect) -> None:
        enquiry, police, health = await connect("enquiry"), await connect("police"), await connect("health")
        await enquiry.jetstream().publish("enq.health.havering", b"sealed")

        theirs = await police.jetstream(prefix=API_PREFIX).pull_subscribe_bind("health", "ENQ_HEALTH")
        with pytest.raises(nats.errors.TimeoutError):
            await theirs.fetch(1, timeout=0.5)

        own = await health.jetstream(prefix=API_PREFIX).pull_subscribe_bind("health", "ENQ_HEALTH")
        assert len(await own.fetch(1, timeout=2)) == 1

    @pytest.mark.parametrize(
        ("subject", "stream"),
        [
            ("mash.havering.contact.received.v1", "MASH"),
            ("ret.health.in", "RET_HEALTH"),
            ("enq.health.havering", "ENQ_HEALTH"),
            ("enq.police.havering", "ENQ_POLICE"),
        ],
    )
    async def test_writes_nothing_but_its_returns(self, connect: Connect, subject: str, stream: str) -> None:
        police, admin = await connect("police"), await connect("admin")
        await police.publish(subject, b"forged")
        await police.flush()
        await police.jetstream(prefix=API_PREFIX).publish("ret.police.in", b"sealed")

        assert await messages_in(admin, stream) == 0
        assert await messages_in(admin, "RET_POLICE") == 1

    async def test_hears_nothing_of_the_hubs_events(self, connect: Connect) -> None:
        refusals: list[Exception] = []
        police, intake = await connect("police"), await connect("intake")

        async def note(error: Exception) -> None:
            refusals.append(error)

        police._error_cb = note
        listening = await police.subscribe("mash.>")
        await police.flush()
        await intake.jetstream().publish("mash.havering.contact.received.v1", b"{}")

        with pytest.raises(nats.errors.TimeoutError):
            await listening.next_msg(timeout=0.3)
        assert ["permissions violation" in str(refusal) for refusal in refusals] == [True]

    async def test_cannot_make_a_consumer(self, connect: Connect, broker: Broker) -> None:
        police = await connect("police")
        with pytest.raises(nats.errors.Error):
            await police.jetstream(prefix=API_PREFIX, timeout=0.5).pull_subscribe("mash.>", "spy", "MASH")
        with pytest.raises(NotFoundError):
            await (await connect("admin")).jetstream().consumer_info("MASH", "spy")

    async def test_cannot_use_up_another_agencys_message_id(self, connect: Connect) -> None:
        police, health = await connect("police"), await connect("health")
        header = {"Nats-Msg-Id": "same"}
        await police.jetstream(prefix=API_PREFIX).publish("ret.police.in", b"a", headers=header)
        given = await health.jetstream(prefix=API_PREFIX).publish("ret.health.in", b"b", headers=header)

        assert not given.duplicate


class TestHubService:
    @pytest.mark.parametrize(
        ("service", "event"),
        [(service, event) for event in EVENTS for service in HUB_SERVICES if event.is_told_by(service)],
        ids=lambda value: value if isinstance(value, str) else value.__name__,
    )
    async def test_publishes_each_of_its_events_and_hears_that_it_is_kept(
        self, connect: Connect, service: str, event: type[Event]
    ) -> None:
        subject = event.model_validate(event.example).subject()
        given = await (await connect(service)).jetstream().publish(subject, b"{}")
        assert given.stream == "MASH"

    async def test_reads_events_by_its_own_durable_only(self, connect: Connect) -> None:
        intake, screening = await connect("intake"), await connect("screening")
        await intake.jetstream().publish("mash.havering.contact.received.v1", b"{}")

        theirs = await screening.jetstream(prefix=API_PREFIX).pull_subscribe_bind("reporting", "MASH")
        with pytest.raises(nats.errors.TimeoutError):
            await theirs.fetch(1, timeout=0.5)
        own = await screening.jetstream(prefix=API_PREFIX).pull_subscribe_bind("screening", "MASH")
        assert len(await own.fetch(1, timeout=2)) == 1

    async def test_other_than_enquiry_cannot_ask_an_agency(self, connect: Connect) -> None:
        screening, enquiry = await connect("screening"), await connect("enquiry")
        await screening.publish("enq.police.havering", b"forged")
        await screening.flush()
        await enquiry.jetstream().publish("enq.police.havering", b"sealed")

        assert await messages_in(await connect("admin"), "ENQ_POLICE") == 1

    async def test_cannot_delete_a_stream(self, connect: Connect) -> None:
        with pytest.raises(nats.errors.Error):
            await (await connect("enquiry")).jetstream(timeout=0.5).delete_stream("MASH")
        assert await messages_in(await connect("admin"), "MASH") == 0


class TestServer:
    async def test_turns_away_whoever_has_no_key(self, broker: Broker) -> None:
        with pytest.raises(nats.errors.Error, match="Authorization Violation"):
            await nats.connect(broker.url, allow_reconnect=False)

    async def test_makes_the_same_topology_again_without_change(self, broker: Broker) -> None:
        await broker.apply_topology()

    async def test_keeps_its_messages_over_a_kill(self, tmp_path: Path) -> None:
        broker = Broker(tmp_path, tmp_path / "store", free_port(), free_port(), AGENCIES)
        with (tmp_path / "log").open("ab") as log:
            first = broker.start(log)
            await broker.apply_topology()
            client = await broker.connect("intake")
            await client.jetstream().publish("mash.havering.contact.received.v1", b"{}")
            first.kill()
            first.wait()
            second = broker.start(log)
            try:
                assert await messages_in(await broker.connect("admin"), "MASH") == 1
            finally:
                broker.stop(second)


class TestGeneratedText:
    identities = Identities("UADMIN", "USYS", {"enquiry": "UENQ"}, {"police": "UPOL", "health": "UHEA"})

    def test_syncs_before_it_acknowledges(self) -> None:
        assert "sync_interval: always" in broker_conf(self.identities, Listener(Path("js")))

    def test_has_tls_only_where_certificates_are_given(self) -> None:
        files = TlsFiles(Path("server.pem"), Path("server.key"), Path("ca.pem"))
        secured = broker_conf(self.identities, Listener(Path("js"), tls=files))

        assert "tls {" not in broker_conf(self.identities, Listener(Path("js")))
        assert "verify: true" in secured
        assert 'min_version: "1.3"' in secured

    @pytest.mark.parametrize("agency", AGENCIES)
    def test_agencies_never_get_a_wildcard_in_anothers_name(self, agency: str) -> None:
        other = next(name for name in AGENCIES if name != agency)
        named = " ".join(agency_publishes(agency))
        assert other not in named
        assert other.upper() not in named

    @pytest.mark.parametrize(
        "agencies",
        [
            {"fire-rescue": "UA", "fire_rescue": "UB"},
            {"police.*": "UA"},
            {"Police": "UA"},
            {"police": "UENQ"},
            {"police": "UA", "health": "UA"},
        ],
        ids=["one stream for two", "a star", "a capital", "a service's key", "one key for two"],
    )
    def test_is_not_made_where_two_would_be_one_to_the_broker(self, agencies: dict[str, str]) -> None:
        unsafe = Identities("UADMIN", "USYS", {"enquiry": "UENQ"}, agencies)
        with pytest.raises(UnsafeIdentities):
            broker_conf(unsafe, Listener(Path("js")))

    def test_only_enquiry_may_ask_agencies(self) -> None:
        asking = [
            service
            for service in HUB_SERVICES
            if any(subject.startswith("enq.") for subject in service_publishes(service, AGENCIES))
        ]
        assert asking == ["enquiry"]
