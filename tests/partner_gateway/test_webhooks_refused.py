"""Webhooks from the wrong side: where none may go, and who may not touch them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from factories.partner_gateway import Gateway, create_message, running_gateway
from factories.webhooks import (
    NEARBY,
    OwnSystem,
    Serve,
    listening_over_tls,
    resolving,
    send_all,
    subscribe,
)
from mash.db.tables import audit, idempotency
from partner_gateway.domain.webhooks import Attempt
from partner_gateway.store.tables import delivery, subscription
from partner_gateway.webhooks.addresses import Address, AddressRefused, Allowed, Resolve, is_outside
from partner_gateway.webhooks.sending import Post, Sender, new_secret
from support.clock import START, FakeClock
from support.logged import all_logged
from support.services import Services
from support.tokens import AGENCIES, Tokens

MOST_BYTES = 200_000_000

pytestmark = pytest.mark.requirement("RET-05", "SEAL-09")

OUTSIDE = ("93.184.215.14", "2606:4700:4700::1111", "8.8.8.8")
INSIDE = (
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:53aa:64c::1",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
)
# How people write an address inside so that it does not look like one.
DISGUISED = (
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://localhost/",
    "https://localhost./",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://user:secret@93.184.215.14/",
    "https://93.184.215.14/#fragment",
    "http://93.184.215.14/",
    "ftp://93.184.215.14/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "//93.184.215.14/",
    "https://",
    "https://[::1",
    "https://nobody.invalid/",
)


@pytest.fixture
def lead(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("lead-police", agency="police")


@pytest_asyncio.fixture
async def gateway(service: Services, keys: Path) -> AsyncIterator[Gateway]:
    async with running_gateway(service, keys, **NEARBY) as running:
        yield running


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an authority that this process trusts."""
    folder = tmp_path / "certificates"
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "server" / "ca.crt"))
    return folder


def sender(resolve: Resolve, *listed: str, timeout_seconds: float = 5) -> Sender:
    return Sender(Allowed(listed, resolve=resolve), timeout_seconds)


def post(address: str) -> Post:
    return Post(str(uuid4()), address, json.dumps({"type": "subscription.test"}), [new_secret()])


async def send(by: Sender, address: str) -> Attempt:
    return await by.send(post(address), START)


class TestAddresses:
    @pytest.mark.parametrize("address", INSIDE)
    async def test_inside_are_refused_whatever_name_leads_there(self, address: str) -> None:
        assert not is_outside(ip_address(address))
        with pytest.raises(AddressRefused):
            await Allowed([], resolve=resolving([address])).place("https://hooks.police.example/")

    @pytest.mark.parametrize("address", OUTSIDE)
    async def test_outside_are_told(self, address: str) -> None:
        place = await Allowed([], resolve=resolving([address])).place("https://hooks.police.example/a")
        assert [str(one) for one in place.connect_to] == [address]

    @pytest.mark.parametrize("inside", INSIDE)
    async def test_of_a_name_are_all_judged(self, inside: str) -> None:
        with pytest.raises(AddressRefused):
            await Allowed([], resolve=resolving([OUTSIDE[0], inside])).place("https://hooks.police.example/")

    async def test_of_a_name_without_any_are_refused(self) -> None:
        with pytest.raises(AddressRefused):
            await Allowed([], resolve=resolving([])).place("https://hooks.police.example/")

    async def test_of_a_listed_network_are_told_and_no_other(self) -> None:
        listed = ["10.20.0.0/16", "fd12::/32"]
        for address in ("10.20.3.4", "::ffff:10.20.3.4", "fd12::7"):
            place = await Allowed(listed, resolve=resolving([address])).place("https://hooks.police.example/")
            assert len(place.connect_to) == 1
        for address in ("10.21.3.4", "fd13::7", "127.0.0.1"):
            with pytest.raises(AddressRefused):
                await Allowed(listed, resolve=resolving([address])).place("https://hooks.police.example/")

    @pytest.mark.parametrize(
        "address", ["127.0.0.1", "169.254.169.254", "::1", "fe80::1", "224.0.0.1", "0.0.0.0"]
    )
    async def test_of_a_listed_host_may_be_private_and_nothing_worse(self, address: str) -> None:
        listed = ["hooks.police.example"]
        place = await Allowed(listed, resolve=resolving(["10.1.2.3"])).place("https://Hooks.Police.example/")
        assert len(place.connect_to) == 1
        with pytest.raises(AddressRefused):
            await Allowed(listed, resolve=resolving([address])).place("https://hooks.police.example/")
        with pytest.raises(AddressRefused):
            await Allowed(listed, resolve=resolving(["10.1.2.3"])).place("https://other.police.example/")


