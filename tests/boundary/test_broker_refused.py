"""A broker that is set up otherwise: nothing is deployed on it, and no service begins to use it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from mash.messaging import bus, topology
from mash.messaging.broker_conf import API_PREFIX, Identities, Listener, broker_conf, members
from mash.messaging.topology import HUB_SERVICES
from nats.aio.client import Client
from nats.js.errors import NotFoundError
from openmash_local.broker import Broker
from support.broker import BrokerProcess, bus_settings
from support.services import create_application
from support.tokens import AGENCIES

pytestmark = pytest.mark.requirement("SEAL-02")


class UnsyncedBroker(Broker):
    """As the server is by default: it acknowledges first, and writes to disk later."""

    def conf(self) -> str:
        return super().conf().replace("sync_interval: always", 'sync_interval: "2m"')


@pytest_asyncio.fixture
async def admin(broker: Broker) -> AsyncIterator[Client]:
    client = await broker.connect("admin")
    yield client
    await client.close()


@pytest_asyncio.fixture
async def app(
    make_store: Callable[[str], Awaitable[dict[str, str]]], broker: Broker, tokens: Any, clock: Any
) -> FastAPI:
    settings = {
        "environment": "test",
        "log_level": "CRITICAL",
        **await make_store("probe"),
        **bus_settings(broker, "screening", None),
        **tokens.settings(),
    }
    return create_application("probe", clock, settings)


async def set_otherwise(admin: Client, kind: str, name: str, **settings: Any) -> None:
    """Change a stream or a consumer behind everybody's back."""
    looked = await admin.request(f"$JS.API.{kind}.INFO.{name}", b"")
    config = json.loads(looked.data)["config"] | settings
    stream, _, durable = name.partition(".")
    if kind == "STREAM":
        call, asked = f"STREAM.UPDATE.{name}", config
    else:
        call = f"CONSUMER.DURABLE.CREATE.{name}"
        asked = {"stream_name": stream, "config": config | {"durable_name": durable}}
    answer = json.loads((await admin.request(f"$JS.API.{call}", json.dumps(asked).encode())).data)
    assert "error" not in answer, answer


