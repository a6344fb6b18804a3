"""Keeps hold of what this process works on.

What is claimed is claimed for seconds and the claim renewed while the work goes on, however long it takes:
so nobody else begins the same work, and what a dead process held is soon free.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from mash.telemetry.logs import describe

log = structlog.get_logger()

CLAIM_SECONDS = 15.0
RENEW_SECONDS = CLAIM_SECONDS / 3


@asynccontextmanager
async def renewed(
    renew: Callable[[], Awaitable[None]], every_seconds: float = RENEW_SECONDS
) -> AsyncIterator[None]:
    """Call ``renew`` again and again while the block runs."""
    renewing = asyncio.create_task(_keep_renewing(renew, every_seconds))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def _keep_renewing(renew: Callable[[], Awaitable[None]], every_seconds: float) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        try:
            await renew()
        except Exception as error:
            # The next may succeed in time; if none does, another takes the work over and ours has no effect.
            log.warning("claim_not_renewed", error=describe(error))
