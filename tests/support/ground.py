"""A broker with messages of everybody's on it, and a judge of what an attack on it has changed.

The judge asks the broker itself, as its admin, what every stream and consumer holds. That the attacker was
answered at all counts as well.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import nats
from mash.contracts import EVENTS
from mash.messaging import topology
from mash.messaging.topology import HUB_SERVICES, HUB_STREAM, durables
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.js.errors import NotFoundError
from openmash_local.broker import Broker
from support.tokens import AGENCIES

PARTIES = (*AGENCIES, *HUB_SERVICES)
# Enough for every attack that has the broker deliver the attacker's own messages somewhere else.
SEEDED = 60
SETTLE_SECONDS = 0.02


@dataclass(frozen=True)
class Target:
    """Somebody's consumer, the subject its stream is written on, and how one of its messages is acknowledged.

    ``acknowledges`` is the subject on which its owner tells the broker of the message that it has in hand.
    """

    stream: str
    durable: str
    owner: str
    subject: str
    acknowledges: str


@dataclass
class Party:
    """A service or an agency, twice: as it works, hearing what reaches its inboxes, and as it attacks."""

    name: str
    working: Client
    attacking: Client
    reached: list[Msg] = field(default_factory=list)
    got: list[Msg] = field(default_factory=list)

    async def publish(
        self, subject: str, payload: bytes | Mapping[str, Any] = b"", reply: str = "_INBOX.got.it"
    ) -> None:
        """Publish; whatever the broker answers to the usual ``reply`` has been got by the attack."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        await self.attacking.publish(subject, body, reply=reply)


@dataclass(frozen=True)
class Holding:
    """What the broker holds: each stream and each consumer, by name."""

    streams: dict[str, dict[str, Any]]
    consumers: dict[tuple[str, str], dict[str, Any]]


class Ground:
    """Everybody connected to one broker."""

    def __init__(self, broker: Broker, admin: Client, parties: dict[str, Party]) -> None:
        self.broker = broker
        self.admin = admin
        self.parties = parties
        self.targets: list[Target] = []
        self.held = Holding({}, {})
        self.given_up: list[Msg] = []

    def targets_of(self, attacker: str) -> list[Target]:
        """All consumers that are not the attacker's own."""
        return [target for target in self.targets if target.owner != attacker]

    def own(self, attacker: str) -> list[Target]:
        return [target for target in self.targets if target.owner == attacker]

    async def begin_again(self) -> None:
        """Leave nothing of what an attack has done."""
        js = self.admin.jetstream()
        for name in (await self.look()).streams:
            with suppress(NotFoundError):
                await js.delete_stream(name)
        await topology.apply(js, AGENCIES)
        await self.fill(2)

    async def fill(self, seeded: int) -> None:
        """Put messages into every stream, and one of each consumer's into the hands of its owner."""
        js = self.admin.jetstream()
        self.targets.clear()
        for durable in durables(AGENCIES):
            if (durable.stream, durable.name) == (HUB_STREAM, "screening") or durable.stream != HUB_STREAM:
                for _ in range(seeded):
                    await js.publish(_subject(durable.stream), b"sealed for %s" % durable.stream.encode())
        for durable in durables(AGENCIES):
            pull = await js.pull_subscribe_bind(durable.name, durable.stream)
            (message,) = await pull.fetch(1, timeout=5)
            await pull.unsubscribe()
            owner = _owner(durable.stream, durable.name)
            self.targets.append(
                Target(durable.stream, durable.name, owner, _subject(durable.stream), message.reply)
            )
        await self.take_as_given()

    async def take_as_given(self) -> None:
        """Begin afresh from what the broker holds now, which is as it should be."""
        self.held = await self._settled()
        self.given_up.clear()
        for party in self.parties.values():
            party.reached.clear()
            party.got.clear()

    async def look(self) -> Holding:
        """Ask the broker what it holds."""
        streams = {one["config"]["name"]: _stream(one) for one in await self._list("STREAM.LIST", "streams")}
        lists = await asyncio.gather(*(self._list(f"CONSUMER.LIST.{name}", "consumers") for name in streams))
        consumers = {(one["stream_name"], one["name"]): _consumer(one) for found in lists for one in found}
        return Holding(streams, consumers)

    async def breaches(self, attacker: str) -> list[str]:
        """Say all that the last attack has changed or got hold of, and begin afresh."""
        party = self.parties[attacker]
        await party.attacking.flush()
        before, self.held = self.held, await self._settled()
        found = [
            *_lost_or_made(before, self.held),
            *_changed(before, self.held, attacker),
            *[one for name in before.streams for one in await self._written(name, before, attacker)],
            *[f"{one} was handed back or ended" for one in self._given_up(attacker)],
            *[f"{attacker} got {one.data[:80]!r}" for one in party.got],
        ]
        for other in self.parties.values():
            if other is not party:
                found += [f"{other.name} was sent {one.data[:80]!r}" for one in other.reached]
            other.reached.clear()
            other.got.clear()
        return found

    def _given_up(self, attacker: str) -> set[str]:
        """The consumers of others about whose messages the broker was told that they will not be handled."""
        told = {tuple(message.subject.split(".")[-2:]) for message in self.given_up}
        self.given_up.clear()
        return {f"{stream}/{durable}" for stream, durable in told if _owner(stream, durable) != attacker}

    async def _settled(self) -> Holding:
        """What the broker holds once it has written all that it was sent."""
        found = await self.look()
        await asyncio.gather(*(self._written_up(name) for name in found.streams))
        found = await self.look()
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            again = await self.look()
            if again == found:
                return found
            found = again

    async def _written_up(self, stream: str) -> None:
        """Wait until a stream has written what is before it, however slow the disk is.

        What names another stream is taken in its turn, refused and not kept.
        """
        other = {"Nats-Expected-Stream": f"not {stream}"}
        with suppress(NoRespondersError):
            await self.admin.request(_subject(stream), b"", headers=other, timeout=30)

    async def _written(self, stream: str, before: Holding, attacker: str) -> list[str]:
        """What is new in a stream that the attacker may not write."""
        if stream not in self.held.streams:
            return []
        first, last = before.streams[stream]["last_seq"] + 1, self.held.streams[stream]["last_seq"]
        found = []
        for sequence in range(first, last + 1):
            asked = json.dumps({"seq": sequence}).encode()
            answer = json.loads((await self.admin.request(f"$JS.API.STREAM.MSG.GET.{stream}", asked)).data)
            subject = answer.get("message", {}).get("subject", "gone already")
            if not may_write(attacker, stream, subject):
                found.append(f"{stream} was written on {subject}")
        return found

    async def _list(self, call: str, what: str) -> list[dict[str, Any]]:
        answer = json.loads((await self.admin.request(f"$JS.API.{call}", b"{}", timeout=5)).data)
        return answer.get(what) or []


