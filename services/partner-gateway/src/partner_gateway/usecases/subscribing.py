"""An agency's lead says which of the agency's own systems are told of what, and sees what they were told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from mash.access import Caller
from mash.contracts.webhooks import WebhookEvent
from mash.errors import Conflict
from mash.hub import Transaction
from mash.ids import new_id

from partner_gateway.domain.webhooks import require_live
from partner_gateway.store import deliveries, subscriptions
from partner_gateway.store.subscriptions import Subscription
from partner_gateway.usecases.calling import tell_test
from partner_gateway.webhooks.sending import new_secret

MOST_LIVE = 20
MOST_LISTED = 200


class TooManySubscriptions(Conflict):
    """The partnership has as many subscriptions as a gateway keeps up."""


class ToldAlready(Conflict):
    """A subscription that has not ended tells the same address."""

    field = "address"


@dataclass(frozen=True)
class WithCounts:
    """A subscription, and how much waits for its system or was given up."""

    subscription: Subscription
    waiting: int
    failed: int


@dataclass(frozen=True)
class WithSecret:
    """A subscription and its new secret, which is shown this once."""

    subscription: Subscription
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Told:
    """One delivery with every try."""

    delivery: Mapping[str, Any]
    attempts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Change:
    """What a lead changes; None leaves it as it is. The address has been judged."""

    address: str | None = None
    events: Sequence[WebhookEvent] | None = None
    state: Literal["active", "paused"] | None = None


async def subscribe(
    tx: Transaction, caller: Caller, partnership: str, address: str, events: Sequence[WebhookEvent]
) -> WithSecret:
    """Make a subscription; return it with its secret, which is never shown again.

    Raises :class:`TooManySubscriptions` or :class:`ToldAlready`.
    """
    live = await subscriptions.hold_live(tx, partnership)
    if address in live:
        raise ToldAlready("This system is told already. Change what it is told of, or end it first.")
    if len(live) >= MOST_LIVE:
        raise TooManySubscriptions(f"A partnership has at most {MOST_LIVE} subscriptions. End one first.")
    new = Subscription(
        id=new_id(),
        partnership=partnership,
        address=address,
        events=sorted(set(events)),
        state="active",
        ended_because=None,
        former_secret_until=None,
        made_at=tx.now,
        made_by=caller.subject,
        changed_at=tx.now,
        version=1,
    )
    secret = new_secret()
    await subscriptions.add_subscription(tx, new, secret)
    _audit(tx, caller, new.id, "made")
    return WithSecret(new, secret)


async def look_at_all(tx: Transaction, caller: Caller) -> list[WithCounts]:
    """The newest subscriptions, with what waits and what was given up."""
    return await _counted(tx, await subscriptions.list_subscriptions(tx, caller, MOST_LISTED))


async def look_at_one(tx: Transaction, caller: Caller, id: UUID) -> WithCounts:
    """One subscription. Raises ``UnknownSubscription``."""
    [found] = await _counted(tx, [await subscriptions.get_subscription(tx, caller, id)])
    return found


async def _counted(tx: Transaction, found: Sequence[Subscription]) -> list[WithCounts]:
    counts = await deliveries.count_by_state(tx, [one.id for one in found])
    return [
        WithCounts(one, counts.get((one.id, "waiting"), 0), counts.get((one.id, "failed"), 0))
        for one in found
    ]


async def change(tx: Transaction, caller: Caller, id: UUID, version: int, wanted: Change) -> WithCounts:
    """Change a subscription. Raises ``UnknownSubscription``, ``StaleVersion`` or ``SubscriptionEnded``."""
    before = await _live(tx, caller, id, version)
    after = replace(
        before,
        address=wanted.address or before.address,
        events=sorted(set(wanted.events)) if wanted.events else before.events,
        state=wanted.state or before.state,
        changed_at=tx.now,
        version=before.version + 1,
    )
    await subscriptions.save_subscription(tx, after)
    fields = [
        name for name in ("address", "events", "state") if getattr(before, name) != getattr(after, name)
    ]
    _audit(tx, caller, id, "changed", fields=fields)
    return await look_at_one(tx, caller, id)


async def change_secret(
    tx: Transaction, caller: Caller, id: UUID, version: int, overlap: timedelta
) -> WithSecret:
    """Give a new secret, shown this once; the one before signs too until the overlap has gone."""
    before = await _live(tx, caller, id, version)
    after = replace(
        before, former_secret_until=tx.now + overlap, changed_at=tx.now, version=before.version + 1
    )
    secret = new_secret()
    await subscriptions.put_secret(tx, after, secret)
    _audit(tx, caller, id, "secret_changed")
    return WithSecret(after, secret)


async def end(tx: Transaction, caller: Caller, id: UUID) -> None:
    """End a subscription; what waits for its system is given up. Ending it twice is no different."""
    before = await subscriptions.get_for_change(tx, caller, id)
    if before.state == "ended":
        return
    after = replace(
        before, state="ended", ended_because="ended_by_lead", changed_at=tx.now, version=before.version + 1
    )
    await subscriptions.save_subscription(tx, after)
    await deliveries.fail_waiting(tx, id)
    _audit(tx, caller, id, "ended")


async def send_test(tx: Transaction, caller: Caller, agency: str, id: UUID) -> UUID:
    """Send a webhook that tells of nothing; return its id."""
    found = await _live(tx, caller, id)
    _audit(tx, caller, id, "tested")
    return await tell_test(tx, agency, found.partnership, id)


async def look_at_deliveries(
    tx: Transaction,
    caller: Caller,
    id: UUID,
    state: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Told]:
    """One page of what a system was told, the newest first. Raises ``UnknownSubscription``."""
    await subscriptions.get_subscription(tx, caller, id)
    found = await deliveries.list_deliveries(tx, id, state, after, limit)
    tries: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await deliveries.list_attempts(tx, [one["id"] for one in found]):
        tries[row["delivery_id"]].append(row)
    return [Told(one, tries[one["id"]]) for one in found]


async def replay(tx: Transaction, caller: Caller, id: UUID, delivery_id: UUID | None = None) -> int:
    """Send one delivery again, or all that were given up; return how many.

    Raises ``UnknownSubscription``, ``SubscriptionEnded``, ``UnknownDelivery`` or ``DeliveryWaits``.
    """
    await _live(tx, caller, id)
    if delivery_id is None:
        count = await deliveries.replay_failed(tx, id)
    else:
        await deliveries.replay_one(tx, id, delivery_id)
        count = 1
    _audit(tx, caller, id, "replayed", deliveries=count)
    return count


async def _live(tx: Transaction, caller: Caller, id: UUID, version: int | None = None) -> Subscription:
    found = await subscriptions.get_for_change(tx, caller, id, version)
    require_live(found.state)
    return found


def _audit(tx: Transaction, caller: Caller, id: UUID, what: str, **detail: Any) -> None:
    tx.audit(action=f"subscription.{what}", caller=caller, detail={"subscription_id": str(id), **detail})