class TestDeploying:
    async def test_on_a_server_that_syncs_later_is_refused(self, tmp_path: Path) -> None:
        server = BrokerProcess(tmp_path, UnsyncedBroker)
        server.start()
        try:
            with pytest.raises(topology.WrongTopology, match="sync_interval should be 'always'"):
                await server.broker.apply_topology()
            client = await server.broker.connect("admin")
            with pytest.raises(NotFoundError):
                await client.jetstream().stream_info("MASH")
            await client.close()
        finally:
            server.stop()

    async def test_without_the_system_s_key_is_refused(
        self, broker: Broker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(topology, "FIRST_ANSWER_SECONDS", 0.2)
        seed = broker.seed_file("police")
        with pytest.raises(topology.WrongTopology, match="is this the system key"):
            await topology.deploy(broker.url, broker.seed_file("admin"), seed, AGENCIES)

    async def test_puts_right_what_was_set_otherwise(self, broker: Broker, admin: Client) -> None:
        await set_otherwise(admin, "STREAM", "RET_POLICE", allow_direct=True)
        await broker.apply_topology()
        given = (await admin.jetstream().stream_info("RET_POLICE")).config
        assert given.allow_direct is False


@pytest.mark.parametrize(
    ("kind", "name", "settings"),
    [
        ("STREAM", "MASH", {"allow_direct": True}),
        ("STREAM", "MASH", {"allow_rollup_hdrs": True, "deny_purge": False}),
        ("STREAM", "MASH", {"allow_msg_ttl": True}),
        ("STREAM", "MASH", {"discard": "old"}),
        ("STREAM", "MASH", {"subjects": ["mash.>", "more.>"]}),
        ("STREAM", "MASH", {"republish": {"src": "mash.>", "dest": "elsewhere.>"}}),
        ("STREAM", "MASH", {"metadata": {}}),
        ("STREAM", "MASH", {"metadata": topology.set_up("MASH") | {topology.SYNC: "2m"}}),
        ("STREAM", "MASH", {"metadata": topology.set_up("RET_POLICE")}),
        ("CONSUMER", "MASH.screening", {"max_deliver": 3}),
        ("CONSUMER", "MASH.screening", {"metadata": {}}),
        ("CONSUMER", "MASH.screening", {"filter_subject": "mash.havering.>"}),
    ],
    ids=str,
)
async def test_no_service_starts_on_it(
    app: FastAPI, admin: Client, kind: str, name: str, settings: dict[str, Any]
) -> None:
    if "deny_purge" in settings:
        await remake_unlocked(admin, name)
    await set_otherwise(admin, kind, name, **settings)
    with pytest.raises(topology.WrongTopology, match=name.replace(".", "/")):
        async with LifespanManager(app):
            pass
    await app.state.hub.engine.dispose()


@pytest.mark.parametrize("agency", AGENCIES)
async def test_an_agency_goes_by_what_is_written_on_its_own_consumer(
    broker: Broker, admin: Client, agency: str
) -> None:
    client = await broker.connect(agency)
    own = topology.Durable(topology.enquiry_stream(agency), agency)
    look = partial(
        topology.require_relied_on,
        client.jetstream(prefix=API_PREFIX),
        agencies=(),
        durables=[own],
        hub=False,
    )
    await look()
    await set_otherwise(admin, "CONSUMER", f"{own.stream}.{agency}", metadata={topology.SYNC: "2m"})
    with pytest.raises(topology.WrongTopology, match=f"{own.stream}/{agency}: metadata"):
        await look()
    await client.close()


async def remake_unlocked(admin: Client, name: str) -> None:
    """The broker lets nobody take back that a stream cannot be purged; somebody else may have made it so."""
    js = admin.jetstream()
    await js.delete_stream(name)
    (wanted,) = [one for one in topology.streams(AGENCIES) if one.name == name]
    wanted.deny_purge = False
    await js.add_stream(wanted)


async def test_a_service_waits_for_streams_that_are_not_made_yet(
    app: FastAPI, admin: Client, broker: Broker
) -> None:
    await admin.jetstream().delete_stream("MASH")
    check = partial(topology.require_relied_on, agencies=(), durables=(), hub=True)
    starting = asyncio.create_task(bus.connect(app.state.hub.settings, check))
    await asyncio.sleep(0.3)
    assert not starting.done()
    await broker.apply_topology()
    connected = await starting
    assert connected.connecting.done()
    await connected.close()
    await app.state.hub.engine.dispose()


async def test_an_older_server_is_refused(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "OLDEST_SERVER", (99, 0, 0))
    with pytest.raises(bus.OldServer, match=r"the hub needs 99\.0\.0 or newer"):
        await bus.connect(app.state.hub.settings)
    await app.state.hub.engine.dispose()


class TestGenerated:
    identities = Identities(
        "UADMIN",
        "USYS",
        {name: f"US{place}" for place, name in enumerate(HUB_SERVICES)},
        {name: f"UA{place}" for place, name in enumerate(AGENCIES)},
    )

    def test_nobody_who_works_may_manage_streams_or_consumers(self) -> None:
        looks_and_takes = (
            "$JS.API.STREAM.INFO.",
            "$JS.API.CONSUMER.INFO.",
            "$JS.API.CONSUMER.MSG.NEXT.",
            "$JS.ACK.",
        )
        calls = [
            one for member in members(self.identities) for one in member.publishes if one.startswith("$")
        ]
        assert calls
        assert [call for call in calls if not call.startswith(looks_and_takes)] == []

    def test_no_two_may_publish_the_same_but_what_each_tells_of_itself(self) -> None:
        every = [one for member in members(self.identities) for one in member.publishes]
        twice = {one for one in every if every.count(one) > 1}
        of_itself = {"mash.*.access.raised.v1", "mash.*.audit.signed.v1"}
        assert twice == {"$JS.API.STREAM.INFO.MASH"} | of_itself

    def test_only_the_admin_is_in_the_account_with_the_streams(self) -> None:
        text = broker_conf(self.identities, Listener(Path("js")))
        _, _, hub = text.partition("  HUB {")
        users, _, _ = hub.partition("exports:")
        assert users.count("nkey:") == 1
        assert "nkey: UADMIN" in users
        assert text.count("jetstream: enabled") == 1

    def test_monitoring_is_for_the_machine_itself_only(self) -> None:
        text = broker_conf(self.identities, Listener(Path("js"), host="0.0.0.0"))
        assert 'http: "127.0.0.1:8222"' in text
