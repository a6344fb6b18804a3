"""The connection to NATS."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext

from mash.settings import ServiceSettings
from mash.telemetry import metrics
from mash.telemetry.logs import describe

log = structlog.get_logger()

OLDEST_SERVER = (2, 10)
# A service that starts while the broker is away does its other work after this long.
WAIT_AT_START_SECONDS = 5.0


class OldServer(Exception):
    """The NATS server is too old: it would ignore settings that the hub relies on."""


@dataclass(frozen=True)
class Bus:
    """A connection that is kept for ever; `connecting` ends once it stands for the first time."""

    client: Client
    jetstream: JetStreamContext
    connecting: asyncio.Task[None]

    @property
    def is_connected(self) -> bool:
        return self.client.is_connected

    async def once_connected(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do ``work`` as soon as the connection stands."""
        await asyncio.shield(self.connecting)
        await work()

    async def close(self) -> None:
        """Close the connection without ending the process."""
        self.connecting.cancel()
        await asyncio.gather(self.connecting, return_exceptions=True)
        self.client.options["closed_cb"] = None
        self.client._closed_cb = None
        await self.client.close()


async def connect(settings: ServiceSettings) -> Bus:
    """Connect as this service.

    A broker that is away is waited for, at first here and then in the background: what a service is sent
    waits in its outbox. A connection that is closed for good ends the process, so that whatever runs it
    starts it again. Raises :class:`OldServer` on a server that ignores what the hub asks of it.
    """
    client = Client()
    connecting = asyncio.create_task(_connect(client, settings))
    connected, _ = await asyncio.wait({connecting}, timeout=WAIT_AT_START_SECONDS)
    if connected:
        connecting.result()
    else:
        log.warning("bus_away")
        connecting.add_done_callback(_end_if_failed)
    return Bus(client, client.jetstream(prefix=settings.nats_api_prefix, timeout=5), connecting)


async def _connect(client: Client, settings: ServiceSettings) -> None:
    errors = metrics.bus_errors.labels(settings.service)

    async def on_error(error: Exception) -> None:
        # A refused publish shows nowhere else: its caller sees only a time-out.
        errors.inc()
        log.warning("bus_error", error=describe(error))

    async def on_closed() -> None:
        log.error("bus_closed")
        _end_process()

    await client.connect(
        settings.nats_url,
        name=settings.service,
        nkeys_seed=str(settings.nats_nkey_seed_file) if settings.nats_nkey_seed_file else None,
        inbox_prefix=inbox_prefix(settings).encode(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        ping_interval=20,
        error_cb=on_error,
        closed_cb=on_closed,
        allow_reconnect=True,
        connect_timeout=5,
    )
    version = client.connected_server_version
    if (version.major, version.minor) < OLDEST_SERVER:
        raise OldServer(f"NATS {version.major}.{version.minor} is too old; the hub needs 2.10 or newer")


def inbox_prefix(settings: ServiceSettings) -> str:
    """Return the prefix of this service's inboxes, the only subject it may subscribe to."""
    return "_INBOX" if settings.agency else f"_INBOX_{settings.service}"


def _end_if_failed(connecting: asyncio.Task[None]) -> None:
    error = None if connecting.cancelled() else connecting.exception()
    if error is not None:
        log.error("bus_unusable", error=describe(error))
        _end_process()


def _end_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
