"""Attacks on the broker by somebody who holds a service's or an agency's own key, as a table.

Each is tried on every consumer that is not the attacker's own, and knows all that could leak: names of
streams and consumers, subjects, and how the messages in others' hands are acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from mash.contracts import EVENTS
from nats.aio.client import Client
from support.ground import Ground, Party, Target, may_write
from support.tokens import AGENCIES

Attack = Callable[[Ground, Party, Target], Awaitable[None]]

# As it is called in an account of one's own, in the account with the streams, and by the streams' domain.
PREFIXES = ("hubjs", "$JS.API", "$JS.hub.API")
SPY = {"ack_policy": "none", "deliver_policy": "all", "max_deliver": -1}


def _spy(target: Target, **settings: Any) -> dict[str, Any]:
    return {"stream_name": target.stream, "config": {**SPY, **settings}}


# The JetStream API, call by call: what follows the prefix, and what is asked.
API: Mapping[str, tuple[str, Callable[[Target], Any]]] = {
    "account info": ("INFO", lambda t: b""),
    "account purge": ("ACCOUNT.PURGE.HUB", lambda t: {}),
    "stream names": ("STREAM.NAMES", lambda t: {}),
    "stream list": ("STREAM.LIST", lambda t: {}),
    "stream info": ("STREAM.INFO.{stream}", lambda t: {"subjects_filter": ">"}),
    "stream create": ("STREAM.CREATE.SPY", lambda t: {"name": "SPY", "subjects": ["spied.>"]}),
    "stream mirror": (
        "STREAM.CREATE.MIRROR",
        lambda t: {"name": "MIRROR", "storage": "file", "mirror": {"name": t.stream}},
    ),
    "stream source": (
        "STREAM.CREATE.SOURCED",
        lambda t: {"name": "SOURCED", "storage": "file", "sources": [{"name": t.stream}]},
    ),
    "stream update": (
        "STREAM.UPDATE.{stream}",
        lambda t: {"name": t.stream, "subjects": [t.subject, "added"], "max_age": 10**10},
    ),
    "stream republish": (
        "STREAM.UPDATE.{stream}",
        lambda t: {
            "name": t.stream,
            "subjects": [t.subject],
            "republish": {"src": ">", "dest": "_INBOX.got.>"},
        },
    ),
    "stream purge": ("STREAM.PURGE.{stream}", lambda t: {}),
    "stream delete": ("STREAM.DELETE.{stream}", lambda t: b""),
    "message get": ("STREAM.MSG.GET.{stream}", lambda t: {"seq": 2}),
    "message get last": ("STREAM.MSG.GET.{stream}", lambda t: {"last_by_subj": ">"}),
    "message delete": ("STREAM.MSG.DELETE.{stream}", lambda t: {"seq": 2}),
    "direct get": ("DIRECT.GET.{stream}", lambda t: {"seq": 2}),
    "direct get last": ("DIRECT.GET.{stream}.{subject}", lambda t: b""),
    "direct get many": ("DIRECT.GET.{stream}", lambda t: {"batch": 100, "seq": 1}),
    "snapshot": (
        "STREAM.SNAPSHOT.{stream}",
        lambda t: {"deliver_subject": "_INBOX.got.chunks", "chunk_size": 1024, "no_consumers": True},
    ),
    "restore": (
        "STREAM.RESTORE.{stream}",
        lambda t: {"config": {"name": t.stream, "subjects": [t.subject]}, "state": {}},
    ),
    "stream leader stepdown": ("STREAM.LEADER.STEPDOWN.{stream}", lambda t: {}),
    "peer remove": ("STREAM.PEER.REMOVE.{stream}", lambda t: {"peer": "hub"}),
    "meta leader stepdown": ("META.LEADER.STEPDOWN", lambda t: {}),
    "server remove": ("SERVER.REMOVE", lambda t: {"peer": "hub"}),
    "consumer create": (
        "CONSUMER.CREATE.{stream}",
        lambda t: _spy(t, deliver_subject="_INBOX.got.pushed"),
    ),
    "consumer create by name": (
        "CONSUMER.CREATE.{stream}.spy.{subject}",
        lambda t: {**_spy(t, name="spy", filter_subject=t.subject), "action": "create"},
    ),
    "consumer create durable": (
        "CONSUMER.DURABLE.CREATE.{stream}.spy",
        lambda t: _spy(t, durable_name="spy", deliver_subject="_INBOX.got.pushed"),
    ),
    "consumer update": (
        "CONSUMER.CREATE.{stream}.{durable}",
        lambda t: {
            **_spy(t, durable_name=t.durable, ack_policy="explicit", max_ack_pending=1),
            "action": "update",
        },
    ),
    "consumer update by its old call": (
        "CONSUMER.DURABLE.CREATE.{stream}.{durable}",
        lambda t: _spy(t, durable_name=t.durable, ack_policy="explicit", max_ack_pending=2),
    ),
    "consumer delete": ("CONSUMER.DELETE.{stream}.{durable}", lambda t: b""),
    "consumer info": ("CONSUMER.INFO.{stream}.{durable}", lambda t: b""),
    "consumer names": ("CONSUMER.NAMES.{stream}", lambda t: {}),
    "consumer list": ("CONSUMER.LIST.{stream}", lambda t: {}),
    "consumer next": ("CONSUMER.MSG.NEXT.{stream}.{durable}", lambda t: {"batch": 5}),
    "consumer next without waiting": (
        "CONSUMER.MSG.NEXT.{stream}.{durable}",
        lambda t: {"batch": 5, "no_wait": True},
    ),
    "consumer pause": (
        "CONSUMER.PAUSE.{stream}.{durable}",
        lambda t: {"pause_until": "2099-01-01T00:00:00Z"},
    ),
    "consumer reset": ("CONSUMER.RESET.{stream}.{durable}", lambda t: {"seq": 1}),
    "consumer unpin": ("CONSUMER.UNPIN.{stream}.{durable}", lambda t: {"group": "any"}),
    "consumer leader stepdown": ("CONSUMER.LEADER.STEPDOWN.{stream}.{durable}", lambda t: {}),
}


async def _call(name: str, ground: Ground, attacker: Party, target: Target) -> None:
    call, asked = API[name]
    subject = call.format(**vars(target))
    for prefix in PREFIXES:
        if not _may_look(attacker.name, prefix, subject):
            await attacker.publish(f"{prefix}.{subject}", asked(target))


def _may_look(attacker: str, prefix: str, subject: str) -> bool:
    """A service looks, as it starts, whether the streams that it uses are as it relies on."""
    if attacker in AGENCIES or prefix != "hubjs" or not subject.startswith("STREAM.INFO."):
        return False
    return subject == "STREAM.INFO.MASH" or attacker == "enquiry"


async def _write_plainly(_ground: Ground, attacker: Party, target: Target) -> None:
    if not may_write(attacker.name, target.stream, target.subject):
        await attacker.publish(target.subject, b"forged")


async def _write_every_event(_ground: Ground, attacker: Party, _target: Target) -> None:
    for event in EVENTS:
        if not event.is_told_by(attacker.name):
            await attacker.publish(event.subject_filter().replace("*", "havering"), b"forged")


async def _ask_oneself_and_others(_ground: Ground, attacker: Party, _target: Target) -> None:
    for agency in AGENCIES:
        if attacker.name != "enquiry":
            await attacker.publish(f"enq.{agency}.havering", b"forged")


async def _write_with_stars(_ground: Ground, attacker: Party, target: Target) -> None:
    way, middle, last = target.subject.split(".", 2)
    near = (f"{way}.*.{last}", f"*.{middle}.{last}", f"{way}.{middle}.*", f"{way}.>", ">", f"{way}.{middle}")
    for subject in (*near, target.subject.upper(), f"{target.subject}.more"):
        # A star in a subject that one may write is kept as it is, and nobody takes it for an event.
        if not may_write(attacker.name, target.stream, subject):
            await attacker.publish(subject, b"forged")


async def _write_to_inboxes(ground: Ground, attacker: Party, target: Target) -> None:
    owner = ground.parties[target.owner]
    near = ("_INBOX.any", f"_INBOX_{owner.name}.any", "_R_.any", "_JUDGE.any")
    for inbox in (*near, owner.working.new_inbox()):
        await attacker.publish(inbox, b"forged")


async def _acknowledge(body: bytes, _ground: Ground, attacker: Party, target: Target) -> None:
    # $JS.ACK.<stream>.<consumer>.<the rest>, and the longer form with the domain and a hash of the account.
    rest = target.acknowledges.removeprefix("$JS.ACK.")
    for subject in (target.acknowledges, f"$JS.ACK.hub.HUB.{rest}.x", f"$JS.ACK._._.{rest}.x"):
        await attacker.publish(subject, body)


async def _wildcard_acknowledge(_ground: Ground, attacker: Party, target: Target) -> None:
    await attacker.publish(f"$JS.ACK.{target.stream}.{target.durable}.>", b"+ACK")
    await attacker.publish(f"$JS.ACK.{target.stream}.*.1.2.1.0.0", b"+TERM")


def _places(ground: Ground, target: Target) -> list[str]:
    """Where an answer of the broker's could do harm, were it sent there."""
    return [
        target.subject,
        "mash.havering.contact.decided.v1",
        target.acknowledges,
        f"_INBOX.{target.owner}",
        f"$JS.API.STREAM.PURGE.{target.stream}",
        f"$JS.API.STREAM.DELETE.{target.stream}",
        f"$JS.API.CONSUMER.DELETE.{target.stream}.{target.durable}",
    ]


