"""What else can be tried at the broker: listening, coming in as somebody else, headers, floods."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from pathlib import Path
from typing import Any

import nkeys
import pytest
import pytest_asyncio
from mash.messaging.broker_conf import API_PREFIX, MAX_PAYLOAD_BYTES
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import APIError
from openmash_local.broker import Broker
from openmash_local.layout import HOST
from support.broker import OpenBroker, running_broker
from support.ground import PARTIES, Ground, prepared
from support.tokens import AGENCIES

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAIRS = list(itertools.permutations(AGENCIES, 2))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with running_broker(tmp_path_factory.mktemp("doors")) as broker, prepared(broker) as ready:
        yield ready


@pytest.fixture
def broker(ground: Ground) -> Broker:
    return ground.broker


class Line:
    """A connection spoken by hand, for what no client would say."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, info: dict[str, Any]
    ) -> None:
        self.info = info
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, broker: Broker) -> Line:
        reader, writer = await asyncio.open_connection(HOST, broker.port)
        info = json.loads((await reader.readline()).removeprefix(b"INFO "))
        return cls(reader, writer, info)

    async def say(self, *lines: bytes | str) -> None:
        for line in lines:
            self._writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        # The server may have closed the connection already, which `rest` tells.
        with suppress(ConnectionError):
            await self._writer.drain()

    async def introduce(self, **options: Any) -> None:
        await self.say(f"CONNECT {json.dumps({'verbose': False, 'headers': True, **options})}", "PING")

    async def introduce_as(self, broker: Broker, name: str) -> None:
        await self.introduce(**signed(broker.seed_file(name), self.info["nonce"]))

    async def rest(self) -> bytes:
        """All that the server says until it closes the connection, or has nothing more to say."""
        heard = b""
        while True:
            try:
                some = await asyncio.wait_for(self._reader.read(65536), 0.3)
            except TimeoutError:
                return heard
            except ConnectionError:
                return heard + b"closed"
            if not some:
                return heard + b"closed"
            heard += some

    def close(self) -> None:
        self._writer.close()


def signed(seed_file: Path, nonce: str, **instead: str) -> dict[str, str]:
    pair = nkeys.from_seed(bytearray(seed_file.read_bytes()))
    signature = _base64(pair.sign(nonce.encode()))
    return {"nkey": bytes(pair.public_key).decode(), "sig": signature, **instead}


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


WIDE = (">", "mash.>", "enq.>", "ret.>", "*.*.*", "$JS.>", "$JS.ACK.>", "$JS.EVENT.>", "$SYS.>", "_R_.>")
INBOXES = ("_INBOX.>", "_INBOX.*", "_INBOX_enquiry.>", "_JUDGE.>", "*.>")


async def listen(broker: Broker, name: str, while_: Awaitable[Any]) -> list[Msg]:
    """Return all that one hears who subscribes to everything, alone and in everybody's queue groups."""
    heard: list[Msg] = []

    async def note(message: Msg) -> None:
        heard.append(message)

    others = [other for other in AGENCIES if other != name]
    named = [f"{way}.{other}.{last}" for other in others for way, last in (("ret", "in"), ("enq", "*"))]
    ears = await broker.connect(name)
    ears._error_cb = _ignore
    for subject in (*WIDE, *INBOXES, *named):
        for queue in ("", "hub", name, *others):
            await ears.subscribe(subject, queue=queue, cb=note)
    await ears.flush()
    await while_
    await ears.flush()
    await ears.close()
    return heard


@pytest.mark.requirement("SEAL-02", "SEAL-09")
class TestListening:
    @pytest.mark.parametrize("attacker", PARTIES)
    async def test_hears_nothing_that_is_not_its_own(self, ground: Ground, attacker: str) -> None:
        heard = await listen(ground.broker, attacker, everybody_talks(ground, except_for=attacker))
        await ground.take_as_given()
        assert [(one.subject, one.data) for one in heard] == []

    async def test_would_hear_it_where_nothing_stops_it(self, tmp_path: Path) -> None:
        async with running_broker(tmp_path, OpenBroker) as open_broker:
            health = await open_broker.connect("health")
            talk = health.jetstream().publish("ret.health.in", b"from health")
            heard = await listen(open_broker, "police", talk)
            await health.close()
        assert b"from health" in {one.data for one in heard}


