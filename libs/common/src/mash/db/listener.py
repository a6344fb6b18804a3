"""The one connection a process keeps to its database outside the pool.

It hears the notices that wake the relay and the timers, and holds the advisory lock of the relay's
leader. When it is lost, so is the lock, and another process leads.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg
import structlog

log = structlog.get_logger()

CHANNELS = ("outbox", "timer")
_LEADER_LOCK = 7_230_912


class Listener:
    """Notices from the database, and leadership among the copies of a service."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url.replace("postgresql+asyncpg://", "postgresql://")
        self._connection: asyncpg.Connection | None = None
        self._leads = False
        self._events = {channel: asyncio.Event() for channel in CHANNELS}
        self._connecting = asyncio.Lock()

    async def wait(self, channel: str, seconds: float) -> None:
        """Return when ``channel`` has news, or after ``seconds``."""
        event = self._events[channel]
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        event.clear()

    async def leads(self) -> bool:
        """Return whether this process leads, trying for the lock if nobody holds it."""
        connection = await self._connected()
        if connection is None:
            return False
        if not self._leads:
            try:
                self._leads = await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LEADER_LOCK)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                # Left open, it might hold a lock that we do not know of.
                connection.terminate()
                return False
        return self._leads

    async def close(self) -> None:
        """Give up the lock and the connection."""
        if self._connection is not None:
            await self._connection.close(timeout=2)

    async def _connected(self) -> asyncpg.Connection | None:
        async with self._connecting:
            if self._connection is not None and not self._connection.is_closed():
                return self._connection
            self._leads = False
            try:
                self._connection = await asyncpg.connect(self._url, timeout=5, command_timeout=5)
                for channel in CHANNELS:
                    await self._connection.add_listener(channel, self._hear)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                log.warning("listener_unconnected")
                return None
            return self._connection

    def _hear(self, _connection: object, _pid: int, channel: str, _payload: str) -> None:
        self._events[channel].set()
