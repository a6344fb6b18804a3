"""Looks into a service's own database, where a test must see what no endpoint shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg


class Store:
    """Reads the outbox, the audit and the timers."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, database_url: str) -> AsyncIterator[Store]:
        connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
        try:
            yield cls(connection)
        finally:
            await connection.close()

    async def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What was told of each event whose type ends in ``kind``, in order."""
        rows = await self._connection.fetch("SELECT payload FROM outbox ORDER BY seq")
        envelopes = [json.loads(row["payload"]) for row in rows]
        return [one["data"] for one in envelopes if one["type"].endswith(f"{kind}.v1") or not kind]

    async def wait_for(self, kind: str, seconds: float = 10) -> dict[str, Any]:
        """The first event of a kind, which a timer of the running service is about to tell."""
        async with asyncio.timeout(seconds):
            while not (told := await self.events(kind)):  # noqa: ASYNC110, a table wakes nobody
                await asyncio.sleep(0.05)
        return told[0]

    async def raw_events(self) -> str:
        """Every event as it goes out."""
        rows = await self._connection.fetch("SELECT subject, payload FROM outbox ORDER BY seq")
        return "\n".join(f"{row['subject']} {row['payload'].decode()}" for row in rows)

    async def audit(self, action: str = "") -> list[dict[str, Any]]:
        rows = await self._connection.fetch("SELECT * FROM audit ORDER BY id")
        return [dict(row) for row in rows if action in ("", row["action"])]

    async def timers(self) -> list[dict[str, Any]]:
        """What waits to be done, but for the night's work, which always does, and the comparing of people."""
        own = "('retention_night', 'compare_people')"
        waiting = f"SELECT * FROM timer WHERE fired_at IS NULL AND kind NOT IN {own}"
        return [dict(row) for row in await self._connection.fetch(waiting)]

    async def wait_for_audit(self, action: str, seconds: float = 10) -> dict[str, Any]:
        """The first line of an action that a timer of the running service is about to take."""
        async with asyncio.timeout(seconds):
            while not (lines := await self.audit(action)):  # noqa: ASYNC110, a table wakes nobody
                await asyncio.sleep(0.05)
        return lines[0]

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """Every row of a table, as it lies there."""
        return [dict(row) for row in await self._connection.fetch(f'SELECT * FROM "{table}"')]

    async def count(self, table: str) -> int:
        number: int = await self._connection.fetchval(f'SELECT count(*) FROM "{table}"')
        return number

    async def digests(self, table: str) -> list[bytes]:
        rows = await self._connection.fetch(f"SELECT digest FROM {table}")
        return [row["digest"] for row in rows]

    async def allocate(self, reference: str, worker: str) -> None:
        """Have the store know that a contact was given to a worker, as it hears from screening."""
        await self._connection.execute(
            """
            INSERT INTO case_scope (contact_id, partnership, restricted, changed_at, worker, standing_at)
            SELECT id, partnership, false, received_at, $2, received_at FROM contact WHERE reference = $1
            """,
            reference,
            worker,
        )

    async def forget_the_reading(self) -> None:
        """Leave the store as a process leaves it that dies after keeping its one message."""
        await self._connection.execute(
            """
            DELETE FROM match_step; DELETE FROM match; DELETE FROM mention_key; DELETE FROM mention;
            DELETE FROM match_key; DELETE FROM person_key; DELETE FROM contact; DELETE FROM document;
            DELETE FROM outbox;
            UPDATE message SET status = 'arrived', kind = NULL, reading = NULL;
            INSERT INTO timer (id, kind, key, due_at, payload, created_at)
            SELECT gen_random_uuid(), 'unread_message', id::text, received_at + interval '5 minutes', '{}',
                   received_at
            FROM message;
            """
        )
