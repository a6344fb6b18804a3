"""Seals and opens the words of whole rows, and destroys the keys of cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mash.db.tables import case_key
from mash.ids import Clock
from mash.vault.data_keys import DataKey, DataKeys, WordsGone
from mash.vault.rows import OpenedRow, case_of, has_words, sealed_columns
from mash.vault.store_keys import StoreKeys
from mash.vault.words import key_of, seal, unseal

# A case that has a key keeps it. Where two transactions give a case its first, one waits for the other's.
_ASSIGN = sa.text(
    """
    WITH wanted AS (
      SELECT case_id, key_id FROM unnest(:cases, :keys) AS given(case_id, key_id)
    ), standing AS (
      SELECT case_id, case_key.key_id, destroyed_at FROM case_key JOIN wanted USING (case_id)
    ), assigned AS (
      INSERT INTO case_key AS kept (case_id, key_id)
      SELECT case_id, key_id FROM wanted WHERE case_id NOT IN (SELECT case_id FROM standing) ORDER BY case_id
      ON CONFLICT (case_id) DO UPDATE SET key_id = kept.key_id
      RETURNING case_id, key_id, destroyed_at
    )
    SELECT * FROM standing UNION ALL SELECT * FROM assigned
    """
).bindparams(
    sa.bindparam("cases", type_=ARRAY(sa.Uuid)),
    sa.bindparam("keys", type_=ARRAY(sa.Uuid)),
)


class Vault:
    """What encrypts a service's words. ``engine`` is the service's own database, where ``case_key`` is."""

    def __init__(
        self, service: str, engine: AsyncEngine, data_keys: DataKeys, store_keys: StoreKeys, clock: Clock
    ) -> None:
        self._service = service
        self._engine = engine
        self._data_keys = data_keys
        self._store_keys = store_keys
        self._clock = clock

    def digest(self, content: bytes | str) -> bytes:
        """Return 32 bytes by which the same content is found again, and by which nobody else can guess it."""
        return self._store_keys.digest(content)

    async def seal_rows(
        self,
        connection: AsyncConnection,
        known: dict[UUID, UUID],
        table: sa.Table,
        rows: Sequence[Mapping[str, Any]],
    ) -> list[dict[str, Any]]:
        """Return the rows with their words encrypted, ready to be written over ``connection``.

        ``known`` holds the ids of the keys of cases that this transaction has met, and is added to. Raises
        :class:`WordsGone` for a case that was erased.
        """
        cases = {case_of(table, row) for row in rows if has_words(table, row)}
        await self._assign(connection, known, cases - known.keys())
        keys = await self._data_keys.find({known[case] for case in cases})
        return [self._sealed(table, row, keys, known) if has_words(table, row) else dict(row) for row in rows]

    def _sealed(
        self,
        table: sa.Table,
        row: Mapping[str, Any],
        keys: Mapping[UUID, DataKey],
        known: Mapping[UUID, UUID],
    ) -> dict[str, Any]:
        case = case_of(table, row)
        key = keys[known[case]]
        sealed = {
            name: seal(row[name], key.cipher, key.id, self._context(table, name, case))
            for name in sealed_columns(table)
            if row.get(name) is not None
        }
        return {**row, **sealed}

    async def _assign(
        self, connection: AsyncConnection, known: dict[UUID, UUID], cases: Collection[UUID]
    ) -> None:
        if not cases:
            return
        offered = {key.id: key for key in await self._data_keys.take(len(cases))}
        pairs = {"cases": list(cases), "keys": list(offered)}
        rows = (await connection.execute(_ASSIGN, pairs)).all()
        if any(row.destroyed_at is not None for row in rows):
            raise WordsGone
        for row in rows:
            known[row.case_id] = row.key_id
            if row.key_id in offered:
                self._data_keys.remember(offered.pop(row.key_id))
        self._data_keys.give_back(offered.values())

    async def open_rows(
        self, known: dict[UUID, UUID], table: sa.Table, rows: Iterable[sa.Row[Any] | Mapping[Any, Any]]
    ) -> list[OpenedRow]:
        """Return the rows with their words readable. Raises :class:`WordsGone`, or ``Tampered``."""
        opened = [OpenedRow(row._mapping if isinstance(row, sa.Row) else row) for row in rows]
        worded = [row for row in opened if has_words(table, row)]
        ids = {
            key_of(row[name]) for row in worded for name in sealed_columns(table) if row.get(name) is not None
        }
        keys = await self._data_keys.find(ids)
        for row in worded:
            self._open(table, row, keys, known)
        return opened

    def _open(
        self, table: sa.Table, row: OpenedRow, keys: Mapping[UUID, DataKey], known: dict[UUID, UUID]
    ) -> None:
        case = case_of(table, row)
        for name in sealed_columns(table):
            if (value := row.get(name)) is not None:
                key = keys[key_of(value)]
                row[name] = unseal(value, key.cipher, self._context(table, name, case))
                known[case] = key.id

    def _context(self, table: sa.Table, column: str, case: UUID) -> str:
        return f"{self._service}.{table.name}.{column}:{case}"

    async def destroy(self, cases: Collection[UUID]) -> None:
        """Destroy the keys of cases, so that nothing written in them can be read again, in no backup either.

        That a case's key was destroyed is kept, so that it gets no other. Another process may read the case
        for a minute more. May be repeated, and is where a process died before it had noted what it did.
        """
        if not cases:
            return
        theirs = case_key.c.case_id.in_(list(cases))
        async with self._engine.connect() as connection:
            ids = (await connection.execute(sa.select(case_key.c.key_id).where(theirs))).scalars().all()
        await self._data_keys.destroy(ids)
        noted = sa.update(case_key).where(theirs, case_key.c.destroyed_at.is_(None))
        async with self._engine.begin() as connection:
            await connection.execute(noted.values(destroyed_at=self._clock()))

    async def aclose(self) -> None:
        """Close the connections to the keys database."""
        await self._data_keys.aclose()
