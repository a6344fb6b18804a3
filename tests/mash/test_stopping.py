"""A service ends when it is told to."""

from __future__ import annotations

import asyncio

from mash.app import end_loops


async def test_a_loop_that_overhears_its_cancellation_is_told_again() -> None:
    heard = 0

    async def overhear() -> None:
        nonlocal heard
        while heard < 2:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                heard += 1

    loop = asyncio.create_task(overhear())
    await asyncio.sleep(0)
    await asyncio.wait_for(end_loops([loop]), 10)
    assert loop.done()
    assert heard == 2
