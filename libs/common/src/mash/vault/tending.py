"""What is done with a service's keys by hand: data keys wrapped anew, and destroyed ones destroyed again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from mash.db.keys_table import data_key
from mash.db.tables import case_key
from mash.vault.store_keys import StoreKeys

BATCH: Final = 500

_wrap_anew = (
    sa.update(data_key)
    .where(data_key.c.key_id == sa.bindparam("of"))
    .values(wrapped=sa.bindparam("anew"), kek_id=sa.bindparam("by"))
)


async def wrap_anew(keys_url: str, file: Path) -> int:
    """Wrap every data key with the newest key of the file; return how many were wrapped with an older one.

    May be stopped and run again, and run beside the service. Raises ``UnknownStoreKey`` where the file lacks
    the key that one is wrapped with.
    """
    store_keys = StoreKeys(file)
    old = sa.select(data_key).where(data_key.c.kek_id != store_keys.newest).limit(BATCH)
    engine = create_async_engine(keys_url, poolclass=NullPool)
    count = 0
    try:
        while True:
            async with engine.begin() as connection:
                rows = (await connection.execute(old.with_for_update())).all()
                if not rows:
                    return count
                await connection.execute(_wrap_anew, [_anew(store_keys, row) for row in rows])
            count += len(rows)
    finally:
        await engine.dispose()


def _anew(store_keys: StoreKeys, row: sa.Row[Any]) -> dict[str, Any]:
    wrapped, kek_id = store_keys.wrap(store_keys.unwrap(row.wrapped, row.kek_id))
    return {"of": row.key_id, "anew": wrapped, "by": kek_id}


async def count_by_store_key(keys_url: str) -> Mapping[str, int]:
    """Return how many data keys are wrapped with each key."""
    engine = create_async_engine(keys_url, poolclass=NullPool)
    statement = sa.select(data_key.c.kek_id, sa.func.count().label("held")).group_by(data_key.c.kek_id)
    try:
        async with engine.connect() as connection:
            return {row.kek_id: row.held for row in (await connection.execute(statement)).all()}
    finally:
        await engine.dispose()


async def destroy_again(url: str, keys_url: str) -> int:
    """Destroy the keys of erased cases that a restored backup has brought back, and count them."""
    engine, keys_engine = (create_async_engine(one, poolclass=NullPool) for one in (url, keys_url))
    destroyed = sa.select(case_key.c.key_id).where(case_key.c.destroyed_at.is_not(None))
    try:
        async with engine.connect() as connection:
            ids = (await connection.execute(destroyed)).scalars().all()
        count = 0
        async with keys_engine.begin() as connection:
            for start in range(0, len(ids), BATCH):
                these = data_key.c.key_id.in_(ids[start : start + BATCH])
                count += (await connection.execute(sa.delete(data_key).where(these))).rowcount
        return count
    finally:
        await engine.dispose()
        await keys_engine.dispose()