async def everybody_talks(ground: Ground, *, except_for: str) -> None:
    """Each agency is asked, takes what it was sent and answers, and the hub takes that in."""
    enquiry = ground.parties["enquiry"].working
    for agency in AGENCIES:
        theirs = ground.parties[agency].working
        if except_for != "enquiry":
            await enquiry.jetstream().publish(f"enq.{agency}.havering", f"for {agency}".encode())
            await take_one(enquiry, "hub", f"RET_{agency.upper()}")
        if except_for != agency:
            await take_one(theirs, agency, f"ENQ_{agency.upper()}")
            await theirs.jetstream().publish(f"ret.{agency}.in", f"from {agency}".encode())


async def take_one(client: Client, durable: str, stream: str) -> None:
    pull = await client.jetstream(prefix=API_PREFIX).pull_subscribe_bind(durable, stream)
    (message,) = await pull.fetch(1, timeout=2)
    await message.ack_sync()
    await pull.unsubscribe()


@pytest.mark.requirement("SEAL-02", "SEAL-09")
class TestComingIn:
    @pytest.mark.parametrize(
        "credentials",
        [
            {},
            {"user": "admin", "pass": "admin"},
            {"user": "", "pass": ""},
            {"auth_token": "admin"},
            {"jwt": "eyJhbGciOiJub25lIn0.e30.", "sig": "x"},
            {"nkey": ""},
            {"nkey": "UNONSENSE", "sig": "x"},
            {"user": "hub", "account": "HUB", "new_account": True},
        ],
        ids=str,
    )
    async def test_without_a_key_is_refused(self, broker: Broker, credentials: dict[str, Any]) -> None:
        line = await Line.open(broker)
        await line.introduce(**credentials)
        assert_turned_away(await line.rest())

    async def test_with_an_unknown_key_is_refused(self, broker: Broker, tmp_path: Path) -> None:
        seed = tmp_path / "seed"
        seed.write_bytes(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))
        line = await Line.open(broker)
        await line.introduce(**signed(seed, line.info["nonce"]))
        assert_turned_away(await line.rest())

    @pytest.mark.parametrize(("attacker", "victim"), [*PAIRS, ("police", "admin"), ("intake", "system")])
    async def test_by_another_s_name_is_refused(self, broker: Broker, attacker: str, victim: str) -> None:
        line = await Line.open(broker)
        name = signed(broker.seed_file(victim), "")["nkey"]
        await line.introduce(**signed(broker.seed_file(attacker), line.info["nonce"], nkey=name))
        assert_turned_away(await line.rest())

    @pytest.mark.parametrize("victim", AGENCIES)
    async def test_by_a_signature_that_was_overheard_is_refused(self, broker: Broker, victim: str) -> None:
        overheard, line = await Line.open(broker), await Line.open(broker)
        await line.introduce(**signed(broker.seed_file(victim), overheard.info["nonce"]))
        assert_turned_away(await line.rest())
        await overheard.introduce_as(broker, victim)
        assert b"PONG" in await overheard.rest()
        overheard.close()

    @pytest.mark.parametrize("attacker", PARTIES)
    async def test_one_cannot_choose_one_s_account(self, ground: Ground, attacker: str) -> None:
        line = await Line.open(ground.broker)
        key = signed(ground.broker.seed_file(attacker), line.info["nonce"])
        await line.introduce(**key, account="HUB", new_account=True)
        await line.say("PUB $JS.API.STREAM.NAMES _INBOX.got.x 2", "{}", "SUB _INBOX.got.> 1", "PING")
        assert b"stream_names_response" not in await line.rest()
        line.close()
        assert await ground.breaches(attacker) == []

    @pytest.mark.parametrize(
        "words",
        [
            ["RMSG HUB ret.health.in 6", "forged"],
            ["LMSG ret.health.in 6", "forged"],
            ["HMSG ret.health.in 1 12 18", "NATS/1.0\r\n\r\n", "forged"],
            ["MSG ret.health.in 1 6", "forged"],
            ["RS+ HUB ret.health.in"],
            ["LS+ ret.health.in"],
            ["A+ HUB"],
            ['INFO {"server_id":"x","import":true}'],
        ],
        ids=lambda words: words[0].split()[0],
    )
    async def test_one_cannot_speak_as_another_server(self, ground: Ground, words: list[str]) -> None:
        line = await Line.open(ground.broker)
        await line.introduce_as(ground.broker, "police")
        await line.say(*words)
        heard = await line.rest()
        assert b"-ERR" in heard or heard.endswith(b"closed")
        line.close()
        assert await ground.breaches("police") == []