def _own_subject(attacker: str) -> str | None:
    if attacker in AGENCIES:
        return f"ret.{attacker}.in"
    own = [event for event in EVENTS if event.is_told_by(attacker)]
    return own[0].subject_filter().replace("*", "havering") if own else None


async def _divert_acknowledgement(ground: Ground, attacker: Party, target: Target) -> None:
    if subject := _own_subject(attacker.name):
        for place in _places(ground, target):
            await attacker.publish(subject, b"own", reply=place)


async def _divert_own(call: str, body: bytes, ground: Ground, attacker: Party, target: Target) -> None:
    """Have the broker send what the attacker may ask for to somewhere else."""
    for own in ground.own(attacker.name):
        for prefix in PREFIXES[:2]:
            for place in _places(ground, target):
                await attacker.publish(f"{prefix}.{call}.{own.stream}.{own.durable}", body, reply=place)


async def _divert_next(ground: Ground, attacker: Party, target: Target) -> None:
    for own in ground.own(attacker.name):
        for place in _places(ground, target):
            await attacker.publish(own.acknowledges, b"+NXT", reply=place)


async def _manage_own(ground: Ground, attacker: Party, target: Target) -> None:
    """Change what one may read or write into something that reaches others."""
    for own in ground.own(attacker.name):
        pushing = _spy(own, deliver_subject=target.subject)
        for prefix in PREFIXES:
            await attacker.publish(f"{prefix}.CONSUMER.CREATE.{own.stream}.spy", pushing)
            await attacker.publish(f"{prefix}.CONSUMER.DELETE.{own.stream}.{own.durable}")
            await attacker.publish(f"{prefix}.STREAM.PURGE.{own.stream}", b"{}")
            await attacker.publish(f"{prefix}.STREAM.DELETE.{own.stream}")


