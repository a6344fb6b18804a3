"""What is due, kept in the service's own database.

A timer fires once: firing it and what it does commit together. Copies of a service share the rows with
SKIP LOCKED. One that dies while firing leaves a claim that runs out, and another fires it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from mash.audit import done_from
from mash.db.outage import is_outage
from mash.db.tables import timer as table
from mash.leases import CLAIM_SECONDS, renewed
from mash.telemetry import metrics
from mash.telemetry.logs import describe
from mash.telemetry.tracing import span

if TYPE_CHECKING:
    from mash.hub import Hub

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 1.0
CLAIM = timedelta(seconds=CLAIM_SECONDS)
BATCH = 20
LONGEST_DELAY = timedelta(minutes=5)


@dataclass(frozen=True)
class Timer:
    """A timer that is due."""

    id: UUID
    kind: str
    key: str
    due_at: datetime
    payload: dict[str, Any]
    attempts: int
    traceparent: str | None


@dataclass(frozen=True)
class TimerHandler:
    """What to do when a timer of ``kind`` is due.

    ``apply(tx, timer)`` commits with the firing. Where ``prepare(hub, timer)`` is given it runs first,
    outside the transaction, and ``apply`` takes its result as a third argument; what it does may happen
    twice if the process dies in between.
    """

    kind: str
    apply: Callable[..., Awaitable[None]]
    prepare: Callable[[Hub, Timer], Awaitable[Any]] | None = None


class Timers:
    """Fires what is due."""

    def __init__(self, hub: Hub, handlers: Sequence[TimerHandler]) -> None:
        self._hub = hub
        self._handlers = {handler.kind: handler for handler in handlers}
        # What we have claimed and not finished: after an outage we go on with it at once.
        self._held: list[UUID] = []
        self._held_until: datetime | None = None
        self._firing = asyncio.Lock()

    async def run(self) -> None:
        """Fire for ever."""
        while True:
            fired = await self.fire_due()
            # Also while there is no end of them, which is when whoever runs the hub has to know.
            await self._measure()
            if not fired:
                await self._hub.listener.wait("timer", LOOK_AGAIN_SECONDS)

    async def fire_due(self) -> int:
        """Claim and fire one batch of due timers; return how many were claimed."""
        if not self._handlers:
            return 0
        async with self._firing:
            claimed = await self._claim()
            async with renewed(self._renew):
                try:
                    for timer in claimed:
                        with (
                            span("timer", timer.traceparent, kind=timer.kind),
                            done_from(f"timer:{timer.kind}"),
                        ):
                            await self._fire(timer)
                        self._held.remove(timer.id)
                except asyncio.CancelledError:
                    # This process is told to end, and another may have them at once.
                    await self._claim_until(None)
                    raise
        return len(claimed)

    async def _claim(self) -> list[Timer]:
        now = self._hub.clock()
        due = (
            sa.select(table.c.id)
            .where(
                table.c.fired_at.is_(None),
                table.c.due_at <= now,
                table.c.kind.in_(list(self._handlers)),
                sa.or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now, self._is_ours()),
            )
            .order_by(table.c.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        statement = (
            sa.update(table)
            .where(table.c.id.in_(due))
            .values(claimed_until=now + CLAIM, attempts=table.c.attempts + 1)
            .returning(
                table.c.id,
                table.c.kind,
                table.c.key,
                table.c.due_at,
                table.c.payload,
                table.c.attempts,
                table.c.traceparent,
            )
        )
        async with self._hub.engine.begin() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        claimed = sorted((Timer(**row) for row in rows), key=lambda timer: timer.due_at)
        self._held, self._held_until = [timer.id for timer in claimed], now + CLAIM
        return claimed

    def _is_ours(self) -> sa.ColumnElement[bool]:
        if self._held_until is None:
            return sa.false()
        # Another's claim would run out later than ours.
        return sa.and_(table.c.id.in_(self._held), table.c.claimed_until <= self._held_until)

    async def _renew(self) -> None:
        until = self._hub.clock() + CLAIM
        await self._claim_until(until)
        self._held_until = until

    async def _claim_until(self, until: datetime | None) -> None:
        # Not the one that is being fired, whose transaction may want another of these rows.
        free = (
            sa.select(table.c.id)
            .where(table.c.fired_at.is_(None), self._is_ours())
            .with_for_update(skip_locked=True)
        )
        async with self._hub.engine.begin() as connection:
            await connection.execute(sa.update(table).where(table.c.id.in_(free)).values(claimed_until=until))

    async def _fire(self, timer: Timer) -> None:
        handler = self._handlers[timer.kind]
        try:
            extra = (await handler.prepare(self._hub, timer),) if handler.prepare else ()
            async with self._hub.transaction() as tx:
                fired = await tx.execute(
                    sa.update(table)
                    .where(table.c.id == timer.id, table.c.fired_at.is_(None))
                    .values(fired_at=tx.now)
                )
                # Nothing to do where it was cancelled, or fired by another whose claim had run out.
                if fired.rowcount:
                    await handler.apply(tx, timer, *extra)
        except Exception as error:
            log.warning("timer_failed", kind=timer.kind, attempts=timer.attempts, error=describe(error))
            await self._try_again_later(timer)

    async def _try_again_later(self, timer: Timer) -> None:
        delay = min(timedelta(seconds=2 ** min(timer.attempts - 1, 10)), LONGEST_DELAY)
        async with self._hub.engine.begin() as connection:
            await connection.execute(
                sa.update(table).where(table.c.id == timer.id).values(claimed_until=self._hub.clock() + delay)
            )

    async def _measure(self) -> None:
        late = self._hub.clock() - timedelta(minutes=1)
        async with self._hub.engine.connect() as connection:
            count = await connection.scalar(
                sa.select(sa.func.count()).where(table.c.fired_at.is_(None), table.c.due_at < late)
            )
        metrics.timers_overdue.labels(self._hub.settings.service).set(count or 0)


async def run_for_ever(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Keep a background loop alive: a fault is logged, and the loop starts again."""
    while True:
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            if is_outage(error):
                log.warning("loop_interrupted", loop=name, error=describe(error))
            else:
                log.error("loop_failed", loop=name, error=describe(error))
            await asyncio.sleep(1)
