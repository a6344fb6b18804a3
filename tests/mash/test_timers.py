"""What is due fires once, whatever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from mash.app import end_loops
from mash.db.tables import timer as timer_table
from mash.hub import Hub, Transaction
from mash.timers import BATCH, CLAIM, Timer, TimerHandler, Timers
from probe.main import note_timer
from probe.store.tables import effect
from prometheus_client import REGISTRY
from support.services import create_application

HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def hub(make_store: Callable[[str], Awaitable[dict[str, str]]], tokens: Any, clock: Any) -> Hub:
    settings = {
        "environment": "test",
        "log_level": "CRITICAL",
        **await make_store("probe"),
        "nats_url": "",
        **tokens.settings(),
    }
    # Not started: the tests fire the timers themselves.
    hub: Hub = create_application("probe", clock, settings).state.hub
    return hub


def create_timers(hub: Hub, apply: Callable[..., Awaitable[None]] = note_timer) -> Timers:
    return Timers(hub, [TimerHandler("note", apply)])


async def schedule(hub: Hub, key: str, delay: timedelta) -> None:
    async with hub.transaction() as tx:
        tx.schedule("note", key, tx.now + delay)


async def effects(hub: Hub) -> int:
    async with hub.engine.connect() as connection:
        return int(await connection.scalar(sa.select(sa.func.count()).select_from(effect)) or 0)


async def test_a_timer_fires_when_it_is_due_and_only_once(hub: Hub, clock: Any) -> None:
    timers = create_timers(hub)
    await schedule(hub, str(uuid4()), HOUR)
    assert await timers.fire_due() == 0
    clock.advance(HOUR)
    assert [await timers.fire_due(), await timers.fire_due()] == [1, 0]
    assert await effects(hub) == 1


async def test_those_that_are_late_are_counted_while_there_is_no_end_of_them(hub: Hub, clock: Any) -> None:
    seen: list[float | None] = []
    all_fired = asyncio.Event()
    labels = {"service": hub.settings.service}

    async def look(_tx: Transaction, _timer: Timer) -> None:
        seen.append(REGISTRY.get_sample_value("mash_timers_overdue", labels))
        if len(seen) == BATCH + 5:
            all_fired.set()

    for number in range(BATCH + 5):
        await schedule(hub, str(number), HOUR)
    clock.advance(2 * HOUR)
    running = asyncio.create_task(create_timers(hub, look).run())
    async with asyncio.timeout(20):
        await all_fired.wait()
    running.cancel()
    assert seen[-1] == 5


async def test_a_timer_set_again_is_moved(hub: Hub, clock: Any) -> None:
    timers, key = create_timers(hub), str(uuid4())
    await schedule(hub, key, HOUR)
    await schedule(hub, key, 3 * HOUR)
    clock.advance(2 * HOUR)
    assert await timers.fire_due() == 0
    clock.advance(HOUR)
    assert await timers.fire_due() == 1


async def test_a_cancelled_timer_never_fires(hub: Hub, clock: Any) -> None:
    key = str(uuid4())
    await schedule(hub, key, HOUR)
    async with hub.transaction() as tx:
        tx.cancel_timer("note", key)
    clock.advance(2 * HOUR)
    assert await create_timers(hub).fire_due() == 0


async def test_a_failed_timer_is_tried_again_and_leaves_nothing_half_done(hub: Hub, clock: Any) -> None:
    failing = True

    async def apply(tx: Transaction, timer: Timer) -> None:
        await note_timer(tx, timer)
        if failing:
            raise RuntimeError("not now")

    timers = create_timers(hub, apply)
    await schedule(hub, str(uuid4()), HOUR)
    clock.advance(HOUR)
    assert await timers.fire_due() == 1
    assert await effects(hub) == 0
    failing = False
    clock.advance(timedelta(seconds=2))
    assert await timers.fire_due() == 1
    assert await effects(hub) == 1


async def test_a_claim_left_by_a_process_that_died_runs_out(hub: Hub, clock: Any) -> None:
    died, timers = create_timers(hub), create_timers(hub)
    await schedule(hub, str(uuid4()), HOUR)
    clock.advance(HOUR)
    assert len(await died._claim()) == 1
    assert await timers.fire_due() == 0
    clock.advance(CLAIM + timedelta(seconds=1))
    assert await timers.fire_due() == 1


async def test_what_an_outage_broke_off_is_gone_on_with_at_once(hub: Hub, clock: Any) -> None:
    timers, another = create_timers(hub), create_timers(hub)
    await schedule(hub, str(uuid4()), HOUR)
    clock.advance(HOUR)
    assert len(await timers._claim()) == 1
    assert [await another.fire_due(), await timers.fire_due()] == [0, 1]


async def test_a_process_that_is_told_to_end_lets_go_of_what_it_holds(hub: Hub, clock: Any) -> None:
    begun = asyncio.Event()

    async def never_done(tx: Transaction, timer: Timer) -> None:
        begun.set()
        await asyncio.Event().wait()

    for _ in range(2):
        await schedule(hub, str(uuid4()), HOUR)
    clock.advance(HOUR)
    firing = asyncio.create_task(create_timers(hub, never_done).fire_due())
    await begun.wait()
    await end_loops([firing])
    assert await create_timers(hub).fire_due() == 2


async def test_a_claim_that_another_took_over_is_left_alone(hub: Hub, clock: Any) -> None:
    timers, another = create_timers(hub), create_timers(hub)
    await schedule(hub, str(uuid4()), HOUR)
    clock.advance(HOUR)
    assert len(await timers._claim()) == 1
    clock.advance(CLAIM)
    assert len(await another._claim()) == 1
    assert await timers.fire_due() == 0


async def test_a_claim_is_kept_for_as_long_as_the_work_takes(hub: Hub, clock: Any) -> None:
    another = create_timers(hub)
    taken_over: list[int] = []

    async def last(tx: Transaction, timer: Timer) -> None:
        if clock() == due:
            clock.advance(CLAIM + timedelta(seconds=1))
            # The second of the two timers waits meanwhile, its claim run out until it is renewed.
            async with asyncio.timeout(10):
                while await unclaimed(hub, clock()):  # noqa: ASYNC110 - the database has no event to wait for
                    await asyncio.sleep(0.1)
            taken_over.append(await another.fire_due())
        await note_timer(tx, timer)

    for _ in range(2):
        await schedule(hub, str(uuid4()), HOUR)
    due = clock.advance(HOUR)
    assert await create_timers(hub, last).fire_due() == 2
    assert taken_over == [0]
    assert await effects(hub) == 2


async def unclaimed(hub: Hub, now: datetime) -> int:
    waiting = (timer_table.c.fired_at.is_(None)) & (timer_table.c.claimed_until <= now)
    query = sa.select(timer_table.c.id).where(waiting).with_for_update(skip_locked=True)
    async with hub.engine.connect() as connection:
        return len((await connection.execute(query)).all())


async def test_copies_of_a_service_share_what_is_due(hub: Hub, clock: Any) -> None:
    async with hub.transaction() as tx:
        for _ in range(60):
            tx.schedule("note", str(uuid4()), tx.now)
    copies = [create_timers(hub) for _ in range(3)]
    while sum(await asyncio.gather(*(copy.fire_due() for copy in copies))):
        pass
    assert await effects(hub) == 60


@pytest.mark.requirement("ENQ-11")
async def test_a_fired_timer_stays_as_proof(hub: Hub, clock: Any) -> None:
    await schedule(hub, str(uuid4()), HOUR)
    clock.advance(2 * HOUR)
    await create_timers(hub).fire_due()
    async with hub.engine.connect() as connection:
        row = (await connection.execute(sa.text("SELECT due_at, fired_at FROM timer"))).one()
    assert row.fired_at == row.due_at + HOUR