class TestMaking:
    async def test_refuses_what_leads_inside(
        self, service: Services, keys: Path, lead: dict[str, str]
    ) -> None:
        async with running_gateway(service, keys, environment="production") as gateway:
            for address in DISGUISED:
                body = {"address": address, "events": ["request.received"]}
                answer = await gateway.client.post("/v1/subscriptions", headers=lead, json=body)
                assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "address"), address
            assert await gateway.rows(subscription) == []

    async def test_refuses_the_same_at_a_change(
        self, gateway: Gateway, lead: dict[str, str], serve: Serve
    ) -> None:
        made = await subscribe(gateway, lead, await serve(OwnSystem().app))
        answer = await gateway.client.patch(
            f"/v1/subscriptions/{made['id']}",
            headers=lead | {"if-match": '"1"'},
            json={"address": "https://169.254.169.254/"},
        )
        assert answer.status_code == 422
        [row] = await gateway.rows(subscription)
        assert row["address"] == made["address"]

    async def test_says_the_same_of_a_name_inside_and_of_none(
        self, gateway: Gateway, lead: dict[str, str]
    ) -> None:
        answers = [
            await gateway.client.post(
                "/v1/subscriptions", headers=lead, json={"address": address, "events": ["request.received"]}
            )
            for address in ("https://nobody.invalid/", "https://10.0.0.1/")
        ]
        assert answers[0].json() == answers[1].json()


class TestSending:
    async def test_reaches_a_listed_system_under_its_own_name(self, trusted: Path) -> None:
        system = OwnSystem()
        async with listening_over_tls(system.app, trusted) as port:
            by = sender(resolving(["127.0.0.1"]), "127.0.0.0/8")
            tried = await send(by, f"https://nats:{port}/hooks")
        assert (tried.result, system.heard[0].headers["host"]) == ("delivered", f"nats:{port}")

    async def test_never_connects_to_what_a_name_has_come_to_mean(self, trusted: Path) -> None:
        system = OwnSystem()
        async with listening_over_tls(system.app, trusted) as port:
            # Outside while the subscription is made, and this machine by the time something is sent.
            resolve = resolving(["93.184.215.14"], ["127.0.0.1"])
            await Allowed([], resolve=resolve).place(f"https://nats:{port}/hooks")
            tried = await send(sender(resolve), f"https://nats:{port}/hooks")
        assert (tried.result, tried.status, system.heard) == ("address_refused", None, [])

    async def test_asks_for_the_name_once_and_connects_to_that_answer(self, trusted: Path) -> None:
        asked: list[str] = []

        async def resolve(host: str, _port: int) -> Sequence[Address]:
            asked.append(host)
            return [ip_address("127.0.0.1" if len(asked) == 1 else "203.0.113.9")]

        system = OwnSystem()
        async with listening_over_tls(system.app, trusted) as port:
            tried = await send(sender(resolve, "127.0.0.0/8"), f"https://nats:{port}/hooks")
        assert (tried.result, asked) == ("delivered", ["nats"])

    async def test_tells_nobody_whose_certificate_is_for_another_name(self, trusted: Path) -> None:
        system = OwnSystem()
        async with listening_over_tls(system.app, trusted) as port:
            by = sender(resolving(["127.0.0.1"]), "127.0.0.0/8")
            tried = await send(by, f"https://hooks.police.example:{port}/")
        assert (tried.result, system.heard) == ("no_answer", [])

    async def test_tells_nobody_whose_authority_is_unknown(self, tmp_path: Path) -> None:
        system = OwnSystem()
        async with listening_over_tls(system.app, tmp_path / "others") as port:
            by = sender(resolving(["127.0.0.1"]), "127.0.0.0/8")
            with all_logged() as lines:
                tried = await send(by, f"https://nats:{port}/")
        assert (tried.result, system.heard) == ("no_answer", [])
        assert [line["error"] for line in lines] == ["SSLCertVerificationError"]

    async def test_goes_by_no_proxy(
        self, trusted: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        proxy, system = OwnSystem(), OwnSystem()
        for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, await serve(proxy.app))
        async with listening_over_tls(system.app, trusted) as port:
            tried = await send(sender(resolving(["127.0.0.1"]), "127.0.0.0/8"), f"https://nats:{port}/")
        assert (tried.result, proxy.heard, len(system.heard)) == ("delivered", [], 1)

    async def test_reads_little_of_an_answer(self, gateway: Gateway, lead: dict[str, str]) -> None:
        given = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal given
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            with suppress(ConnectionError):
                while given < MOST_BYTES:
                    writer.write(b"x" * 65_536)
                    await writer.drain()
                    given += 65_536
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1") as server:
            port = server.sockets[0].getsockname()[1]
            await subscribe(gateway, lead, f"http://127.0.0.1:{port}/")
            await gateway.hear(create_message())
            await send_all(gateway)
        [row] = await gateway.rows(delivery)
        assert row["state"] == "delivered"
        # What the two machines hold ready on the way is megabytes, and no more.
        assert given < MOST_BYTES