def may_write(attacker: str, stream: str, subject: str) -> bool:
    """Who writes what, said here again by hand: an oracle that knows nothing of the configuration."""
    if attacker in AGENCIES:
        # Its own messages it may send back to the hub: their subject stays, and whose they are is the stream.
        return stream == f"RET_{attacker.upper()}" and subject in (
            f"ret.{attacker}.in",
            f"enq.{attacker}.havering",
        )
    own = [event.subject_filter().split(".")[2:] for event in EVENTS if event.is_told_by(attacker)]
    if stream == HUB_STREAM:
        return subject.split(".")[2:] in own
    return attacker == "enquiry" and stream.startswith("ENQ_") and subject.startswith("enq.")


def _owner(stream: str, durable: str) -> str:
    if stream == HUB_STREAM:
        return durable
    return "enquiry" if stream.startswith("RET_") else durable


def _subject(stream: str) -> str:
    way, _, agency = stream.lower().partition("_")
    written = {"ret": f"ret.{agency}.in", "enq": f"enq.{agency}.havering"}
    return written.get(way, "mash.havering.contact.decided.v1")


def _stream(info: dict[str, Any]) -> dict[str, Any]:
    state = info["state"]
    counts = {name: state.get(name, 0) for name in ("messages", "first_seq", "last_seq", "num_deleted")}
    return {"config": info["config"], "created": info["created"], **counts}


def _consumer(info: dict[str, Any]) -> dict[str, Any]:
    return {
        "config": info["config"],
        "created": info["created"],
        "delivered": info["delivered"]["stream_seq"],
        "acknowledged": info["ack_floor"]["stream_seq"],
        "in_hand": info["num_ack_pending"],
        "again": info["num_redelivered"],
        "paused": info.get("paused", False),
    }


def _lost_or_made(before: Holding, now: Holding) -> list[str]:
    made = [*(set(now.streams) - set(before.streams)), *(set(now.consumers) - set(before.consumers))]
    lost = [*(set(before.streams) - set(now.streams)), *(set(before.consumers) - set(now.consumers))]
    return [f"{one} was made" for one in made] + [f"{one} is gone" for one in lost]


def _changed(before: Holding, now: Holding, attacker: str) -> list[str]:
    found = []
    for name in before.streams.keys() & now.streams.keys():
        old, new = before.streams[name], now.streams[name]
        # What the attacker reads it may acknowledge, which takes it out of a work queue.
        own = any(_owner(*key) == attacker for key in now.consumers if key[0] == name != HUB_STREAM)
        watched = ["config", "created"] if own else ["config", "created", "first_seq", "num_deleted"]
        found += [f"{name}: {one} has changed" for one in watched if old[one] != new[one]]
    for key in before.consumers.keys() & now.consumers.keys():
        theirs, mine = before.consumers[key], now.consumers[key]
        watched = ["config", "created", "paused"] if _owner(*key) == attacker else list(theirs)
        found += [f"{key}: {one} has changed" for one in watched if theirs[one] != mine[one]]
    return found


@asynccontextmanager
async def prepared(broker: Broker, seeded: int = SEEDED) -> AsyncIterator[Ground]:
    """Everybody connected, and messages in every stream."""
    async with AsyncExitStack() as stack:

        async def connect(name: str) -> Client:
            client = await broker.connect(name)
            client._error_cb = _ignore
            stack.push_async_callback(client.close)
            return client

        parties = {name: Party(name, await connect(name), await connect(name)) for name in PARTIES}
        # Its inboxes are its own, so that nobody hears the judge's answers, whatever the accounts.
        seed = str(broker.seed_file("admin"))
        admin = await nats.connect(broker.url, nkeys_seed=seed, inbox_prefix=b"_JUDGE")
        stack.push_async_callback(admin.close)
        ground = Ground(broker, admin, parties)
        for advisory in ("MSG_NAKED", "MSG_TERMINATED"):
            subject = f"$JS.EVENT.ADVISORY.CONSUMER.{advisory}.>"
            await admin.subscribe(subject, cb=_into(ground.given_up))
        await ground.fill(seeded)
        for party in parties.values():
            await party.working.subscribe("_INBOX.>", cb=_into(party.reached))
            await party.attacking.subscribe("_INBOX.got.>", cb=_into(party.got))
            await asyncio.gather(party.working.flush(), party.attacking.flush())
        yield ground


async def _ignore(_: Exception) -> None:
    """Refusals are what is expected; the judge looks at what came of it."""


def _into(heard: list[Msg]) -> Any:
    async def take(message: Msg) -> None:
        heard.append(message)

    return take
