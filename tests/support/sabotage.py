"""Kills and freezes the processes of a running hub, and tells when nothing is on its way any more."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import asyncpg
import psutil
from mash.messaging import topology
from openmash_local.broker import ADMIN, Broker
from openmash_local.credentials import load_credentials
from openmash_local.databases import connect_when_ready
from openmash_local.journal import read_journal
from openmash_local.layout import HOST, Layout
from openmash_local.parts import AGENCIES, PARTS, STORES, databases
from openmash_local.ports import is_free
from openmash_local.readiness import is_ready

PATIENCE_SECONDS = 120.0
UNFINISHED = """
SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
     + (SELECT count(*) FROM timer WHERE fired_at IS NULL AND due_at <= now())
"""


class NeverCame(AssertionError):
    """What a test waited for did not come."""


def until(what: str, look: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again until it is so."""
    give_up_at = time.monotonic() + seconds
    while not look():
        if time.monotonic() > give_up_at:
            raise NeverCame(f"waited {seconds:.0f} seconds for {what}")
        time.sleep(0.05)


@dataclass(frozen=True)
class Saboteur:
    """What can be done to the processes of a hub, by the names that the runner gives them."""

    layout: Layout

    def pid(self, name: str) -> int:
        """Return the process number of a part, which the runner may be writing down at the moment."""
        until(f"{name} to run", lambda: name in read_journal(self.layout.run_file))
        return read_journal(self.layout.run_file)[name].pid

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a part without a word, and return once the runner has started it again and it is ready."""
        killed = self.begin_to_kill(name, how)
        self.until_back(name, killed)

    def begin_to_kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        killed = self.pid(name)
        os.kill(killed, how)
        return killed

    def until_back(self, name: str, killed: int) -> None:
        until(f"{name} to be started again", lambda: self.pid(name) != killed)
        if name in ("postgres", "nats"):
            until(f"{name} to listen", lambda: not is_free(self.layout.port(name)))
        else:
            part = next(part for part in PARTS if part.name == name)
            until(f"{name} to be ready", lambda: is_ready(part, self.layout))

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Have a part stand still in the middle of whatever it does, and then go on if it still lives."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            if psutil.pid_exists(pid):
                os.kill(pid, signal.SIGCONT)

    def count(self, database: str, query: str) -> int:
        """Return the number that a query gives in a service's own database."""
        return asyncio.run(self._count(database, query))

    def in_hand(self, stream: str, durable: str) -> int:
        """Return how many messages of a durable have been given out and not been acknowledged yet."""
        return asyncio.run(self._in_hand([topology.Durable(stream, durable)]))

    def publish(self, subject: str, payload: bytes) -> None:
        """Publish a message as the one user that may publish anything."""
        asyncio.run(self._publish(subject, payload))

    def until_settled(self) -> None:
        """Wait until no event, message or due timer is on its way anywhere."""

        def settled() -> bool:
            # What the one look finds finished may just have begun the other; nothing begins by itself.
            return not any(asyncio.run(self._on_its_way()) for _ in range(2))

        until("everything to settle", settled)

    async def _on_its_way(self) -> int:
        names = [part.database for part in STORES if part.database]
        unfinished = sum([await self._count(name, UNFINISHED) for name in names])
        return unfinished + await self._in_hand(topology.durables(AGENCIES), with_waiting=True)

    async def _count(self, database: str, query: str) -> int:
        password = load_credentials(self.layout.secrets_file, databases()).superuser
        url = f"postgresql://postgres:{password}@{HOST}:{self.layout.port('postgres')}/{database}"
        connection: asyncpg.Connection = await connect_when_ready(url)
        try:
            return int(await connection.fetchval(query))
        finally:
            await connection.close()

    async def _in_hand(self, durables: list[topology.Durable], *, with_waiting: bool = False) -> int:
        client = await self._broker().connect(ADMIN)
        try:
            found = [await client.jetstream().consumer_info(one.stream, one.name) for one in durables]
        finally:
            await client.close()
        return sum(one.num_ack_pending + (one.num_pending if with_waiting else 0) for one in found)

    async def _publish(self, subject: str, payload: bytes) -> None:
        client = await self._broker().connect(ADMIN)
        try:
            await client.jetstream().publish(subject, payload)
        finally:
            await client.close()

    def _broker(self) -> Broker:
        return Broker.of(self.layout, AGENCIES)