class TestWhoMayTouchThem:
    async def test_is_the_agencys_own_lead_alone(
        self, gateway: Gateway, lead: dict[str, str], tokens: Tokens, serve: Serve
    ) -> None:
        made = await subscribe(gateway, lead, await serve(OwnSystem().app))
        others = [
            tokens.issue("researcher", agency="police"),
            tokens.issue("ops", agency="police"),
            *(tokens.issue("lead-" + agency, agency=agency) for agency in AGENCIES if agency != "police"),
            *(tokens.issue(role) for role in ("manager", "social_worker", "analyst", "dpo")),
            {},
        ]
        for headers, (method, path) in product(others, doors(made["id"])):
            answer = await try_door(gateway, headers, method, path)
            assert answer in (401, 403), f"{method} {path}"
        [row] = await gateway.rows(subscription)
        assert (row["version"], row["state"]) == (1, "active")

    async def test_is_nobody_of_another_partnership(
        self, gateway: Gateway, lead: dict[str, str], tokens: Tokens, serve: Serve
    ) -> None:
        made = await subscribe(gateway, lead, await serve(OwnSystem().app))
        elsewhere = tokens.issue("lead-police", agency="police", partnerships=["medway"])
        for method, path in doors(made["id"])[2:]:
            assert await try_door(gateway, elsewhere, method, path) == 404, f"{method} {path}"
        assert (await gateway.client.get("/v1/subscriptions", headers=elsewhere)).json()["items"] == []
        body = {
            "address": "https://93.184.215.14/",
            "events": ["request.received"],
            "partnership": "havering",
        }
        answer = await gateway.client.post("/v1/subscriptions", headers=elsewhere, json=body)
        assert answer.status_code == 404
        [row] = await gateway.rows(subscription)
        assert (row["version"], row["state"]) == (1, "active")

    async def test_is_nobody_once_it_has_ended(
        self, gateway: Gateway, lead: dict[str, str], serve: Serve
    ) -> None:
        system = OwnSystem()
        made = await subscribe(gateway, lead, await serve(system.app))
        path = f"/v1/subscriptions/{made['id']}"
        await gateway.client.patch(path, headers=lead | {"if-match": '"1"'}, json={"state": "paused"})
        await gateway.hear(create_message())
        for _ in range(2):
            assert (await gateway.client.delete(path, headers=lead)).status_code == 204
        change = lead | {"if-match": '"3"'}
        answers = [
            await gateway.client.patch(path, headers=change, json={"state": "active"}),
            await gateway.client.post(f"{path}/secret", headers=change, json={}),
            await gateway.client.post(f"{path}/test", headers=lead),
            await gateway.client.post(f"{path}/replay", headers=lead),
        ]
        assert [one.status_code for one in answers] == [409] * 4
        await gateway.hear(create_message())
        await send_all(gateway)
        assert system.heard == []

    async def test_is_not_who_read_it_before_somebody_changed_it(
        self, gateway: Gateway, lead: dict[str, str], serve: Serve
    ) -> None:
        made = await subscribe(gateway, lead, await serve(OwnSystem().app))
        path = f"/v1/subscriptions/{made['id']}"
        first = lead | {"if-match": '"1"'}
        paused = await gateway.client.patch(path, headers=first, json={"state": "paused"})
        again = await gateway.client.patch(path, headers=first, json={"state": "active"})
        assert (paused.status_code, again.status_code) == (200, 412)
        assert (await gateway.client.patch(path, headers=lead, json={"state": "active"})).status_code == 428


