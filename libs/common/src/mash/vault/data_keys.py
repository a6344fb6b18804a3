"""The data keys of cases: made ahead, kept wrapped in the keys database, open in memory for a minute at most.

They are made many at once, since each commit there waits for a disk.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import AsyncEngine

from mash.db.keys_table import data_key
from mash.errors import NotFound
from mash.ids import Clock, new_id
from mash.vault.store_keys import StoreKeys

KEY_BITS: Final = 256
MADE_AT_ONCE: Final = 64
OPEN_SECONDS: Final = 60.0
MOST_OPEN: Final = 10_000


class WordsGone(NotFound):
    """The key of a case was destroyed, and its words with it."""

    def __init__(self) -> None:
        super().__init__("This case was erased, and what was written in it can no longer be read.")


@dataclass(frozen=True)
class DataKey:
    """A key that is open in memory."""

    id: UUID
    cipher: AESGCM


class DataKeys:
    """The keys in the keys database at ``engine``. ``timer`` counts the seconds that a key stays open."""

    def __init__(
        self,
        engine: AsyncEngine,
        store_keys: StoreKeys,
        clock: Clock,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._store_keys = store_keys
        self._clock = clock
        self._timer = timer
        self._unused: list[DataKey] = []
        self._making = asyncio.Lock()
        self._open: OrderedDict[UUID, tuple[float, DataKey]] = OrderedDict()

    async def take(self, count: int) -> list[DataKey]:
        """Return keys that are no case's yet, and are in the keys database for good."""
        async with self._making:
            if len(self._unused) < count:
                self._unused += await self._make(max(MADE_AT_ONCE, count))
            taken, self._unused = self._unused[:count], self._unused[count:]
        return taken

    def give_back(self, keys: Iterable[DataKey]) -> None:
        """Take back keys that nothing was encrypted with."""
        self._unused.extend(keys)

    def remember(self, key: DataKey) -> None:
        """Keep a key open for a minute from now."""
        self._open[key.id] = (self._timer() + OPEN_SECONDS, key)
        self._open.move_to_end(key.id)
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)

    async def find(self, ids: Collection[UUID]) -> dict[UUID, DataKey]:
        """Return the keys with these ids, by one query at most. Raises :class:`WordsGone`."""
        self._close_old()
        found = {id: self._open[id][1] for id in ids if id in self._open}
        missing = [id for id in ids if id not in found]
        if missing:
            found |= await self._fetch(missing)
        if any(id not in found for id in ids):
            raise WordsGone
        return found

    async def destroy(self, ids: Collection[UUID]) -> None:
        """Destroy keys for good; those that are gone already do no harm."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.delete(data_key).where(data_key.c.key_id.in_(list(ids))))
        for id in ids:
            self._open.pop(id, None)

    async def aclose(self) -> None:
        """Forget every key and close the connections to the keys database."""
        self._open.clear()
        self._unused.clear()
        await self._engine.dispose()

    def _close_old(self) -> None:
        # The oldest are first, for a key is put at the end whenever its minute begins.
        now = self._timer()
        while self._open and next(iter(self._open.values()))[0] <= now:
            self._open.popitem(last=False)

    async def _fetch(self, ids: Collection[UUID]) -> dict[UUID, DataKey]:
        statement = sa.select(data_key.c.key_id, data_key.c.wrapped, data_key.c.kek_id).where(
            data_key.c.key_id.in_(list(ids))
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        keys = {row.key_id: self._unwrapped(row.key_id, row.wrapped, row.kek_id) for row in rows}
        for key in keys.values():
            self.remember(key)
        return keys

    def _unwrapped(self, id: UUID, wrapped: bytes, kek_id: str) -> DataKey:
        return DataKey(id, AESGCM(self._store_keys.unwrap(wrapped, kek_id)))

    async def _make(self, count: int) -> list[DataKey]:
        keys = {new_id(): AESGCM.generate_key(KEY_BITS) for _ in range(count)}
        wrapped = {id: self._store_keys.wrap(key) for id, key in keys.items()}
        rows = [
            {"key_id": id, "wrapped": content, "kek_id": kek_id, "made_at": self._clock()}
            for id, (content, kek_id) in wrapped.items()
        ]
        async with self._engine.begin() as connection:
            await connection.execute(sa.insert(data_key), rows)
        return [DataKey(id, AESGCM(key)) for id, key in keys.items()]