OF_AN_ACCOUNT = ("CONNZ", "STATZ", "JSZ", "SUBSZ", "INFO")
OF_A_SERVER = ("VARZ", "CONNZ", "JSZ", "SUBSZ", "ACCOUNTZ", "HEALTHZ")
SYSTEM = (
    "$SYS.REQ.SERVER.PING",
    *(f"$SYS.REQ.SERVER.PING.{what}" for what in OF_A_SERVER),
    *(f"$SYS.REQ.ACCOUNT.{who}.{what}" for who in ("PING", "HUB", "SYS") for what in OF_AN_ACCOUNT),
    "$SYS.REQ.USER.INFO",
    "$SYS.REQ.CLAIMS.LIST",
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.CLAIMS.DELETE",
    "$SYS.REQ.USER.AUTH",
    "$SYS.DEBUG.SUBSCRIBERS",
    "$SRV.PING",
    "$SRV.INFO",
)


async def _ask_the_system(ground: Ground, attacker: Party, target: Target) -> None:
    kind = "AGENCY" if target.owner in AGENCIES else "SERVICE"
    others = (f"$SYS.REQ.ACCOUNT.{kind}_{target.owner.upper()}.{what}" for what in OF_AN_ACCOUNT)
    server = _server_id(attacker.attacking)
    orders = (f"$SYS.REQ.SERVER.{server}.{what}" for what in ("RELOAD", "KICK", "LDM", "VARZ", "CONNZ"))
    for subject in (*SYSTEM, *others, *orders):
        await attacker.publish(subject, b"{}")


