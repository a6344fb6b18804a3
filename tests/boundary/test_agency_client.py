"""The example clients of docs/how-to take part as an agency's own systems do, and the hub shows it."""

from __future__ import annotations

import ast
import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from shutil import copyfile
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from asgi_lifespan import LifespanManager
from factories.enquiry import Desk, IntakeStandIn
from factories.partner_gateway import Gateway, running_gateway
from factories.webhooks import NEARBY, subscribe
from fastapi import FastAPI
from mash.contracts.boundary import CaseErased
from mash.db.tables import outbox
from mash.ids import utc_now
from mash.messaging.topology import enquiry_subject
from mash.sealing import Keyring, make_keys, rotate
from openmash_local.broker import Broker
from openmash_local.ports import free_port
from support.agency_client import FOLDER, ExampleClient
from support.broker import BrokerProcess
from support.clock import FakeClock
from support.services import Services
from support.tokens import AGENCIES, Tokens

pytestmark = pytest.mark.requirement("RET-05")

MAY_USE = {"nats_client": {"nats", "joserfc", "nkeys"}, "webhook_client": set[str]()}
Serve = Callable[[Any], Awaitable[str]]


@pytest.fixture
def clock() -> FakeClock:
    """The real time, since whoever takes a webhook refuses an old one."""
    return FakeClock(utc_now())


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "sealing"
    folder.mkdir()
    make_keys(folder, ["hub", *AGENCIES])
    return folder


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """As in production: whoever has no certificate of the hub's authority hears nothing."""
    folder = tmp_path / "broker"
    folder.mkdir()
    server = BrokerProcess(folder, certificates=folder / "certificates")
    server.start()
    await server.broker.apply_topology()
    yield server.broker
    server.stop()


@pytest_asyncio.fixture
async def desk(
    service: Services, serve: Serve, tokens: Tokens, keys: Path, broker: Broker
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


@pytest_asyncio.fixture
async def at_the_broker(broker: Broker, keys: Path, tmp_path: Path) -> AsyncIterator[ExampleClient]:
    """The example that speaks to the broker, with the files that an agency has and no others."""
    own = tmp_path / "police"
    own.mkdir()
    give_keys(keys, own)
    client = ExampleClient(
        "nats_client",
        tmp_path / "police.sqlite",
        {
            "AGENCY": "police",
            "NATS_URL": broker.url,
            "NATS_NKEY_SEED_FILE": str(broker.seed_file("police")),
            "NATS_CERTIFICATES_DIR": str(broker.certificate_folder("police")),
            "SEALING_KEYS_DIR": str(own),
        },
    )
    await client.start()
    yield client
    await client.kill()


def give_keys(keys: Path, own: Path) -> None:
    for name in ("police.private.jwks.json", "hub.public.jwks.json"):
        copyfile(keys / name, own / name)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.05)


async def until_answered(desk: Desk, id: UUID, version: int = 1) -> dict[str, Any]:
    """The police's request as a manager sees it, once so many answers to it are in."""

    async def answered() -> bool:
        return len((await desk.request(id))["returns"]) == version

    await until(answered)
    return await desk.request(id)


async def until_received(desk: Desk, id: UUID) -> None:
    """The hub has the proof that the agency has the request."""

    async def received() -> bool:
        notices = (await desk.get(f"/{id}/proof")).json()["notices"]
        return [one["delivery"] for one in notices] == ["received"]

    await until(received)


async def ask_again(desk: Desk, broker: Broker) -> None:
    """Send the agency what it has been sent already, as a broker may."""
    async with desk.hub.engine.connect() as connection:
        sealed = (
            await connection.execute(sa.select(outbox.c.payload).where(outbox.c.subject.like("enq.%")))
        ).scalar_one()
    client = await broker.connect("enquiry")
    await client.jetstream().publish(enquiry_subject("police", "havering"), sealed)
    await client.close()


NIL = ("--system", "Sample crime system")
ITEM = (
    *NIL,
    "--recorded-on",
    "2026-10-02",
    "--lawful-basis",
    "Children Act 1989, section 47",
    "--why",
    "It bears on whether the child is safe at home tonight.",
)