def assert_turned_away(heard: bytes) -> None:
    assert b"-ERR 'Authorization Violation'" in heard
    assert heard.endswith(b"closed")


@pytest.mark.requirement("SEAL-02", "SEAL-09")
class TestHeaders:
    @pytest.mark.parametrize(("attacker", "victim"), PAIRS)
    async def test_another_s_message_id_cannot_be_used_up(
        self, ground: Ground, attacker: str, victim: str
    ) -> None:
        header = {"Nats-Msg-Id": f"{attacker}-{victim}"}
        for name in (attacker, victim):
            js = ground.parties[name].working.jetstream()
            given = await js.publish(f"ret.{name}.in", b"own", headers=header)
            assert not given.duplicate
        await ground.take_as_given()

    @pytest.mark.parametrize("agency", AGENCIES)
    async def test_what_was_sent_cannot_be_unsaid(self, ground: Ground, agency: str) -> None:
        stream = f"RET_{agency.upper()}"
        before = (await ground.look()).streams[stream]
        client = ground.parties[agency].working
        for headers in (
            {"Nats-Rollup": "all"},
            {"Nats-Rollup": "sub"},
            {"Nats-TTL": "1s"},
            {"Nats-Schedule": "@at 2020-01-01T00:00:00Z", "Nats-Schedule-Target": f"ret.{agency}.in"},
        ):
            await client.publish(f"ret.{agency}.in", b"own", headers=headers)
        await client.jetstream().publish(f"ret.{agency}.in", b"last")
        await ground.take_as_given()
        now = ground.held.streams[stream]
        assert (now["first_seq"], now["num_deleted"]) == (before["first_seq"], before["num_deleted"])
        assert now["messages"] == before["messages"] + 1

    @pytest.mark.parametrize(("attacker", "victim"), PAIRS)
    async def test_a_return_is_whose_stream_it_came_on(
        self, ground: Ground, attacker: str, victim: str
    ) -> None:
        forged = {"Nats-Request-Info": json.dumps({"acc": f"AGENCY_{victim.upper()}"}), "Nats-Stream": victim}
        js = ground.parties[attacker].working.jetstream()
        given = await js.publish(f"ret.{attacker}.in", b"own", headers=forged)
        kept = await ground.admin.jetstream().get_msg(given.stream, given.seq)
        await ground.take_as_given()
        assert given.stream == f"RET_{attacker.upper()}"
        assert victim.upper() not in (kept.headers or {}).get("Nats-Request-Info", "")