def _server_id(client: Client) -> str:
    return str(client._server_info["server_id"])


async def _pretend_advisories(_ground: Ground, attacker: Party, target: Target) -> None:
    for subject in (
        f"$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{target.stream}.{target.durable}",
        f"$JS.EVENT.ADVISORY.STREAM.DELETED.{target.stream}",
        f"$JS.FC.{target.stream}.{target.durable}.1.x",
        f"$JSC.R.any.{target.stream}",
        "$SYS.ACCOUNT.HUB.DISCONNECT",
    ):
        await attacker.publish(subject, b"forged")


async def _headers(ground: Ground, attacker: Party, target: Target) -> None:
    """One's own subject, with headers that name somebody else's stream."""
    if subject := _own_subject(attacker.name):
        for headers in (
            {"Nats-Rollup": "all"},
            {"Nats-Rollup": "sub"},
            {"Nats-TTL": "1s"},
            {"Nats-Schedule": "@at 2020-01-01T00:00:00Z", "Nats-Schedule-Target": target.subject},
            {"Nats-Schedule": "@every 1s", "Nats-Schedule-Target": target.subject, "Nats-Schedule-TTL": "1s"},
            {"Nats-Expected-Stream": target.stream},
            {"Nats-Stream-Source": f"{target.stream} 1", "Nats-Stream": target.stream},
            {"Nats-Batch-Id": "one", "Nats-Batch-Sequence": "1", "Nats-Batch-Commit": "1"},
            {"Nats-Incr": "1"},
            {"KV-Operation": "PURGE", "Nats-Marker-Reason": "Purge"},
        ):
            await attacker.attacking.publish(subject, b"own", headers=headers)


ATTACKS: dict[str, Attack] = {
    "write on another's subject": _write_plainly,
    "write another's events": _write_every_event,
    "ask an agency": _ask_oneself_and_others,
    "write on subjects with stars and near names": _write_with_stars,
    "write to inboxes": _write_to_inboxes,
    **{f"api: {name}": partial(_call, name) for name in API},
    **{
        f"acknowledge another's message with {body!r}": partial(_acknowledge, body)
        for body in (b"", b"+ACK", b"-NAK", b"+WPI", b"+TERM", b"+NXT", b'+NXT {"batch": 10}')
    },
    "acknowledge with stars": _wildcard_acknowledge,
    "have an acknowledgement sent elsewhere": _divert_acknowledgement,
    "have a message sent elsewhere": partial(_divert_own, "CONSUMER.MSG.NEXT", b"1"),
    "have information sent elsewhere": partial(_divert_own, "CONSUMER.INFO", b""),
    "have the next message sent elsewhere": _divert_next,
    "manage one's own": _manage_own,
    "ask the system account": _ask_the_system,
    "pretend to be the broker": _pretend_advisories,
    "headers that reach beyond one's own": _headers,
}


async def attack(ground: Ground, attacker: str, name: str) -> list[str]:
    """Try one attack on everybody else, and say what came of it."""
    party = ground.parties[attacker]
    await asyncio.gather(*(ATTACKS[name](ground, party, target) for target in ground.targets_of(attacker)))
    return await ground.breaches(attacker)