class TestAtTheBroker:
    async def test_takes_a_request_and_gives_nil_and_then_more(
        self, desk: Desk, at_the_broker: ExampleClient
    ) -> None:
        id = await desk.open("police")
        request_id = (await desk.request(id))["request_id"]
        await until_received(desk, id)
        assert "Wren" not in await at_the_broker.say("list")
        assert "Wren" in await at_the_broker.say("show", request_id)

        await at_the_broker.say("nil", request_id, *NIL)
        shown = await until_answered(desk, id)
        assert (shown["answer"], shown["state"]) == ("nil", "answered")

        await at_the_broker.say("inform", request_id, "Officers came to the address twice.", *ITEM)
        shown = await until_answered(desk, id, 2)
        newest = max(shown["returns"], key=lambda one: one["version"])
        assert (shown["answer"], newest["kind"]) == ("information", "correction")
        assert [one["text"] for one in newest["items"]] == ["Officers came to the address twice."]

    async def test_loses_and_doubles_nothing_when_it_is_killed(
        self, desk: Desk, broker: Broker, at_the_broker: ExampleClient
    ) -> None:
        await at_the_broker.kill()
        id = await desk.open("police")
        request_id = (await desk.request(id))["request_id"]
        await at_the_broker.start()
        await until_received(desk, id)
        await at_the_broker.kill()
        # Both while it is down: the same again, and what a person says.
        await ask_again(desk, broker)
        await at_the_broker.say("nil", request_id, *NIL)
        await at_the_broker.start()
        await until_answered(desk, id)
        await until_taken(broker)
        kept = "SELECT count(*) FROM {}"
        assert at_the_broker.rows(kept.format("message")) == [(1,)]
        assert at_the_broker.rows(kept.format("outgoing")) == [(2,)]
        assert len((await desk.request(id))["returns"]) == 1

    async def test_goes_on_while_keys_are_changed(
        self, desk: Desk, keys: Path, at_the_broker: ExampleClient
    ) -> None:
        first = await desk.open("police")
        await until_received(desk, first)
        for owner in ("police", "hub"):
            rotate(keys, owner)
        # The hub seals to the new key, and the agency has both.
        give_keys(keys, Path(at_the_broker.settings["SEALING_KEYS_DIR"]))
        second = await desk.open("police")
        await until_received(desk, second)
        for id in (first, second):
            await at_the_broker.say("nil", (await desk.request(id))["request_id"], *NIL)
            assert (await until_answered(desk, id))["answer"] == "nil"

    async def test_destroys_what_the_hub_said_once_its_time_is_over(
        self, desk: Desk, broker: Broker, keys: Path, at_the_broker: ExampleClient
    ) -> None:
        id = await desk.open("police")
        await until_received(desk, id)
        assert b"Wren" in at_the_broker.store.read_bytes()
        over = CaseErased(
            message_id=uuid4(),
            partnership="havering",
            enquiry_id=id,
            agency="police",
            rule="no_further_action",
            erased_at=utc_now(),
        )
        sealed = Keyring.load(keys).seal(
            over.model_dump_json().encode(), to="police", message_id=over.message_id
        )
        client = await broker.connect("enquiry")
        await client.jetstream().publish(enquiry_subject("police", "havering"), sealed)
        await client.close()

        async def erased() -> bool:
            return at_the_broker.rows("SELECT kind FROM message") == [("erased",)]

        await until(erased)
        assert b"Wren" not in at_the_broker.store.read_bytes()

    async def test_sets_aside_what_is_not_the_hubs(
        self, broker: Broker, keys: Path, at_the_broker: ExampleClient
    ) -> None:
        assert await at_the_broker.say("list") == ""
        forged = Keyring.load(keys, "health").seal(b'{"kind": "request"}', to="police")
        client = await broker.connect("enquiry")
        for sealed in (forged, b"not sealed at all"):
            await client.jetstream().publish(enquiry_subject("police", "havering"), sealed)
        await client.close()

        async def set_aside() -> bool:
            return at_the_broker.rows("SELECT count(*) FROM set_aside") == [(2,)]

        await until(set_aside)
        assert at_the_broker.rows("SELECT count(*) FROM message") == [(0,)]