@pytest.mark.requirement("SEAL-09")
class TestFloods:
    async def test_what_is_too_large_is_not_kept_and_ends_the_connection(self, ground: Ground) -> None:
        line = await Line.open(ground.broker)
        await line.introduce_as(ground.broker, "police")
        await line.say(f"PUB ret.police.in {MAX_PAYLOAD_BYTES + 1}", b"x" * (MAX_PAYLOAD_BYTES + 1))
        heard = await line.rest()
        before = ground.held
        await ground.take_as_given()
        assert b"Maximum Payload Violation" in heard or heard.endswith(b"closed")
        assert ground.held.streams["RET_POLICE"] == before.streams["RET_POLICE"]

    async def test_an_endless_line_ends_the_connection(self, ground: Ground) -> None:
        line = await Line.open(ground.broker)
        await line.introduce_as(ground.broker, "police")
        await line.say("PUB " + "x" * 8192)
        assert (await line.rest()).endswith(b"closed")

    async def test_one_agency_s_connections_leave_room_for_others(self, ground: Ground) -> None:
        lines = [await Line.open(ground.broker) for _ in range(24)]
        for line in lines:
            await line.introduce_as(ground.broker, "police")
        heard = [await line.rest() for line in lines]
        for line in lines:
            line.close()
        assert any(b"maximum account active connections exceeded" in one for one in heard)
        client = await ground.broker.connect("health")
        await client.close()

    async def test_one_that_does_not_read_is_cut_off_and_holds_nobody_up(self, ground: Ground) -> None:
        large = b"x" * 200_000
        js = ground.parties["enquiry"].working.jetstream()
        for _ in range(150):
            await js.publish("enq.police.havering", large)
        line = await Line.open(ground.broker)
        await line.introduce_as(ground.broker, "police")
        inbox = f"{API_PREFIX}.CONSUMER.MSG.NEXT.ENQ_POLICE.police _INBOX.slow"
        await line.say("SUB _INBOX.slow 1", f"PUB {inbox} 3", "400")
        async with asyncio.timeout(2):
            given = await ground.parties["health"].working.jetstream().publish("ret.health.in", b"own")
        assert given.stream == "RET_HEALTH"
        assert await is_cut_off(ground, "police", remaining=2)
        line.close()
        await ground.take_as_given()

    @pytest.mark.parametrize("attacker", AGENCIES)
    async def test_an_agency_that_fills_its_stream_fills_no_other_s(
        self, ground: Ground, attacker: str
    ) -> None:
        own = f"RET_{attacker.upper()}"
        api = ground.admin.jetstream()
        config = (await api.stream_info(own)).config
        whole, config.max_bytes = config.max_bytes, 1_048_576
        await api.update_stream(config)
        before = (await ground.look()).streams
        with pytest.raises(APIError, match="maximum bytes exceeded"):
            await send(ground.broker, attacker, f"ret.{attacker}.in", b"x" * 200_000, times=10)
        for victim in AGENCIES:
            if victim != attacker:
                given = await send(ground.broker, victim, f"ret.{victim}.in", b"own")
                assert given == before[f"RET_{victim.upper()}"]["last_seq"] + 1
            assert await send(ground.broker, "enquiry", f"enq.{victim}.havering", b"own")
        after = (await ground.look()).streams
        # What it had sent before is still there: nothing makes room.
        assert after[own]["first_seq"] == before[own]["first_seq"]
        assert after["MASH"] == before["MASH"]
        config.max_bytes = whole
        await api.update_stream(config)
        await ground.take_as_given()


async def send(broker: Broker, name: str, subject: str, payload: bytes, times: int = 1) -> int:
    """Send and return the place in the stream of the last."""
    client = await broker.connect(name)
    try:
        return [(await client.jetstream().publish(subject, payload)).seq for _ in range(times)][-1]
    finally:
        await client.close()


async def is_cut_off(ground: Ground, agency: str, *, remaining: int) -> bool:
    """Whether within the time to write the broker has only these connections of the agency left."""
    system = await ground.broker.connect("system")
    try:
        async with asyncio.timeout(12):
            while True:
                asked = json.dumps({"acc": f"AGENCY_{agency.upper()}"}).encode()
                answer = await system.request("$SYS.REQ.SERVER.PING.CONNZ", asked, timeout=2)
                if len(json.loads(answer.data)["data"]["connections"]) == remaining:
                    return True
                await asyncio.sleep(0.2)
    except TimeoutError:
        return False
    finally:
        await system.close()


async def _ignore(_: Exception) -> None:
    """Refusals are what is expected."""
