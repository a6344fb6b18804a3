"""Takes messages from a durable, in batches.

The happy path is one transaction a batch: the ids go into the inbox, the handlers run, it commits, and
only then are the messages acknowledged. When any handler fails the whole batch is rolled back and taken
one by one, so that one bad message is set aside and the rest go through. While the batch is worked on, the
broker is told so, that it may give the messages of a dead process to another within seconds.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import nats.errors
import nats.js.errors
import structlog
from nats.aio.msg import Msg
from sqlalchemy.dialects.postgresql import insert

from mash.audit import done_from
from mash.contracts.intake import ContactErased
from mash.db.outage import is_outage
from mash.db.tables import dead_letter, inbox
from mash.http import Unavailable
from mash.ids import new_id
from mash.leases import renewed
from mash.messaging.decode import Decode
from mash.messaging.handlers import Delivery, Unreadable, Wait
from mash.messaging.topology import Durable
from mash.retention.erased import find_erased
from mash.telemetry import metrics
from mash.telemetry.logs import describe
from mash.telemetry.tracing import span

if TYPE_CHECKING:
    from mash.hub import Hub, Transaction

log = structlog.get_logger()

BATCH = 100
# A pull that is pending while the broker restarts hangs until its time-out.
FETCH_SECONDS = 2.0
ACKNOWLEDGE_SECONDS = 5.0
MOST_TRIES = 10
LONGEST_DELAY_SECONDS = 300.0
# What fails because another part is away is tried again soon after that part is back.
LONGEST_OUTAGE_DELAY_SECONDS = 15.0

Taken = tuple[Msg, Delivery]


class Consumer:
    """One durable of one stream, and what this service does with its messages."""

    def __init__(self, hub: Hub, stream: str, durable: str, decode: Decode) -> None:
        self._hub = hub
        self.durable = Durable(stream, durable)
        self._decode = decode
        # By place in the stream. The broker's own count of deliveries holds waits and outages as well.
        self._failures: Counter[int] = Counter()
        self.name = f"{stream}/{durable}"

    async def run(self) -> None:
        """Consume for ever."""
        subscription = await self._bind()
        try:
            while True:
                messages = await self._fetch(subscription)
                if messages:
                    await self.handle(messages)
        finally:
            # Left behind, it would be sent messages that nobody reads.
            with suppress(nats.errors.Error):
                await subscription.unsubscribe()

    async def _bind(self) -> Any:
        js = self._hub.jetstream
        while True:
            try:
                await js.consumer_info(self.durable.stream, self.durable.name)
                return await js.pull_subscribe_bind(self.durable.name, self.durable.stream)
            except (nats.errors.Error, nats.js.errors.Error) as error:
                log.warning("consumer_missing", consumer=self.name, error=describe(error))
                await asyncio.sleep(1)

    async def _fetch(self, subscription: Any) -> list[Msg]:
        try:
            messages: list[Msg] = await subscription.fetch(BATCH, timeout=FETCH_SECONDS)
        except TimeoutError:
            # The client has one of its own, but raises the plain one for an answer at the last moment.
            return []
        except (nats.errors.Error, nats.js.errors.Error) as error:
            log.warning("fetch_failed", consumer=self.name, error=describe(error))
            await asyncio.sleep(1)
            return []
        return messages

    async def handle(self, messages: Sequence[Msg]) -> None:
        """Handle a batch, and tell the broker what became of each message."""
        async with renewed(partial(self._ask_for_time, messages)):
            readable: list[Taken] = []
            passed_over: list[Msg] = []
            for message in messages:
                try:
                    delivery = self._decode(message.data, message.subject)
                except Exception as error:
                    await self._failed(message, error)
                    continue
                if delivery is None:
                    passed_over.append(message)
                else:
                    readable.append((message, delivery))
            await self._acknowledge(passed_over)
            await self._prepare_and_apply(await self._without_erased(readable))

    async def _without_erased(self, batch: list[Taken]) -> list[Taken]:
        """Drop what is about a case that is gone for good, so that no late message brings it back."""
        try:
            async with self._hub.engine.connect() as connection:
                cases = {case for _, delivery in batch for case in delivery.cases}
                gone = await find_erased(connection, cases)
        except Exception as error:
            for message, delivery in batch:
                await self._failed(message, error, name=delivery.name)
            return []
        kept: list[Taken] = []
        dropped: list[Msg] = []
        for message, delivery in batch:
            if gone.isdisjoint(delivery.cases):
                kept.append((message, delivery))
            else:
                self._count(delivery.name, "erased")
                dropped.append(message)
        await self._acknowledge(dropped)
        return kept

    async def _ask_for_time(self, messages: Sequence[Msg]) -> None:
        for message in messages:
            if not message.is_acked:
                await message.in_progress()

    async def _prepare_and_apply(self, batch: list[Taken]) -> None:
        results = await asyncio.gather(
            *(self._prepare(delivery) for _, delivery in batch), return_exceptions=True
        )
        ready: list[tuple[Msg, Delivery, Any]] = []
        for (message, delivery), result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                await self._failed(message, result, name=delivery.name)
            else:
                ready.append((message, delivery, result))
        if ready:
            await self._apply(ready)

    async def _prepare(self, delivery: Delivery) -> Any:
        return await delivery.prepare(self._hub, delivery.message) if delivery.prepare else None

    async def _apply(self, batch: list[tuple[Msg, Delivery, Any]]) -> None:
        """Apply a batch in one transaction; where that fails by a message's own fault, each in its own."""
        try:
            parent = (batch[0][0].headers or {}).get("traceparent")
            with span("handle", parent, consumer=self.name, count=len(batch)):
                async with self._hub.transaction() as tx:
                    fresh = await self._first_time(tx, [delivery for _, delivery, _ in batch])
                    gone: set[Any] = set()
                    for _, delivery, prepared in batch:
                        if delivery.message_id in fresh and gone.isdisjoint(delivery.cases):
                            fresh.discard(delivery.message_id)
                            with done_from(f"message:{delivery.name}"):
                                await delivery.apply(tx, prepared)
                        if isinstance(delivery.message, ContactErased):
                            gone |= await find_erased(tx.conn, delivery.cases)
        except Exception as error:
            if len(batch) > 1 and not is_outage(error):
                for one in batch:
                    await self._apply([one])
                return
            for message, delivery, _ in batch:
                await self._failed(message, error, name=delivery.name)
            return
        for _, delivery, _ in batch:
            self._count(delivery.name, "handled")
        await self._acknowledge([message for message, _, _ in batch])

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
        place = message.metadata.sequence.stream
        if isinstance(error, Unreadable):
            await self._set_aside(message, str(error), name=name)
        elif isinstance(error, Wait):
            self._count(name, "waited")
            await self._give_back(message, error.seconds)
        elif isinstance(error, Unavailable) or is_outage(error):
            # No fault of the message's, and no reason to give up.
            self._count(name, "retried")
            log.warning("handling_interrupted", consumer=self.name, kind=name, error=describe(error))
            delay = _delay(message.metadata.num_delivered)
            await self._give_back(message, min(delay, LONGEST_OUTAGE_DELAY_SECONDS))
        elif self._failures[place] + 1 >= MOST_TRIES:
            await self._set_aside(message, describe(error), name=name)
        else:
            self._count(name, "retried")
            log.warning("handling_failed", consumer=self.name, kind=name, error=describe(error))
            self._failures[place] += 1
            await self._give_back(message, _delay(self._failures[place]))

    async def _set_aside(self, message: Msg, reason: str, *, name: str = "unknown") -> None:
        """Keep the message in our own database, where a person sees it and can have it replayed."""
        row = {
            "id": new_id(),
            "consumer": self.name,
            "stream": self.durable.stream,
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
            await self._give_back(message, LONGEST_OUTAGE_DELAY_SECONDS)
            return
        self._count(name, "set_aside")
        log.error("message_set_aside", consumer=self.name, reason=reason)
        await self._acknowledge([message])

    async def _acknowledge(self, messages: Sequence[Msg]) -> None:
        """Tell the broker that these are done with, all at once, so that its absence delays us only once."""
        for message in messages:
            self._failures.pop(message.metadata.sequence.stream, None)
        answers = await asyncio.gather(
            *(message.ack_sync(timeout=ACKNOWLEDGE_SECONDS) for message in messages), return_exceptions=True
        )
        unheard = [answer for answer in answers if isinstance(answer, Exception)]
        if unheard:
            # They are delivered again, and the inbox passes over them.
            log.warning(
                "acknowledgement_failed",
                consumer=self.name,
                count=len(unheard),
                error=describe(unheard[0]),
            )

    async def _give_back(self, message: Msg, seconds: float) -> None:
        try:
            await message.nak(delay=seconds)
        except nats.errors.Error as error:
            # It is delivered again when its time has run out.
            log.warning("giving_back_failed", consumer=self.name, error=describe(error))

    def _count(self, name: str, result: str) -> None:
        metrics.events_handled.labels(self._hub.settings.service, name, result).inc()

    async def replay(self, payload: bytes, subject: str) -> None:
        """Handle a message that had been set aside, in the transaction that the caller has not opened yet."""
        delivery = self._decode(payload, subject)
        if delivery is None:
            return
        async with self._hub.engine.connect() as connection:
            if await find_erased(connection, delivery.cases):
                return
        prepared = await self._prepare(delivery)
        async with self._hub.transaction() as tx:
            if delivery.message_id in await self._first_time(tx, [delivery]):
                with done_from(f"message:{delivery.name}"):
                    await delivery.apply(tx, prepared)


def _delay(tries: int) -> float:
    """Return the seconds to wait before the next try: 1, 2, 4 and so on, to five minutes."""
    return float(min(2.0 ** min(tries - 1, 20), LONGEST_DELAY_SECONDS))
