"""Looks into a service's own database, where a test must see what no endpoint shows."""

from __future__ import annotations

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

    async def raw_events(self) -> str:
        """Every event as it goes out."""
        rows = await self._connection.fetch("SELECT subject, payload FROM outbox ORDER BY seq")
        return "\n".join(f"{row['subject']} {row['payload'].decode()}" for row in rows)

    async def audit(self, action: str = "") -> list[dict[str, Any]]:
        rows = await self._connection.fetch("SELECT * FROM audit ORDER BY id")
        return [dict(row) for row in rows if action in ("", row["action"])]

    async def timers(self) -> list[dict[str, Any]]:
        return [
            dict(row) for row in await self._connection.fetch("SELECT * FROM timer WHERE fired_at IS NULL")
        ]

    async def count(self, table: str) -> int:
        number: int = await self._connection.fetchval(f'SELECT count(*) FROM "{table}"')
        return number
