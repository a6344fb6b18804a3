"""Takes messages from a durable, in batches.

The happy path is one transaction a batch: the ids go into the inbox, the handlers run, it commits, and
only then are the messages acknowledged. When any handler fails the whole batch is rolled back and taken
one by one, so that one bad message is set aside and the rest go through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import nats.errors
import nats.js.errors
import sqlalchemy as sa
import structlog
from nats.aio.msg import Msg
from sqlalchemy.dialects.postgresql import insert

from mash.db.tables import dead_letter, inbox
from mash.ids import new_id
from mash.messaging.decode import Decode
from mash.messaging.handlers import Delivery, Unreadable, Wait
from mash.telemetry import metrics
from mash.telemetry.logs import describe
from mash.telemetry.tracing import span

if TYPE_CHECKING:
    from mash.hub import Hub, Transaction

log = structlog.get_logger()

BATCH = 100
# A pull that is pending while the broker restarts hangs until its time-out.
FETCH_SECONDS = 5.0
MOST_TRIES = 10
LONGEST_DELAY_SECONDS = 300.0


class Consumer:
    """One durable of one stream, and what this service does with its messages."""

    def __init__(self, hub: Hub, stream: str, durable: str, decode: Decode) -> None:
        self._hub = hub
        self._stream = stream
        self._durable = durable
        self._decode = decode
        self.name = f"{stream}/{durable}"

    async def run(self) -> None:
        """Consume for ever."""
        subscription = await self._bind()
        while True:
            try:
                messages = await subscription.fetch(BATCH, timeout=FETCH_SECONDS)
            except TimeoutError:
                # The client has one of its own, but raises the plain one for an answer at the last moment.
                continue
            except (nats.errors.Error, nats.js.errors.Error) as error:
                log.warning("fetch_failed", consumer=self.name, error=describe(error))
                await asyncio.sleep(1)
                continue
            await self.handle(messages)

    async def _bind(self) -> Any:
        js = self._hub.jetstream
        while True:
            try:
                await js.consumer_info(self._stream, self._durable)
                return await js.pull_subscribe_bind(self._durable, self._stream)
            except (nats.errors.Error, nats.js.errors.Error) as error:
                log.warning("consumer_missing", consumer=self.name, error=describe(error))
                await asyncio.sleep(1)

    async def handle(self, messages: Sequence[Msg]) -> None:
        """Handle a batch, and tell the broker what became of each message."""
        readable: list[tuple[Msg, Delivery]] = []
        for message in messages:
            try:
                delivery = self._decode(message.data)
            except Unreadable as reason:
                await self._set_aside(message, str(reason))
                continue
            except Exception as error:
                await self._failed(message, error)
                continue
            if delivery is None:
                await message.ack()
            else:
                readable.append((message, delivery))
        if readable:
            await self._handle_together(readable)

    async def _handle_together(self, batch: list[tuple[Msg, Delivery]]) -> None:
        try:
            prepared = await asyncio.gather(*(self._prepare(delivery) for _, delivery in batch))
            parent = (batch[0][0].headers or {}).get("traceparent")
            with span("handle", parent, consumer=self.name, count=len(batch)):
                async with self._hub.transaction() as tx:
                    fresh = await self._first_time(tx, [delivery for _, delivery in batch])
                    for (_, delivery), ready in zip(batch, prepared, strict=True):
                        if delivery.message_id in fresh:
                            fresh.discard(delivery.message_id)
                            await delivery.apply(tx, ready)
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._handle_together([one])
                return
            await self._failed(batch[0][0], error, name=batch[0][1].name)
            return
        for message, delivery in batch:
            self._count(delivery.name, "handled")
            await self._acknowledge(message)

    async def _prepare(self, delivery: Delivery) -> Any:
        return await delivery.prepare(self._hub, delivery.message) if delivery.prepare else None

    async def _first_time(self, tx: Transaction, deliveries: list[Delivery]) -> set[Any]:
        """Write the batch into the inbox, and return the ids that were not there yet."""
        statement = (
            insert(inbox)
            .values(
                [
                    {"consumer": self.name, "message_id": one.message_id, "received_at": tx.now}
                    for one in deliveries
                ]
            )
            .on_conflict_do_nothing()
            .returning(inbox.c.message_id)
        )
        return set((await tx.execute(statement)).scalars())

    async def _failed(self, message: Msg, error: Exception, *, name: str = "unknown") -> None:
        if isinstance(error, Unreadable):
            await self._set_aside(message, str(error), name=name)
        elif isinstance(error, Wait):
            self._count(name, "waited")
            await message.nak(delay=error.seconds)
        elif message.metadata.num_delivered >= MOST_TRIES and not _is_outage(error):
            await self._set_aside(message, describe(error), name=name)
        else:
            self._count(name, "retried")
            log.warning("handling_failed", consumer=self.name, kind=name, error=describe(error))
            await message.nak(delay=_delay(message.metadata.num_delivered))

    async def _set_aside(self, message: Msg, reason: str, *, name: str = "unknown") -> None:
        """Keep the message in our own database, where a person sees it and can have it replayed."""
        row = {
            "id": new_id(),
            "consumer": self.name,
            "stream": self._stream,
            "stream_sequence": message.metadata.sequence.stream,
            "subject": message.subject,
            "payload": message.data,
            "reason": reason,
            "deliveries": message.metadata.num_delivered,
            "set_aside_at": self._hub.clock(),
        }
        try:
            async with self._hub.engine.begin() as connection:
                await connection.execute(insert(dead_letter).values(row).on_conflict_do_nothing())
        except Exception as error:
            log.warning("set_aside_failed", consumer=self.name, error=describe(error))
            await message.nak(delay=_delay(message.metadata.num_delivered))
            return
        self._count(name, "set_aside")
        log.error("message_set_aside", consumer=self.name, reason=reason)
        await self._acknowledge(message)

    async def _acknowledge(self, message: Msg) -> None:
        try:
            await message.ack_sync(timeout=FETCH_SECONDS)
        except nats.errors.Error as error:
            # It is delivered again, and the inbox passes over it.
            log.warning("acknowledgement_failed", consumer=self.name, error=describe(error))

    def _count(self, name: str, result: str) -> None:
        metrics.events_handled.labels(self._hub.settings.service, name, result).inc()

    async def replay(self, payload: bytes) -> None:
        """Handle a message that had been set aside, in the transaction that the caller has not opened yet."""
        delivery = self._decode(payload)
        if delivery is None:
            return
        prepared = await self._prepare(delivery)
        async with self._hub.transaction() as tx:
            if delivery.message_id in await self._first_time(tx, [delivery]):
                await delivery.apply(tx, prepared)


def _is_outage(error: Exception) -> bool:
    """Return whether the fault is the database's or another service's, which is no reason to give up."""
    from mash.http import Unavailable

    return isinstance(error, (Unavailable, OSError, sa.exc.OperationalError, sa.exc.InterfaceError)) or (
        isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    )


def _delay(deliveries: int) -> float:
    """Return the seconds to wait before the next try: 1, 2, 4 and so on, to five minutes."""
    return min(2.0 ** max(deliveries - 1, 0), LONGEST_DELAY_SECONDS)