class TestPausing:
    async def test_keeps_what_comes_and_sends_it_afterwards(
        self, gateway: Gateway, lead: dict[str, str], serve: Serve
    ) -> None:
        system = OwnSystem()
        made = await subscribe(gateway, lead, await serve(system.app))
        path = f"/v1/subscriptions/{made['id']}"
        await gateway.client.patch(path, headers=lead | {"if-match": '"1"'}, json={"state": "paused"})
        await gateway.hear(create_message())
        await send_all(gateway)
        assert system.heard == []
        await gateway.client.patch(path, headers=lead | {"if-match": '"2"'}, json={"state": "active"})
        await send_all(gateway)
        assert system.types == ["request.received"]


class TestSecrets:
    async def test_are_shown_once_and_are_in_nothing_that_is_kept_or_told(
        self,
        service: Services,
        keys: Path,
        lead: dict[str, str],
        serve: Serve,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        system = OwnSystem()
        system.status = 500
        async with running_gateway(service, keys, log_level="INFO", **NEARBY) as gateway:
            made = await subscribe(gateway, lead, await serve(system.app))
            path = f"/v1/subscriptions/{made['id']}"
            change = lead | {"if-match": '"1"'}
            changed = await gateway.client.post(f"{path}/secret", headers=change, json={})
            await gateway.client.patch(path, headers=lead | {"if-match": '"2"'}, json={"state": "active"})
            await gateway.hear(create_message())
            await send_all(gateway)
            answers = [
                await gateway.client.get(where, headers=lead)
                for where in ("/v1/subscriptions", path, f"{path}/deliveries", "/metrics")
            ]
            tables = (audit, idempotency, delivery, subscription)
            async with gateway.hub.engine.connect() as connection:
                kept = [str(row) for table in tables for row in await connection.execute(sa.select(table))]
        told = [
            *kept,
            *(one.text for one in answers),
            *(one.raw for one in system.heard),
            *capfd.readouterr(),
        ]
        assert (len(system.heard), changed.headers["cache-control"]) == (1, "no-store")
        assert "webhook_not_delivered" in "".join(told)
        secrets = [one["secret"].removeprefix("whsec_") for one in (made, changed.json())]
        assert [secret for secret in secrets for one in told if secret in one] == []
        assert [one for one in told if "whsec_" in one] == []

    async def test_change_with_an_overlap(
        self, gateway: Gateway, lead: dict[str, str], tokens: Tokens, serve: Serve, clock: FakeClock
    ) -> None:
        system = OwnSystem()
        made = await subscribe(gateway, lead, await serve(system.app))
        path = f"/v1/subscriptions/{made['id']}/secret"
        answer = await gateway.client.post(
            path, headers=lead | {"if-match": '"1"'}, json={"overlap_hours": 2}
        )
        former, newest = made["secret"], answer.json()["secret"]
        await gateway.hear(create_message())
        await send_all(gateway)
        clock.advance(timedelta(hours=2))
        await gateway.hear(create_message())
        await send_all(gateway)
        signed = [(one.is_signed_with(former), one.is_signed_with(newest)) for one in system.heard]
        assert signed == [(True, True), (False, True)]


def doors(id: str) -> list[tuple[str, str]]:
    """Every door of subscriptions, those that are not about one of them first."""
    one = f"/v1/subscriptions/{id}"
    return [
        ("POST", "/v1/subscriptions"),
        ("GET", "/v1/subscriptions"),
        ("GET", one),
        ("PATCH", one),
        ("DELETE", one),
        ("POST", f"{one}/secret"),
        ("POST", f"{one}/test"),
        ("GET", f"{one}/deliveries"),
        ("POST", f"{one}/replay"),
        ("POST", f"{one}/deliveries/{uuid4()}/replay"),
    ]


async def try_door(gateway: Gateway, headers: dict[str, str], method: str, path: str) -> int:
    """Ask for what the lead would be given; return the status."""
    body: Any = {"PATCH": {"state": "paused"}, "POST": {} if path.endswith("/secret") else None}.get(method)
    if path == "/v1/subscriptions" and method == "POST":
        body = {"address": "https://93.184.215.14/", "events": ["request.received"]}
    answer = await gateway.client.request(method, path, headers=headers | {"if-match": '"1"'}, json=body)
    return answer.status_code
