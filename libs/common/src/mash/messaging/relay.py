"""Publishes the outbox.

One relay a service leads, by a session advisory lock; the others wait. The leader reads what is unsent in
order, publishes it in a batch, and marks only what the broker acknowledged. A crash between the two
publishes again under the same ``Nats-Msg-Id``, which the broker drops and the inbox would ignore.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import nats.errors
import nats.js.errors
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from mash.db.listener import Listener
from mash.db.tables import idempotency, inbox, outbox
from mash.ids import Clock
from mash.messaging.bus import Bus
from mash.telemetry import metrics

log = structlog.get_logger()

BATCH = 500
LOOK_AGAIN_SECONDS = 1.0
# What was published as the broker went away is not acknowledged, and is published again after this long.
PUBLISH_TIMEOUT_SECONDS = 5.0
KEEP_SENT = timedelta(days=7)
KEEP_INBOX = timedelta(days=120)
KEEP_IDEMPOTENCY = timedelta(days=30)
TIDY_SECONDS = 3600.0

_unsent = (
    sa.select(outbox.c.seq, outbox.c.message_id, outbox.c.subject, outbox.c.payload, outbox.c.traceparent)
    .where(outbox.c.sent_at.is_(None))
    .order_by(outbox.c.seq)
    .limit(BATCH)
)


class Relay:
    """The outbox's way to the bus."""

    def __init__(self, service: str, engine: AsyncEngine, bus: Bus, listener: Listener, clock: Clock) -> None:
        self._service = service
        self._engine = engine
        self._bus = bus
        self._listener = listener
        self._clock = clock

    async def run(self) -> None:
        """Publish for ever, as long as this process leads."""
        tidied = 0.0
        while True:
            if await self._listener.leads():
                while await self.publish_batch() == BATCH:
                    pass
                now = asyncio.get_running_loop().time()
                if now - tidied > TIDY_SECONDS:
                    await self._tidy()
                    tidied = now
            await self._listener.wait("outbox", LOOK_AGAIN_SECONDS)

    async def publish_batch(self) -> int:
        """Publish one batch and return how many messages were acknowledged."""
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_unsent)).all()
        metrics.outbox_unsent.labels(self._service).set(len(rows))
        if not rows:
            metrics.outbox_oldest.labels(self._service).set(0)
            return 0
        acknowledged = await self._publish(rows) if self._bus.is_connected else []
        if acknowledged:
            async with self._engine.begin() as connection:
                await connection.execute(
                    sa.update(outbox)
                    .where(outbox.c.seq == sa.any_(sa.bindparam("seqs", type_=sa.ARRAY(sa.BigInteger))))
                    .values(sent_at=self._clock()),
                    {"seqs": acknowledged},
                )
        if len(acknowledged) < len(rows):
            log.warning("publish_unacknowledged", count=len(rows) - len(acknowledged))
            await self._record_age()
        return len(acknowledged)

    async def _publish(self, rows: Sequence[Any]) -> list[int]:
        """Publish all at once, in order, and return the places in the outbox of what was acknowledged.

        Each by a request, which forgets an answer that never comes. The client's own ``publish_async`` does
        not: it counts it as outstanding for ever, and once it counts 4,000 of them it sends nothing more.
        """
        results = await asyncio.gather(*(self._publish_one(row) for row in rows))
        return [row.seq for row, acknowledged in zip(rows, results, strict=True) if acknowledged]

    async def _publish_one(self, row: Any) -> bool:
        headers = {"Nats-Msg-Id": str(row.message_id)}
        if row.traceparent:
            headers["traceparent"] = row.traceparent
        try:
            await self._bus.jetstream.publish(
                row.subject, row.payload, timeout=PUBLISH_TIMEOUT_SECONDS, headers=headers
            )
        except (nats.errors.Error, nats.js.errors.Error):
            return False
        return True

    async def _record_age(self) -> None:
        async with self._engine.connect() as connection:
            oldest = await connection.scalar(
                sa.select(sa.func.min(outbox.c.created_at)).where(outbox.c.sent_at.is_(None))
            )
        if oldest is not None:
            metrics.outbox_oldest.labels(self._service).set((self._clock() - oldest).total_seconds())

    async def _tidy(self) -> None:
        now = self._clock()
        async with self._engine.begin() as connection:
            await connection.execute(sa.delete(outbox).where(outbox.c.sent_at < now - KEEP_SENT))
            await connection.execute(sa.delete(inbox).where(inbox.c.received_at < now - KEEP_INBOX))
            await connection.execute(
                sa.delete(idempotency).where(idempotency.c.created_at < now - KEEP_IDEMPOTENCY)
            )
