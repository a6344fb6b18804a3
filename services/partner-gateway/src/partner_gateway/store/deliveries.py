"""What is to be told by webhook: written with what it tells of, sent in order, and every try kept.

Of one subscription and one request or product, one delivery at a time is on its way, the oldest. Copies of
the gateway share the rows with SKIP LOCKED; one that dies while sending leaves a claim that runs out, and
another sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.contracts.webhooks import WebhookData
from mash.errors import Conflict, NotFound
from mash.hub import Transaction
from mash.ids import new_id

from partner_gateway.domain.webhooks import Attempt
from partner_gateway.store.tables import attempt, subscription
from partner_gateway.store.tables import delivery as table

CLAIM = timedelta(minutes=2)
BATCH = 20
KEPT = {"delivered": timedelta(days=30), "failed": timedelta(days=90)}

Row = Mapping[Any, Any]


class UnknownDelivery(NotFound):
    """There is no such delivery of that subscription."""


class DeliveryWaits(Conflict):
    """The delivery is on its way already."""


@dataclass(frozen=True)
class Due:
    """A delivery that this process has claimed, and where it goes."""

    id: UUID
    subscription_id: UUID
    address: str
    body: str
    attempts: int
    first_at: datetime | None


async def add_delivery(
    tx: Transaction, subscription_id: UUID, event: str, body: str, data: WebhookData
) -> UUID:
    """Write something to be told, and return its id, which the agency's system knows it by."""
    id = new_id()
    await tx.execute(
        sa.insert(table).values(
            id=id,
            subscription_id=subscription_id,
            enquiry_id=data.enquiry_id,
            about_id=data.request_id or data.product_id,
            event=event,
            body=body,
            state="waiting",
            created_at=tx.now,
            next_at=tx.now,
            attempts=0,
        )
    )
    return id


async def claim_due(tx: Transaction) -> list[Due]:
    """Take what is due and nobody else sends, each the oldest of its line."""
    earlier = table.alias("earlier")
    in_line = sa.exists().where(
        earlier.c.subscription_id == table.c.subscription_id,
        earlier.c.about_id == table.c.about_id,
        earlier.c.seq < table.c.seq,
        earlier.c.state == "waiting",
    )
    due = (
        sa.select(table.c.seq)
        .join(subscription)
        .where(
            table.c.state == "waiting",
            table.c.next_at <= tx.now,
            sa.or_(table.c.claimed_until.is_(None), table.c.claimed_until <= tx.now),
            subscription.c.state == "active",
            ~in_line,
        )
        .order_by(table.c.next_at, table.c.seq)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=table)
    )
    statement = (
        sa.update(table)
        .where(table.c.seq.in_(due), table.c.subscription_id == subscription.c.id)
        .values(claimed_until=tx.now + CLAIM)
        .returning(
            table.c.id,
            table.c.subscription_id,
            subscription.c.address,
            table.c.body,
            table.c.attempts,
            table.c.first_at,
        )
    )
    return [Due(**row) for row in (await tx.execute(statement)).mappings()]


async def record_attempt(
    tx: Transaction, due: Due, at: datetime, made: Attempt, next_at: datetime | None
) -> bool:
    """Keep what became of a try. ``next_at`` is when to try again; without one it has ended, well or not.

    False where the delivery had ended meanwhile, by another's try or with its subscription.
    """
    waits = next_at is not None
    state = "waiting" if waits else "delivered" if made.result == "delivered" else "failed"
    changed = await tx.execute(
        sa.update(table)
        .where(table.c.id == due.id, table.c.state == "waiting")
        .values(
            state=state,
            attempts=table.c.attempts + 1,
            first_at=sa.func.coalesce(table.c.first_at, at),
            next_at=next_at if waits else table.c.next_at,
            ended_at=None if waits else tx.now,
            claimed_until=None,
        )
    )
    await tx.execute(
        sa.insert(attempt).values(
            id=new_id(),
            delivery_id=due.id,
            at=at,
            result=made.result,
            status=made.status,
            milliseconds=made.milliseconds,
        )
    )
    return bool(changed.rowcount)


async def fail_waiting(tx: Transaction, subscription_id: UUID) -> None:
    """Give up what waits for a subscription that has ended."""
    await tx.execute(
        sa.update(table)
        .where(table.c.subscription_id == subscription_id, table.c.state == "waiting")
        .values(state="failed", ended_at=tx.now, claimed_until=None)
    )


async def replay_one(tx: Transaction, subscription_id: UUID, id: UUID) -> None:
    """Send one delivery again, whatever became of it. Raises ``UnknownDelivery`` or ``DeliveryWaits``."""
    mine = (table.c.subscription_id == subscription_id) & (table.c.id == id)
    state = (await tx.execute(sa.select(table.c.state).where(mine).with_for_update())).scalar_one_or_none()
    if state is None:
        raise UnknownDelivery("There is no such delivery.")
    if state == "waiting":
        raise DeliveryWaits("The delivery is on its way already.")
    await tx.execute(sa.update(table).where(mine).values(_afresh(tx)))


async def replay_failed(tx: Transaction, subscription_id: UUID) -> int:
    """Send again all that was given up; return how many."""
    failed = (table.c.subscription_id == subscription_id) & (table.c.state == "failed")
    return (await tx.execute(sa.update(table).where(failed).values(_afresh(tx)))).rowcount


def _afresh(tx: Transaction) -> dict[str, Any]:
    return {"state": "waiting", "next_at": tx.now, "attempts": 0, "first_at": None, "ended_at": None}


async def list_deliveries(
    tx: Transaction,
    subscription_id: UUID,
    state: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row]:
    """One page of a subscription's deliveries, the newest first."""
    statement = (
        sa.select(table)
        .where(table.c.subscription_id == subscription_id)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(limit)
    )
    if state is not None:
        statement = statement.where(table.c.state == state)
    if after is not None:
        statement = statement.where(sa.tuple_(table.c.created_at, table.c.id) < sa.tuple_(*after))
    return (await tx.execute(statement)).mappings().all()


async def list_attempts(tx: Transaction, deliveries: Sequence[UUID]) -> Sequence[Row]:
    """Every try of these deliveries, in order; some twenty each at most."""
    statement = sa.select(attempt).where(attempt.c.delivery_id.in_(deliveries)).order_by(attempt.c.at)
    return (await tx.execute(statement)).mappings().all()


async def count_by_state(tx: Transaction, subscriptions: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    """How many deliveries of each subscription wait or were given up."""
    statement = (
        sa.select(table.c.subscription_id, table.c.state, sa.func.count().label("count"))
        .where(table.c.subscription_id.in_(subscriptions), table.c.state != "delivered")
        .group_by(table.c.subscription_id, table.c.state)
    )
    rows = (await tx.execute(statement)).mappings()
    return {(row["subscription_id"], row["state"]): row["count"] for row in rows}


async def count_all(tx: Transaction) -> dict[str, int]:
    """How many deliveries wait and how many were given up, for whatever measures it."""
    statement = (
        sa.select(table.c.state, sa.func.count().label("count"))
        .join(subscription)
        .where(table.c.state != "delivered", subscription.c.state != "ended")
        .group_by(table.c.state)
    )
    return {row["state"]: row["count"] for row in (await tx.execute(statement)).mappings()}


async def forget_old(tx: Transaction) -> None:
    """Drop what was delivered a month ago or given up three months ago, with its attempts."""
    for state, kept in KEPT.items():
        old = (table.c.state == state) & (table.c.ended_at < tx.now - kept)
        await tx.execute(sa.delete(table).where(old))
