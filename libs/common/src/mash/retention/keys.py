"""Destroys the data keys of cases whose rows are gone.

The keys are in another database, so that they cannot go in the transaction that deletes the rows. They go
after it has committed; a process that dies in between has left a key that the next look finds.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import sqlalchemy as sa

from mash.db.tables import case_key, erased_case

if TYPE_CHECKING:
    from mash.hub import Hub

BATCH = 1000
LOOK_AGAIN_SECONDS = 10.0

_LEFT = (
    sa.select(case_key.c.case_id)
    .join(erased_case, erased_case.c.contact_id == case_key.c.case_id)
    .where(case_key.c.destroyed_at.is_(None))
    .limit(BATCH)
)


async def destroy_keys(hub: Hub) -> int:
    """Destroy every key of an erased case that is still there, and return how many there were."""
    destroyed = 0
    while True:
        async with hub.engine.connect() as connection:
            cases = (await connection.execute(_LEFT)).scalars().all()
        await hub.vault.destroy(cases)
        destroyed += len(cases)
        if len(cases) < BATCH:
            return destroyed


async def destroy_keys_for_ever(hub: Hub) -> None:
    """Look for such keys every ten seconds for as long as the process runs."""
    while True:
        await destroy_keys(hub)
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
