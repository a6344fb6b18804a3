"""The streams and consumers of the bus, as data, and the deploy step that makes them.

``MASH`` holds the hub's own thin events. Each agency has one stream each way, ``ENQ_POLICE`` and
``RET_POLICE``, so that no agency can fill, read or disturb another's; they are work queues, so that a
message is gone once its receiver has stored it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Container, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from mash.leases import CLAIM_SECONDS
from mash.messaging.certificates import tls_options

HUB_STREAM = "MASH"
HUB_SERVICES = ("intake", "screening", "enquiry", "notifications", "reporting")
CONSUMING_SERVICES = ("intake", "screening", "enquiry", "notifications", "reporting")
RETURNS_DURABLE = "hub"
# How long the first server has to say how it is set, and then each further one of a cluster.
FIRST_ANSWER_SECONDS = 5.0
NEXT_ANSWER_SECONDS = 0.1

# What a service relies on, whatever sizes and times the deploy step of another version has set.
RELIED_ON = frozenset(
    {
        "ack_policy",
        "allow_direct",
        "allow_msg_schedules",
        "allow_msg_ttl",
        "allow_rollup_hdrs",
        "deny_delete",
        "deny_purge",
        "discard",
        "duplicate_window",
        "max_deliver",
        "metadata",
        "retention",
        "storage",
        "subjects",
    }
)
# These would copy, divert, rewrite or hold back messages, or acknowledge before they are on disk.
NEVER_SET = (
    "deliver_subject",
    "filter_subject",
    "filter_subjects",
    "inactive_threshold",
    "mem_storage",
    "mirror",
    "no_ack",
    "pause_until",
    "persist_mode",
    "republish",
    "sources",
    "subject_transform",
)

# What the deploy step writes on each stream and consumer, for those who may not ask the servers themselves:
# that the servers sync before they acknowledge, and by which rules the stream was made.
SYNC = "openmash-sync"
RULES = "openmash-rules"

_DAY = 86_400.0
_MEBIBYTE = 1_048_576


@dataclass(frozen=True)
class Durable:
    """A durable pull consumer: which stream it reads, and for whom."""

    stream: str
    name: str


class WrongTopology(Exception):
    """The broker has, or gave back, another configuration than the one asked for."""


def enquiry_stream(agency: str) -> str:
    """Return the name of the stream of requests to ``agency``."""
    return f"ENQ_{_token(agency)}"


def return_stream(agency: str) -> str:
    """Return the name of the stream of answers from ``agency``."""
    return f"RET_{_token(agency)}"


def enquiry_subject(agency: str, partnership: str) -> str:
    """Return the subject on which ``partnership`` asks ``agency``."""
    return f"enq.{agency}.{partnership}"


def return_subject(agency: str) -> str:
    """Return the one literal subject on which ``agency`` answers."""
    return f"ret.{agency}.in"


def _token(agency: str) -> str:
    return agency.upper().replace("-", "_")


def _rules(stream: str) -> dict[str, object]:
    """Return what holds for a stream in every hub, whatever its size."""
    return {
        "retention": RetentionPolicy.LIMITS if stream == HUB_STREAM else RetentionPolicy.WORK_QUEUE,
        "storage": StorageType.FILE,
        "discard": DiscardPolicy.NEW,
        "duplicate_window": 7200.0,
        "deny_delete": True,
        "deny_purge": True,
        "allow_rollup_hdrs": False,
        "allow_direct": False,
        "allow_msg_ttl": False,
        "allow_msg_schedules": False,
        "max_msg_size": 262_144,
    }


def set_up(stream: str) -> dict[str, str]:
    """Return what is written on a stream and its consumers, once they are made by these rules and checked."""
    rules = json.dumps({"stream": stream, **_rules(stream)}, sort_keys=True)
    return {SYNC: "always", RULES: hashlib.sha256(rules.encode()).hexdigest()}


def _stream(name: str, subjects: list[str], **sizes: object) -> StreamConfig:
    settings = {**_rules(name), **sizes, "metadata": set_up(name)}
    return StreamConfig(name=name, subjects=subjects, **settings)  # type: ignore[arg-type]


def streams(agencies: Iterable[str], *, replicas: int = 1) -> list[StreamConfig]:
    """Return every stream of a hub with these agencies."""
    hub = _stream(
        HUB_STREAM,
        ["mash.>"],
        max_age=90 * _DAY,
        max_bytes=2048 * _MEBIBYTE,
        num_replicas=replicas,
    )
    both_ways = [
        _stream(
            name,
            [subject],
            max_bytes=256 * _MEBIBYTE,
            num_replicas=replicas,
        )
        for agency in agencies
        for name, subject in (
            (enquiry_stream(agency), f"enq.{agency}.*"),
            (return_stream(agency), return_subject(agency)),
        )
    ]
    return [hub, *both_ways]


def durables(agencies: Iterable[str]) -> list[Durable]:
    """Return every durable consumer of a hub with these agencies."""
    return [
        *(Durable(HUB_STREAM, service) for service in CONSUMING_SERVICES),
        *(
            durable
            for agency in agencies
            for durable in (
                Durable(enquiry_stream(agency), agency),
                Durable(return_stream(agency), RETURNS_DURABLE),
            )
        ),
    ]


def consumer_config(durable: Durable) -> ConsumerConfig:
    """Return the configuration of a durable.

    Deliveries are not limited by the broker: a message that cannot be handled is set aside by its
    receiver, in its own database, and none is ever dropped for having been tried too often. Hub services
    read every event and pass over those they have no handler for, so that a service can begin to listen to
    another event without a step at the broker.
    """
    return ConsumerConfig(
        durable_name=durable.name,
        ack_policy=AckPolicy.EXPLICIT,
        # A receiver that is still at work asks for more time again and again; one that died does not.
        ack_wait=CLAIM_SECONDS,
        max_deliver=-1,
        max_ack_pending=1000,
        # An agency may look at its own consumer and at no stream, so that this is all that it can go by.
        metadata=set_up(durable.stream),
    )


async def deploy(
    url: str,
    admin_seed: Path,
    system_seed: Path,
    agencies: Iterable[str],
    *,
    replicas: int = 1,
    certificates: Path | None = None,
) -> None:
    """Make every stream and durable as the one user that may, having asked the servers how they are set.

    Nobody is connected as either afterwards. Raises :class:`WrongTopology`.
    """
    async with _connected(url, system_seed, certificates) as system:
        await require_synced(system)
    async with _connected(url, admin_seed, certificates) as admin:
        await apply(admin.jetstream(), agencies, replicas=replicas)


@asynccontextmanager
async def _connected(url: str, seed: Path, certificates: Path | None) -> AsyncIterator[Client]:
    tls = tls_options(certificates)
    client = await nats.connect(url, nkeys_seed=str(seed), allow_reconnect=False, **tls)
    try:
        yield client
    finally:
        await client.close()


async def apply(js: JetStreamContext, agencies: Iterable[str], *, replicas: int = 1) -> None:
    """Make or update every stream and durable, and compare what the broker gives back with what was asked.

    The caller has made sure that the servers sync (:func:`require_synced`), for that is written on each.
    Raises :class:`WrongTopology` naming the stream and the setting that differ.
    """
    agencies = list(agencies)
    for wanted in streams(agencies, replicas=replicas):
        try:
            await js.stream_info(wanted.name or "")
            given = (await js.update_stream(wanted)).config
        except NotFoundError:
            given = (await js.add_stream(wanted)).config
        compare(f"stream {wanted.name}", wanted, given)
    for durable in durables(agencies):
        config = consumer_config(durable)
        await js.add_consumer(durable.stream, config)
        # Asked for afresh: the broker answers a change with the configuration there was before it.
        made = (await js.consumer_info(durable.stream, durable.name)).config
        compare(f"consumer {durable.stream}/{durable.name}", config, made)


def compare(
    what: str,
    wanted: StreamConfig | ConsumerConfig,
    given: object,
    only: Container[str] | None = None,
) -> None:
    """Raise :class:`WrongTopology` where the broker gave another setting than the one asked for.

    With ``only``, other settings that were asked for may differ.
    """
    for name, value in vars(wanted).items():
        got = getattr(given, name, None)
        if name == "metadata":
            # The broker adds what is its own.
            got = {key: (got or {}).get(key) for key in value or {}}
        if name in NEVER_SET and got:
            raise WrongTopology(f"{what}: {name} should not be set and the broker gives {got!r}")
        # What was not asked for is the broker's to choose, and it leaves out what is false.
        if value is None or (value is False and got is None) or (only is not None and name not in only):
            continue
        if value != got:
            raise WrongTopology(f"{what}: {name} should be {value!r} and the broker gives {got!r}")


async def require_relied_on(
    js: JetStreamContext, agencies: Iterable[str], durables: Iterable[Durable], *, hub: bool
) -> None:
    """Raise :class:`WrongTopology` where a stream or consumer that a service uses is not as it relies on.

    ``hub`` is false for an agency, which may look at its own consumer and at no stream. Raises the client's
    own errors while one of them is not there yet.
    """
    for wanted in streams(agencies) if hub else ():
        given = (await js.stream_info(wanted.name or "")).config
        compare(f"stream {wanted.name}", wanted, given, RELIED_ON)
    for durable in durables:
        made = (await js.consumer_info(durable.stream, durable.name)).config
        compare(f"consumer {durable.stream}/{durable.name}", consumer_config(durable), made, RELIED_ON)


async def require_synced(system: Client) -> None:
    """Raise :class:`WrongTopology` unless every server syncs to disk before it acknowledges.

    Only the system account may ask. A server says nothing of it to anybody else, and its own default is to
    acknowledge at once and sync every two minutes, so that a power cut takes what was acknowledged.
    """
    inbox = await system.subscribe(system.new_inbox())
    await system.publish("$SYS.REQ.SERVER.PING.JSZ", b"", reply=inbox.subject)
    wait = FIRST_ANSWER_SECONDS
    with suppress(TimeoutError):
        while True:
            answer = json.loads((await inbox.next_msg(timeout=wait)).data)
            wait = NEXT_ANSWER_SECONDS
            if not answer["data"].get("config", {}).get("sync_always"):
                raise WrongTopology(f"server {answer['server']['name']}: sync_interval should be 'always'")
    if wait == FIRST_ANSWER_SECONDS:
        raise WrongTopology("no server says whether it syncs before it acknowledges; is this the system key?")