async def until_taken(broker: Broker) -> None:
    """Nothing waits for the agency any more, and nothing is unacknowledged."""
    client = await broker.connect("admin")

    async def empty() -> bool:
        info = await client.jetstream().consumer_info("ENQ_POLICE", "police")
        return bool(info.num_pending == 0 and info.num_ack_pending == 0)

    await until(empty)
    await client.close()


class TestByWebhook:
    async def test_is_told_reads_and_answers(
        self,
        desk: Desk,
        service: Services,
        keys: Path,
        broker: Broker,
        tokens: Tokens,
        serve: Serve,
        tmp_path: Path,
    ) -> None:
        lead = tokens.issue("lead-police", agency="police")
        async with running_gateway(service, keys, broker=broker, **NEARBY) as gateway:
            url = await serve(front_of(gateway, tokens))
            port = free_port()
            made = await subscribe(gateway, lead, f"http://127.0.0.1:{port}/hooks")
            client = ExampleClient(
                "webhook_client",
                tmp_path / "system.sqlite",
                {
                    "WEBHOOK_SECRETS": f"{made['secret']} whsec_{'A' * 43}=",
                    "PORT": str(port),
                    "GATEWAY_URL": url,
                    "TOKEN_URL": f"{url}/token",
                    "CLIENT_ID": "researcher-police",
                    "CLIENT_SECRET": "made-up",
                    "AUDIENCE": "openmash-police",
                },
            )
            await client.start()
            try:
                id = await desk.open("police")
                request_id = (await desk.request(id))["request_id"]
                await client.until_it_lists(request_id)
                assert "police" not in await client.say("nil", request_id, *NIL)
                shown = await until_answered(desk, id)
            finally:
                await client.kill()
        assert (shown["answer"], shown["state"]) == ("nil", "answered")

    async def test_takes_nothing_that_is_not_the_gateways(self, tmp_path: Path) -> None:
        port = free_port()
        nowhere = dict.fromkeys(("GATEWAY_URL", "TOKEN_URL"), "http://127.0.0.1:9")
        settings = {"WEBHOOK_SECRETS": f"whsec_{'A' * 43}=", "PORT": str(port), **nowhere}
        client = ExampleClient("webhook_client", tmp_path / "system.sqlite", settings)
        await client.start()
        now = str(int(utc_now().timestamp()))
        signed = {"webhook-id": "a", "webhook-timestamp": now, "webhook-signature": f"v1,{'A' * 43}="}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

            async def listens() -> bool:
                try:
                    return (await http.post("/", content=b"{}")).status_code == 401
                except httpx.ConnectError:
                    return False

            await until(listens)
            answers = [
                await http.post("/", content=b"{}", headers=headers)
                for headers in (
                    signed,
                    signed | {"webhook-timestamp": "1"},
                    signed | {"webhook-signature": ""},
                )
            ]
        await client.kill()
        assert [one.status_code for one in answers] == [401] * 3
        assert client.rows("SELECT count(*) FROM told") == [(0,)]


def front_of(gateway: Gateway, tokens: Tokens) -> FastAPI:
    """The gateway's own application on a port, beside an issuer that knows one client."""
    front = FastAPI()

    async def grant() -> dict[str, str]:
        header = tokens.issue("researcher", agency="police")["authorization"]
        return {"access_token": header.removeprefix("Bearer ")}

    front.add_api_route("/token", grant, methods=["POST"])
    front.mount("/", gateway.client._transport.app)  # type: ignore[attr-defined]
    return front


@pytest.mark.parametrize("name", sorted(MAY_USE))
def test_an_example_knows_nothing_of_this_project(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    named = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    named |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    used = {one.split(".")[0] for one in named} - sys.stdlib_module_names
    assert named
    assert used <= MAY_USE[name]
